package chat

// The codes of models on other servers.
const (
	CodeRemoteAddress     Code = "remote_address" // what was written
	CodeRemoteSecret      Code = "remote_secret"
	CodeRemoteKeyForm     Code = "remote_key_form"
	CodeRemoteKeyFile     Code = "remote_key_file" // path
	CodeRemoteFlags       Code = "remote_flags"
	CodeRemoteOffline     Code = "remote_offline"     // host
	CodeRemoteUnreachable Code = "remote_unreachable" // host
	CodeRemoteSilent      Code = "remote_silent"      // host, seconds
	CodeRemoteCut         Code = "remote_cut"         // host
	CodeRemoteBusy        Code = "remote_busy"        // host, HTTP status, seconds to wait
	CodeRemoteKey         Code = "remote_key"         // host
	CodeRemoteRefused     Code = "remote_refused"     // host, what it says
	CodeRemoteFailed      Code = "remote_failed"      // host, HTTP status, what it says
	CodeRemoteNoModel     Code = "remote_no_model"    // host, model
	CodeRemoteWhich       Code = "remote_which"       // host, its models
	CodeRemoteBadReply    Code = "remote_bad_reply"   // host, what
	CodeRemoteCannot      Code = "remote_cannot"      // host, what
	CodeRemoteNoGrammar   Code = "remote_no_grammar"  // host, kind
	CodeRemoteWithheld    Code = "remote_withheld"    // host
)

// remoteTexts are the texts of models on other servers.
var remoteTexts = map[Code]text{
	CodeRemoteAddress: {
		"다른 서버의 주소를 이해할 수 없습니다: ‘%s’. openai:http://127.0.0.1:8000/v1#모델처럼 적으세요.",
		"the address %q of another server is not understood; write it like openai:http://127.0.0.1:8000/v1#MODEL"},
	CodeRemoteSecret: {
		"주소에 이름이나 비밀번호를 넣을 수 없습니다. 키는 EXAONE_API_KEY나 --api-key로 알려 주세요.",
		"an address may hold no name or password; give the key as EXAONE_API_KEY or with --api-key"},
	CodeRemoteKeyForm: {
		"API 키에 빈칸이나 보낼 수 없는 글자가 있습니다.",
		"the API key has spaces or characters that cannot be sent"},
	CodeRemoteKeyFile: {
		"API 키가 든 파일을 읽을 수 없습니다: %s",
		"the file with the API key cannot be read: %s"},
	CodeRemoteFlags: {
		"다른 서버의 모델에는 이 컴퓨터에서 모델을 받고 돌리는 옵션(--threads, --memory, --kv 등)을 쓸 수 없습니다.",
		"options of how this computer brings and runs a model (--threads, --memory, --kv and so on) do not go with one on another server"},
	CodeRemoteOffline: {
		"--offline에서는 이 컴퓨터의 서버만 쓸 수 있습니다(localhost, 127.x.x.x, ::1). %s은(는) 다른 컴퓨터입니다.",
		"with --offline only servers on this computer may be used (localhost, 127.x.x.x, ::1); %s is another"},
	CodeRemoteUnreachable: {
		"%s 서버에 연결할 수 없습니다. 서버가 켜져 있는지, 주소가 맞는지 확인하세요.",
		"the server at %s cannot be reached; check that it runs and that the address is right"},
	CodeRemoteSilent: {
		"%s 서버가 %d초 동안 아무 대답이 없습니다.",
		"the server at %s has said nothing for %d seconds"},
	CodeRemoteCut: {
		"%s 서버와의 연결이 답변 도중에 끊겼습니다.",
		"the connection to the server at %s ended in the middle of the answer"},
	CodeRemoteBusy: {
		"%s 서버가 바쁩니다(HTTP %d). %d초 뒤에 다시 시도하세요.",
		"the server at %s is busy (HTTP %d); try again in %d seconds"},
	CodeRemoteKey: {
		"%s 서버가 API 키를 받아들이지 않습니다. EXAONE_API_KEY나 --api-key로 맞는 키를 알려 주세요.",
		"the server at %s does not accept the API key; give the right one as EXAONE_API_KEY or with --api-key"},
	CodeRemoteRefused: {
		"%s 서버가 요청을 거절했습니다: %s",
		"the server at %s refused the request: %s"},
	CodeRemoteFailed: {
		"%s 서버에서 문제가 생겼습니다(HTTP %d): %s",
		"something went wrong at the server at %s (HTTP %d): %s"},
	CodeRemoteNoModel: {
		"%s 서버에 ‘%s’ 모델이 없습니다.",
		"the server at %s has no model %q"},
	CodeRemoteWhich: {
		"%s 서버의 모델 가운데 하나를 주소 뒤에 #이름으로 고르세요: %s",
		"choose one of the models of the server at %s with #NAME after the address: %s"},
	CodeRemoteBadReply: {
		"%s 서버의 대답을 이해할 수 없습니다: %s",
		"the reply of the server at %s is not understood: %s"},
	CodeRemoteCannot: {
		"%s 서버에는 이것을 부탁할 수 없습니다: %s",
		"the server at %s cannot be asked for this: %s"},
	CodeRemoteNoGrammar: {
		"%s 서버는 답변의 형식을 이런 방식(%s)으로 정하지 못합니다.",
		"the server at %s cannot hold an answer to a form given as %s"},
	CodeRemoteWithheld: {
		"%s 서버가 내용 검사로 답변을 멈췄습니다.",
		"the server at %s withheld the rest of the answer (content filter)"},
}
