package chat

// The codes of errors and notices. Each package's codes stand together.
const (
	// engine
	CodeTooLong        Code = "too_long"        // prompt tokens, window
	CodeTooManyTokens  Code = "too_many_tokens" // prompt tokens, asked for, window
	CodeBusy           Code = "busy"            // waiting, limit
	CodeNoModel        Code = "no_model"        // name
	CodeNoModelYet     Code = "no_model_yet"
	CodeModelTooLarge  Code = "model_too_large" // name, needed MiB, budget MiB
	CodeShuttingDown   Code = "shutting_down"
	CodeInternal       Code = "internal"         // id
	CodeBadRequest     Code = "bad_request"      // what
	CodeBadField       Code = "bad_field"        // field, found, wanted
	CodeUnsupported    Code = "unsupported"      // what
	CodeBadModel       Code = "bad_model"        // name, what
	CodeModelDamaged   Code = "model_damaged"    // name
	CodeModelRepaired  Code = "model_repaired"   // name
	CodeModelNoNumbers Code = "model_no_numbers" // name, what it computes instead
	CodeNoAdapter      Code = "no_adapter"       // adapter, model
	CodeBadTemplate    Code = "bad_template"     // what
	CodeBadGrammar     Code = "bad_grammar"      // what

	CodeGrammarNeedsMore Code = "grammar_needs_more_tokens" // tokens of the shortest answer, tokens asked for

	// store
	CodeStoreLocked     Code = "store_locked"       // pid, directory
	CodeStoreLockedAt   Code = "store_locked_at"    // pid, address, directory
	CodeStoreNewer      Code = "store_newer"        // version found, newest version known
	CodeStoreForeign    Code = "store_foreign"      // path
	CodeStoreDamaged    Code = "store_damaged"      // path
	CodeStoreUnwritable Code = "store_unwritable"   // path
	CodeStoreBusy       Code = "store_busy"         // path
	CodeStoreFull       Code = "store_full"         // path
	CodeStoreFault      Code = "store_fault"        // path
	CodeStoreMigration  Code = "store_migration"    // version it stays at, version wanted
	CodeNoPrincipal     Code = "no_principal"       // id
	CodePrincipalOff    Code = "principal_disabled" // id
	CodeNoKey           Code = "no_key"             // id
	CodeKeyUnknown      Code = "key_unknown"
	CodeKeyExpired      Code = "key_expired"     // when
	CodeKeyRevoked      Code = "key_revoked"     // when
	CodeNoJob           Code = "no_job"          // id
	CodeJobLost         Code = "job_lost"        // id
	CodeJobCancelled    Code = "job_cancelled"   // id
	CodeJobInterrupted  Code = "job_interrupted" // attempts
	CodeNoBlob          Code = "no_blob"         // hash
	CodeBlobMissing     Code = "blob_missing"    // hash
	CodeAuditAltered    Code = "audit_altered"   // number of the row
)

var catalogue = map[Code]text{
	CodeTooLong: {
		"입력이 %d토큰이라 이 모델의 한도 %d토큰을 넘습니다. 입력을 줄이거나 한도가 더 큰 모델을 고르세요.",
		"the prompt has %d tokens, more than this model's window of %d; shorten it or choose a model with a larger window"},
	CodeTooManyTokens: {
		"입력 %d토큰에 답변 %d토큰을 더하면 이 모델의 한도 %d토큰을 넘습니다.",
		"a prompt of %d tokens and an answer of up to %d tokens exceed this model's window of %d"},
	CodeBusy: {
		"지금은 요청이 많습니다(대기 %d건, 한도 %d건). 잠시 뒤에 다시 시도하세요.",
		"too many requests are waiting (%d, limit %d); try again in a moment"},
	CodeNoModel: {
		"‘%s’ 모델을 찾을 수 없습니다. 있는 모델은 exaone models로 볼 수 있습니다.",
		"there is no model %q here; exaone models lists those there are"},
	CodeNoModelYet: {
		"아직 사용할 수 있는 모델이 없습니다. 모델을 받는 중이라면 잠시 기다리고, 아니면 exaone pull로 받으세요.",
		"there is no model to answer yet; wait if one is being downloaded, else bring one with exaone pull"},
	CodeModelTooLarge: {
		"‘%s’ 모델은 메모리 %d MiB가 필요하지만 쓸 수 있는 메모리는 %d MiB입니다.",
		"model %q needs %d MiB of memory, but only %d MiB may be used"},
	CodeShuttingDown: {
		"프로그램을 종료하는 중입니다.",
		"the program is shutting down"},
	CodeInternal: {
		"문제가 생겼습니다. 관리자에게 이 번호를 알려 주세요: %s",
		"something went wrong; tell your administrator this id: %s"},
	CodeBadRequest: {
		"요청을 이해할 수 없습니다: %s",
		"the request cannot be understood: %s"},
	CodeBadField: {
		"%s 값이 올바르지 않습니다: %v (허용: %s)",
		"%s: found %v, want %s"},
	CodeUnsupported: {
		"지원하지 않습니다: %s",
		"not supported: %s"},
	CodeModelDamaged: {
		"모델 ‘%s’의 파일이 손상되었습니다. `exaone models remove`로 지우고 다시 받으세요.",
		"the file of model %q is damaged; remove it with `exaone models remove` and pull it again"},
	CodeModelRepaired: {
		"모델 ‘%s’의 준비된 파일이 손상되어 원본으로 다시 만듭니다. 다시 물어 주세요.",
		"the prepared file of model %q was damaged and is made again from the original; please ask again"},
	CodeModelNoNumbers: {
		"모델 ‘%s’의 계산 결과가 수가 아닙니다(%g). 가중치에 NaN이나 무한대가 있거나 값이 너무 큽니다. 모델을 다시 받으세요. 어느 텐서인지는 `exaone quantize`가 알려 줍니다.",
		"model %q computes %g, want numbers: its weights hold NaN or infinity, or are too large; pull it again, and let `exaone quantize` name the tensor"},
	CodeBadModel: {
		"‘%s’ 모델을 열 수 없습니다: %s",
		"model %q cannot be opened: %s"},
	CodeNoAdapter: {
		"‘%[2]s’ 모델에 ‘%[1]s’ 어댑터가 없습니다.",
		"there is no adapter %q for model %q"},
	CodeBadTemplate: {
		"모델의 대화 형식을 적용할 수 없습니다: %s",
		"the model's chat template cannot be applied: %s"},
	CodeBadGrammar: {
		"답변에 걸린 제약(스키마, 정규식, 문법, 도구)을 지킬 수 없습니다: %s",
		"the constraint of the answer (schema, expression, grammar or tool) cannot be kept: %s"},
	CodeGrammarNeedsMore: {
		"제약을 지키는 가장 짧은 답변이 %d토큰인데 요청한 한도는 %d토큰입니다. max_tokens를 늘리세요.",
		"the shortest answer that keeps the constraint has %d tokens, and %d were asked for; raise max_tokens"},

	// store
	CodeStoreLocked: {
		"다른 exaone 프로그램(프로세스 %d)이 이 데이터 폴더를 이미 쓰고 있습니다: %s. 그 프로그램을 끝내거나 --data로 다른 폴더를 고르세요.",
		"another exaone (process %d) already uses the data directory %s; end it, or choose another directory with --data"},
	CodeStoreLockedAt: {
		"다른 exaone 프로그램(프로세스 %d, 주소 %s)이 이 데이터 폴더를 이미 쓰고 있습니다: %s. 그 프로그램을 끝내거나 --data로 다른 폴더를 고르세요.",
		"another exaone (process %d, serving at %s) already uses the data directory %s; end it, or choose another directory with --data"},
	CodeStoreNewer: {
		"이 데이터는 더 새로운 exaone이 만들었습니다(저장소 버전 %d, 이 프로그램이 아는 버전은 %d까지). 새 exaone으로 여세요. 데이터는 바뀌지 않았습니다.",
		"this data was written by a newer exaone (store version %d, this program knows up to %d); open it with that one, nothing was changed"},
	CodeStoreForeign: {
		"exaone의 저장소가 아닌 파일입니다: %s. --data로 다른 폴더를 고르세요.",
		"%s is not a store of exaone; choose another directory with --data"},
	CodeStoreDamaged: {
		"저장소 파일이 손상되었습니다: %s. 백업을 복원하세요.",
		"the store %s is damaged; restore it from a backup"},
	CodeStoreUnwritable: {
		"저장소에 쓸 수 없습니다: %s. 폴더와 파일의 권한을 확인하세요.",
		"%s cannot be written; check the permissions of the directory and its files"},
	CodeStoreBusy: {
		"다른 프로그램이 저장소를 잠그고 있습니다: %s. 잠시 뒤에 다시 시도하세요.",
		"another program keeps the store %s locked; try again in a moment"},
	CodeStoreFull: {
		"디스크에 남은 공간이 없어 저장하지 못했습니다: %s. 공간을 비운 뒤 다시 시도하세요.",
		"the disk of %s is full, so nothing was saved; free some space and try again"},
	CodeStoreFault: {
		"디스크를 읽거나 쓰는 중에 문제가 생겨 저장하지 못했습니다: %s. 디스크 상태를 확인하세요.",
		"reading or writing %s went wrong, so nothing was saved; check the disk"},
	CodeStoreMigration: {
		"저장소를 버전 %[2]d로 바꾸지 못했습니다. 버전 %[1]d 그대로이며 바뀐 것은 없습니다.",
		"the store could not be brought from version %d to %d; it is as it was before"},
	CodeNoPrincipal: {
		"‘%s’ 사용자를 찾을 수 없습니다.",
		"there is nobody with the id %q"},
	CodePrincipalOff: {
		"‘%s’ 사용자는 사용이 중지되었습니다.",
		"%q has been disabled"},
	CodeNoKey: {
		"‘%s’ API 키를 찾을 수 없습니다.",
		"there is no API key with the id %q"},
	CodeKeyUnknown: {
		"API 키가 올바르지 않습니다.",
		"this API key is not known here"},
	CodeKeyExpired: {
		"API 키의 사용 기한이 지났습니다(%s).",
		"this API key expired at %s"},
	CodeKeyRevoked: {
		"폐기된 API 키입니다(%s).",
		"this API key was revoked at %s"},
	CodeNoJob: {
		"‘%s’ 작업을 찾을 수 없습니다.",
		"there is no job with the id %q"},
	CodeJobLost: {
		"‘%s’ 작업은 이미 끝났거나 다른 쪽에서 맡았습니다.",
		"job %q is over or has been taken by another worker"},
	CodeJobCancelled: {
		"‘%s’ 작업이 취소되었습니다.",
		"job %q was cancelled"},
	CodeJobInterrupted: {
		"작업이 %d번 중간에 끊겨 더 시도하지 않습니다.",
		"the job was interrupted %d times and will not be tried again"},
	CodeNoBlob: {
		"저장된 파일을 찾을 수 없습니다: %s",
		"there is no stored file %s"},
	CodeBlobMissing: {
		"저장된 파일이 디스크에서 사라졌거나 손상되었습니다: %s",
		"the stored file %s is missing from the disk or damaged"},
	CodeAuditAltered: {
		"감사 기록이 %d번부터 바뀌었습니다.",
		"the audit log has been altered: row %d is the first that does not fit"},
}
