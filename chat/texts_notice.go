package chat

// The codes of what an engine does in another way than it was asked to: nobody fails, and somebody may want to know.
const (
	CodePrefixesOff   Code = "prefixes_off"   // directory, why
	CodePrefixesSmall Code = "prefixes_small" // bytes that there may be, bytes that are needed
	CodeNoticeFull    Code = "notice_full"    // MiB that are free, MiB that are needed
	CodeNoticeNoRoom  Code = "notice_no_room"
	CodeNoticeNoWrite Code = "notice_no_write"
	CodeNoticeFolder  Code = "notice_folder" // path
	CodeNoticeFile    Code = "notice_file"   // path
	CodeNoticeSalt    Code = "notice_salt"   // path, bytes that it has, bytes that it is to have
	CodeNoticePlain   Code = "notice_plain"  // path, file mode as text
)

// noticeTexts are the texts of notices, and of why.
var noticeTexts = map[Code]text{
	CodePrefixesOff: {
		"읽은 내용을 디스크에 보관하지 않습니다(%s). 다시 시작하면 처음부터 읽습니다: %v",
		"what is computed of prompts is not kept on disk (%s), and is computed again after a restart: %v"},
	CodePrefixesSmall: {
		"--prefix-store가 %d바이트인데 이 모델에는 적어도 %d바이트가 필요합니다",
		"--prefix-store is %d bytes, and this model needs at least %d"},
	CodeNoticeFull:    {"디스크에 %d MiB가 남아 있는데 %d MiB가 필요합니다", "the disk has room for %d MiB, want %d MiB"},
	CodeNoticeNoRoom:  {"디스크 공간이 모자랍니다", "the disk has no room"},
	CodeNoticeNoWrite: {"폴더에 쓸 수 없습니다. 권한을 확인하세요", "the folder cannot be written to; check its permissions"},
	CodeNoticeFolder:  {"파일이 있을 자리에 폴더가 있습니다(%s)", "%s is a folder, want a file or nothing"},
	CodeNoticeFile:    {"폴더가 있을 자리에 파일이 있습니다(%s)", "%s is a file, want a folder or nothing"},
	CodeNoticePlain:   {"%s은(는) 일반 파일이 아닙니다(%s). 지우거나 옮기세요", "%s is not a regular file (%s); remove it"},
	CodeNoticeSalt: {
		"%s 파일이 %d바이트입니다(%d바이트여야 합니다). 지웠으니 다음에 시작하면 새로 만듭니다",
		"%s has %d bytes, want %d; it was removed, and the next start makes it anew"},
}
