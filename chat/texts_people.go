package chat

// The codes of who somebody is and what they may do.
const (
	CodePasswordShort  Code = "password_short" // characters
	CodePasswordLong   Code = "password_long"  // bytes
	CodePasswordLogin  Code = "password_login"
	CodePasswordCommon Code = "password_common"
	CodePasswordNeeded Code = "password_needed"
	CodePasswordWrong  Code = "password_wrong"

	CodeSignInNeeded Code = "sign_in_needed"
	CodeSignInWrong  Code = "sign_in_wrong"
	CodeSignInWait   Code = "sign_in_wait" // seconds
	CodeSignInPlain  Code = "sign_in_plain"
	CodeSignInProxy  Code = "sign_in_proxy" // address

	CodeKeyPlain Code = "key_plain"

	CodeFirstName Code = "first_name"

	CodeMayNot     Code = "may_not" // action
	CodeNotOneself Code = "not_oneself"

	CodeHeirOneself Code = "heir_oneself"
	CodeResetNotice Code = "reset_notice" // who made the link, day
	CodeConsoleName Code = "console_name"

	CodeCLINoPeople        Code = "cli_no_people"
	CodeCLIPeopleColumns   Code = "cli_people_columns"
	CodeCLIStateLeft       Code = "cli_state_left"
	CodeCLIStateDisabled   Code = "cli_state_disabled"
	CodeCLIStateNoPassword Code = "cli_state_no_password"
	CodeCLILinkMade        Code = "cli_link_made" // day it is good until
	CodeCLIDisabled        Code = "cli_disabled"  // name
	CodeCLIEnabled         Code = "cli_enabled"   // name

	CodeQuotaDay    Code = "quota_day"     // tokens used, limit, when it is 0 again
	CodeQuotaMinute Code = "quota_minute"  // requests a minute, seconds to wait
	CodeQuotaAtOnce Code = "quota_at_once" // limit
)

// peopleTexts are the texts of who somebody is and what they may do.
var peopleTexts = map[Code]text{
	CodePasswordShort: {
		"비밀번호는 %d자 이상이어야 합니다. 몇 낱말을 이어 쓰면 길고 외우기 쉽습니다.",
		"a password has at least %d characters; a few words in a row are long and easy to remember"},
	CodePasswordLong: {
		"비밀번호가 너무 깁니다. 최대 %d바이트입니다.",
		"the password is too long; the limit is %d bytes"},
	CodePasswordLogin: {
		"아이디를 비밀번호로 쓸 수 없습니다.",
		"the login cannot be the password"},
	CodePasswordCommon: {
		"누구나 먼저 떠올리는 비밀번호입니다. 다른 것을 고르세요.",
		"this password is among the first that anybody would try; choose another"},
	CodePasswordNeeded: {
		"먼저 자신의 아이디와 비밀번호를 정하세요. 다른 사람을 초대하거나 다른 주소에 열려면 필요합니다.",
		"set your own login and password first: inviting somebody and serving another address need them"},
	CodePasswordWrong: {
		"지금 쓰는 비밀번호가 아닙니다.",
		"that is not the present password"},

	CodeSignInNeeded: {
		"로그인이 필요합니다.",
		"please sign in"},
	CodeSignInWrong: {
		"아이디나 비밀번호가 올바르지 않습니다.",
		"the login or the password is wrong"},
	CodeSignInWait: {
		"로그인을 여러 번 실패했습니다. %d초 뒤에 다시 시도하세요.",
		"too many failed attempts to sign in; try again in %d seconds"},
	CodeSignInPlain: {
		"암호화하지 않은 연결로는 로그인할 수 없습니다. 서버를 --tls-cert와 --tls-key로 시작하거나, HTTPS를 하는 프록시 뒤에서 --trusted-proxy로 시작하고 https 주소로 여세요.",
		"nobody signs in over a connection that is not encrypted: start the server with --tls-cert and --tls-key, or behind a proxy that speaks HTTPS with --trusted-proxy, and open its https address"},
	CodeSignInProxy: {
		"프록시(%s)를 거친 요청이지만 그 프록시를 믿으라는 말이 없었습니다. 서버를 --trusted-proxy %[1]s 로 시작하세요.",
		"the request came through a proxy (%s) that nobody said to trust; start the server with --trusted-proxy %[1]s"},

	CodeKeyPlain: {
		"암호화하지 않은 연결로는 키를 받지 않습니다. 이 키는 이미 암호화하지 않고 보내졌으니 새로 만드세요. 서버를 --tls-cert와 --tls-key로 시작하거나 HTTPS를 하는 프록시 뒤에서 --trusted-proxy로 시작하고 https 주소를 쓰세요. 믿을 수 있는 망이라면 --plain-http로 시작하세요.",
		"no key is taken over a connection that is not encrypted, and this one has been sent over it: make another. Start the server with --tls-cert and --tls-key, or behind a proxy that speaks HTTPS with --trusted-proxy, and use its https address; in a network that you trust, start it with --plain-http"},

	CodeFirstName: {"관리자", "Administrator"},

	CodeMayNot: {
		"‘%s’ 권한이 없습니다. 관리자에게 문의하세요.",
		"your role does not include %s; ask an administrator"},
	CodeNotOneself: {
		"자기 자신에게는 할 수 없는 일입니다. 다른 관리자에게 부탁하세요.",
		"nobody does that to themselves; ask another administrator"},

	CodeHeirOneself: {
		"퇴사하는 사람의 대화를 처리하는 본인이 넘겨받을 수는 없습니다. 다른 사람을 고르세요.",
		"whoever closes an account does not take over its chats; choose somebody else"},
	CodeResetNotice: {
		"%[2]s에 비밀번호가 재설정되었습니다. 링크를 만든 사람: %[1]s. 부탁한 적이 없다면 감사자에게 알리세요.",
		"Your password was reset on %[2]s. The link was made by: %[1]s. If you did not ask for it, tell an auditor."},
	CodeConsoleName: {"서버의 터미널", "the server's terminal"},

	CodeQuotaDay: {
		"오늘 쓸 수 있는 토큰을 다 썼습니다(%d / %d). %s에 다시 쓸 수 있습니다.",
		"today's tokens are used up (%d of %d); you can ask again at %s"},
	CodeQuotaMinute: {
		"1분에 %d번까지 물을 수 있습니다. %d초 뒤에 다시 시도하세요.",
		"you can ask %d times a minute; try again in %d seconds"},
	CodeQuotaAtOnce: {
		"동시에 %d개까지 물을 수 있습니다. 앞의 답변이 끝난 뒤에 다시 시도하세요.",
		"you can ask %d at once; try again when an answer has ended"},

	CodeCLINoPeople: {
		"아직 아무도 없습니다. exaone serve가 첫 관리자의 링크를 보여 줍니다.",
		"there is nobody yet; exaone serve prints a link for the first administrator"},
	CodeCLIPeopleColumns:   {"번호|이름|아이디|역할|팀|상태", "id|name|login|role|teams|state"},
	CodeCLIStateLeft:       {"떠남", "left"},
	CodeCLIStateDisabled:   {"중지됨", "disabled"},
	CodeCLIStateNoPassword: {"비밀번호 없음", "no password"},
	CodeCLILinkMade: {
		"링크는 한 번만, %s까지 쓸 수 있습니다. 본인에게만 알려 주세요.",
		"the link works once, until %s; give it to nobody else"},
	CodeCLIDisabled: {
		"‘%s’ 사용자를 중지했습니다. 로그인과 키, 진행 중인 답변이 끝납니다.",
		"%q is disabled: sessions, keys and answers under way end"},
	CodeCLIEnabled: {"‘%s’ 사용자가 다시 로그인할 수 있습니다.", "%q can sign in again"},

	"cli_help_people":    {"사용자를 보고 초대하고 중지합니다", "list, invite and disable people"},
	"cli_example_people": {"exaone people list", "exaone people list"},
	"cli_help_people_list": {
		"사용자를 모두 보여 줍니다",
		"list everybody who can sign in, or could"},
	"cli_example_people_list": {"exaone people list", "exaone people list"},
	"cli_help_people_invite": {
		"새 사용자가 들어올 링크를 만듭니다",
		"make a link by which somebody new comes in"},
	"cli_detail_people_invite": {
		`역할: admin(관리), auditor(기록을 읽음), member(일함), guest(묻기만 함).
링크만 표준 출력에 씁니다. 받은 사람이 열면 아이디와 비밀번호를 정하고 들어옵니다.`,
		`Roles: admin (runs the place), auditor (reads what was done), member (works), guest (asks and no more).
The link alone goes to standard output. Whoever opens it chooses a login and a password, and is in.`},
	"cli_example_people_invite": {"exaone people invite 홍길동 --role member", "exaone people invite 'Jane Kim' --role member"},
	"cli_arg_people_invite":     {"부를 이름 (없으면 본인이 정함)", "what to call them (default: they choose)"},
	"cli_help_people_reset": {
		"비밀번호를 잊은 사용자가 다시 들어올 링크를 만듭니다",
		"make a link by which somebody chooses a new password"},
	"cli_detail_people_reset": {
		`링크를 쓰면 그 사용자의 다른 로그인이 모두 끝납니다. 관리자가 비밀번호를 잊었을 때도 이 명령을 쓰세요.`,
		`Using the link ends the person's sessions everywhere. It is also the way back in for an administrator.`},
	"cli_example_people_reset": {"exaone people reset hong", "exaone people reset hong"},
	"cli_arg_people_reset":     {"아이디, 번호 또는 이름", "a login, an id or a name"},
	"cli_help_people_disable": {
		"사용자를 중지합니다. 로그인과 키, 진행 중인 답변이 끝납니다",
		"disable somebody: sessions, keys and answers under way end"},
	"cli_example_people_disable": {"exaone people disable hong", "exaone people disable hong"},
	"cli_arg_people_disable":     {"아이디, 번호 또는 이름", "a login, an id or a name"},
	"cli_help_people_enable":     {"중지한 사용자를 다시 들어오게 합니다", "let somebody in again who was disabled"},
	"cli_example_people_enable":  {"exaone people enable hong", "exaone people enable hong"},
	"cli_arg_people_enable":      {"아이디, 번호 또는 이름", "a login, an id or a name"},

	"cli_flag_role": {"역할: admin, auditor, member, guest (기본: member)", "admin, auditor, member or guest (default: member)"},
	"cli_flag_team": {"들어갈 팀의 이름 (여러 번 쓸 수 있음)", "a team to be in (may be repeated)"},
	"cli_flag_url": {
		"사람들이 이 서버를 여는 주소, 예: https://chat.example.com (기본: 기다리는 주소)",
		"the address that people open this server at, as in https://chat.example.com (default: where it listens)"},
	"cli_flag_tls_cert": {"인증서 파일(PEM). 바뀌면 다시 읽습니다", "a file with the certificate (PEM), read again when it changes"},
	"cli_flag_tls_key":  {"인증서의 개인 키 파일(PEM)", "a file with the certificate's private key (PEM)"},
	"cli_flag_plain_http": {
		"다른 컴퓨터가 암호화하지 않고 보낸 키도 받습니다. 믿을 수 있는 망에서만 쓰세요. 로그인은 여전히 암호화해야 합니다",
		"take keys from other computers over connections that are not encrypted, in a network that you trust; signing in still needs HTTPS"},
	"cli_flag_api_only": {
		"페이지 없이 API만 엽니다. 키만 있으면 다른 컴퓨터에 열 수 있습니다",
		"serve the API alone, without a page; a key is enough to open it to other computers"},
	"cli_flag_trusted_proxy": {
		"X-Forwarded-For, -Proto, -Host를 믿을 프록시의 주소 (여러 번 쓸 수 있음)",
		"the address of a proxy whose X-Forwarded-For, -Proto and -Host are believed (may be repeated)"},
}
