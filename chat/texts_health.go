package chat

// The codes of how a server is, as those who run it read it.
const (
	CodeImportBusy Code = "import_busy" // how many are on their way

	CodeHealthDiskOK     Code = "health_disk_ok"     // left, where
	CodeHealthDiskLow    Code = "health_disk_low"    // left, where
	CodeHealthDiskFull   Code = "health_disk_full"   // left, where
	CodeHealthMemoryOK   Code = "health_memory_ok"   // of models, of the machine
	CodeHealthMemoryLow  Code = "health_memory_low"  // of models, of the machine
	CodeHealthStoreOK    Code = "health_store_ok"    // where
	CodeHealthStoreWrong Code = "health_store_wrong" // where, what
	CodeHealthBackupOK   Code = "health_backup_ok"   // when
	CodeHealthBackupOld  Code = "health_backup_old"  // when, how many days ago
	CodeHealthBackupNone Code = "health_backup_none"
	CodeHealthModelOK    Code = "health_model_ok"   // name
	CodeHealthModelWeak  Code = "health_model_weak" // name
	CodeHealthModelNone  Code = "health_model_none"
	CodeHealthCertOK     Code = "health_cert_ok"   // until when
	CodeHealthCertSoon   Code = "health_cert_soon" // until when, days left
	CodeHealthCertOver   Code = "health_cert_over" // since when
	CodeHealthNear       Code = "health_near"      // address
	CodeHealthSecure     Code = "health_secure"    // address
	CodeHealthPlain      Code = "health_plain"     // address
	CodeHealthAdminsOK   Code = "health_admins_ok" // how many
	CodeHealthAdminsOne  Code = "health_admins_one"
	CodeHealthAdminsNone Code = "health_admins_none"
)

// healthTexts are the texts of how a server is.
var healthTexts = map[Code]text{
	CodeImportBusy: {
		"지금 파일 %d개를 가져오고 있습니다. 잠시 뒤에 다시 시도하세요.",
		"%d files are being imported at the moment; try again in a while"},

	CodeHealthDiskOK: {
		"저장 공간이 %s 남아 있습니다(%s).",
		"%s of disk space is left (%s)"},
	CodeHealthDiskLow: {
		"저장 공간이 %s밖에 남지 않았습니다(%s). 쓰지 않는 모델을 지우거나 디스크를 늘리세요.",
		"only %s of disk space is left (%s); delete models that nobody uses, or add space"},
	CodeHealthDiskFull: {
		"저장 공간이 거의 없습니다: %s 남음(%s). 곧 대화를 저장하지 못합니다. 지금 공간을 비우세요.",
		"there is hardly any disk space left: %s (%s); soon conversations cannot be kept. Make room now"},
	CodeHealthMemoryOK: {
		"모델이 메모리 %s를 쓰고 있습니다(전체 %s).",
		"models take up %s of memory (of %s)"},
	CodeHealthMemoryLow: {
		"모델이 메모리 %s를 쓰고 있어 여유가 거의 없습니다(전체 %s). 느려지면 더 작은 모델을 쓰세요.",
		"models take up %s of memory, nearly all there is (%s); if things get slow, use a smaller one"},
	CodeHealthStoreOK: {
		"기록 저장소가 정상입니다(%s).",
		"the store works (%s)"},
	CodeHealthStoreWrong: {
		"기록 저장소를 읽을 수 없습니다(%s). %s",
		"the store cannot be read (%s): %s"},
	CodeHealthBackupOK: {
		"마지막 백업은 %s에 받았습니다.",
		"the last backup was taken on %s"},
	CodeHealthBackupOld: {
		"마지막 백업은 %s, %d일 전입니다. 새로 받아 다른 컴퓨터에 두세요.",
		"the last backup was taken on %s, %d days ago; take another and keep it on another machine"},
	CodeHealthBackupNone: {
		"백업이 없습니다. 여기서, 또는 exaone backup으로 받아 다른 컴퓨터에 두세요.",
		"there is no backup; take one here, or with exaone backup, and keep it on another machine"},
	CodeHealthModelOK: {
		"%s 모델이 답하고 있습니다.",
		"the model %s answers"},
	CodeHealthModelWeak: {
		"%s 모델은 글에서 찾고 옮기는 일만 합니다. 자유로운 대화에는 더 나은 모델을 쓰세요.",
		"the model %s is good for finding and copying alone; use a better one for free conversation"},
	CodeHealthModelNone: {
		"답할 모델이 없습니다. 모델 화면에서 하나를 고르세요.",
		"there is no model to answer; choose one on the page of models"},
	CodeHealthCertOK: {
		"인증서는 %s까지 쓸 수 있습니다.",
		"the certificate is good until %s"},
	CodeHealthCertSoon: {
		"인증서가 %s에 끝납니다(%d일 남음). 새것으로 바꾸세요. 서버는 다시 시작하지 않아도 됩니다.",
		"the certificate ends on %s, in %d days; renew it. The server need not be restarted"},
	CodeHealthCertOver: {
		"인증서가 %s에 끝났습니다. 브라우저가 이 주소를 열지 않습니다. 지금 새것으로 바꾸세요.",
		"the certificate ended on %s, and browsers refuse this address; renew it now"},
	CodeHealthNear: {
		"이 컴퓨터에서만 쓸 수 있습니다(%s).",
		"only this computer reaches the server (%s)"},
	CodeHealthSecure: {
		"다른 컴퓨터에서도 쓸 수 있고, 연결은 암호화됩니다(%s).",
		"other computers reach the server over encrypted connections (%s)"},
	CodeHealthPlain: {
		"다른 컴퓨터에서도 쓸 수 있지만 연결이 암호화되지 않습니다(%s). --tls-cert와 --tls-key로 시작하거나 HTTPS 프록시 뒤에 두세요.",
		"other computers reach the server over connections that are not encrypted (%s); start it with --tls-cert and --tls-key, or behind a proxy that speaks HTTPS"},
	CodeHealthAdminsOK: {
		"로그인할 수 있는 관리자가 %d명입니다.",
		"%d administrators can sign in"},
	CodeHealthAdminsOne: {
		"로그인할 수 있는 관리자가 한 명뿐입니다. 그 사람이 없을 때를 위해 한 명 더 정하세요.",
		"only one administrator can sign in; appoint another, for when they are away"},
	CodeHealthAdminsNone: {
		"아직 관리자가 없습니다. 터미널에 나온 링크로 시작하세요.",
		"there is no administrator yet; begin with the link in the terminal"},
}
