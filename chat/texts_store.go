package chat

// The codes of people, what lets them in, and copies of the store.
const (
	CodeNoPerson         Code = "no_person"         // id or login
	CodePersonDeparted   Code = "person_departed"   // name
	CodeLoginTaken       Code = "login_taken"       // login
	CodeLastAdmin        Code = "last_admin"        // name
	CodeNoTeam           Code = "no_team"           // id
	CodeTeamTaken        Code = "team_taken"        // name
	CodeNoSession        Code = "no_session"        // id
	CodeSessionOver      Code = "session_over"      // nothing: whoever asks may be anybody
	CodeNoLink           Code = "no_link"           // id
	CodeLinkUnknown      Code = "link_unknown"      // nothing
	CodeLinkUsed         Code = "link_used"         // when
	CodeLinkExpired      Code = "link_expired"      // when
	CodeLinkRevoked      Code = "link_revoked"      // nothing
	CodeStoreAddress     Code = "store_address"     // the address, without its password
	CodeStoreUnreachable Code = "store_unreachable" // the address, without its password
	CodeStoreTaken       Code = "store_taken"       // the address, who has it
	CodeStoreChanged     Code = "store_changed"     // the address
	CodeTextBytes        Code = "text_bytes"
	CodeBackupDamaged    Code = "backup_damaged"   // what of it
	CodeBackupForeign    Code = "backup_foreign"   // nothing
	CodeBackupNewer      Code = "backup_newer"     // version found, newest version known
	CodeRestoreNotEmpty  Code = "restore_occupied" // where
)

// storeTexts are the texts of people, what lets them in, and copies of the store.
var storeTexts = map[Code]text{
	CodeNoPerson: {
		"‘%s’ 사용자를 찾을 수 없습니다.",
		"there is no person %q"},
	CodePersonDeparted: {
		"‘%s’ 사용자는 이미 떠났습니다. 새로 초대하세요.",
		"%q has left; send a new invitation"},
	CodeLoginTaken: {
		"‘%s’ 로그인 이름을 다른 사람이 쓰고 있습니다.",
		"somebody else signs in as %q"},
	CodeLastAdmin: {
		"‘%s’ 사용자는 마지막 관리자입니다. 먼저 다른 사람을 관리자로 정하세요.",
		"%q is the last administrator; make somebody else one first"},
	CodeNoTeam: {
		"‘%s’ 팀을 찾을 수 없습니다.",
		"there is no team %q"},
	CodeTeamTaken: {
		"‘%s’ 팀이 이미 있습니다.",
		"there is a team called %q already"},
	CodeNoSession: {
		"‘%s’ 로그인을 찾을 수 없습니다.",
		"there is no session %q"},
	CodeSessionOver: {
		"로그인이 끝났습니다. 다시 로그인하세요.",
		"you are not signed in any more; sign in again"},
	CodeNoLink: {
		"‘%s’ 링크를 찾을 수 없습니다.",
		"there is no link %q"},
	CodeLinkUnknown: {
		"링크가 올바르지 않습니다. 주소를 끝까지 복사했는지 확인하세요.",
		"this link is not known here; see that you copied all of it"},
	CodeLinkUsed: {
		"이미 쓴 링크입니다(%s). 새 링크를 부탁하세요.",
		"this link was used at %s; ask for another"},
	CodeLinkExpired: {
		"링크의 기한이 지났습니다(%s). 새 링크를 부탁하세요.",
		"this link expired at %s; ask for another"},
	CodeLinkRevoked: {
		"취소된 링크입니다. 새 링크를 부탁하세요.",
		"this link was revoked; ask for another"},
	CodeStoreAddress: {
		"데이터베이스 주소를 이해할 수 없습니다: %s. postgres://이름@서버/데이터베이스처럼 적으세요.",
		"the address %s of a database is not understood; write it like postgres://NAME@HOST/DATABASE"},
	CodeStoreUnreachable: {
		"데이터베이스에 연결할 수 없습니다: %s. 서버가 켜져 있는지, 이름과 비밀번호가 맞는지 확인하세요.",
		"the database %s cannot be reached; see that its server runs and that name and password are right"},
	CodeStoreTaken: {
		"다른 exaone 서버가 이 데이터베이스를 이미 쓰고 있습니다: %s (%s)",
		"another exaone server already uses the database %s (%s)"},
	CodeStoreChanged: {
		"데이터베이스 연결이 끊긴 사이에 다른 서버가 맡았습니다: %s. 이 서버를 끝내세요.",
		"another server has taken the database %s while it could not be reached; end this one"},
	CodeTextBytes: {
		"글에 저장할 수 없는 바이트가 있습니다.",
		"the text has bytes that cannot be kept"},
	CodeBackupDamaged: {
		"백업 파일이 손상되었습니다: %s. 아무것도 바꾸지 않았습니다.",
		"the backup is damaged: %s; nothing was changed"},
	CodeBackupForeign: {
		"exaone의 백업 파일이 아닙니다.",
		"this file is not a backup made by exaone"},
	CodeBackupNewer: {
		"더 새로운 exaone이 만든 백업입니다(저장소 버전 %d, 이 프로그램이 아는 버전은 %d까지). 새 exaone으로 복원하세요.",
		"this backup was made by a newer exaone (store version %d, this program knows up to %d); restore it with that one"},
	CodeRestoreNotEmpty: {
		"이미 데이터가 있는 곳에는 복원하지 않습니다: %s. 빈 폴더나 빈 데이터베이스를 고르세요.",
		"%s holds data already, and nothing is restored over it; choose an empty directory or database"},
}
