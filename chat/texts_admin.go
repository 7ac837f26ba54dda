package chat

// The codes of administering from the command line.
const (
	CodeSocketBusy    Code = "socket_busy" // how many commands are carried out at once
	CodeSocketCut     Code = "socket_cut"
	CodeSocketNotHere Code = "socket_not_here"

	CodeCLIAuditColumns Code = "cli_audit_columns"
	CodeCLIAuditWhole   Code = "cli_audit_whole" // how many entries
	CodeCLINoAudit      Code = "cli_no_audit"
)

// adminTexts are the texts of administering from the command line.
var adminTexts = map[Code]text{
	CodeSocketBusy: {
		"서버가 다른 명령 %d개를 처리하고 있습니다. 잠시 뒤에 다시 해 보세요.",
		"the server is busy with %d other commands; try again in a moment"},
	CodeSocketCut: {
		"명령이 끝나기 전에 서버와의 연결이 끊어졌습니다.",
		"the connection to the server ended before the command did"},
	CodeSocketNotHere: {
		"서버가 대신 실행하지 않는 명령입니다.",
		"this is no command that a server runs for others"},

	CodeCLIAuditColumns: {"번호|시각|누가|한 일|대상|내용", "number|time|who|did|to|details"},
	CodeCLIAuditWhole: {
		"감사 기록 %d건이 기록된 그대로입니다. 마지막 번호와 해시를 다른 곳에 적어 두면, 나중에 기록 전체가 바뀌었는지도 알 수 있습니다.",
		"the %d entries of the audit log are as they were written; keep the last number and hash elsewhere, and you can tell later whether all of it was replaced"},
	CodeCLINoAudit: {"감사 기록이 없습니다.", "there are no entries in the audit log"},

	"cli_group_records": {"기록과 백업", "Records and backups"},
	"cli_help_audit": {
		"누가 무엇을 했는지의 기록을 보고 확인합니다",
		"list and verify the record of who did what"},
	"cli_example_audit": {"exaone audit verify", "exaone audit verify"},
	"cli_help_audit_list": {
		"감사 기록을 오래된 것부터 보여 줍니다",
		"list the audit log, oldest first"},
	"cli_example_audit_list": {"exaone audit list --after 1", "exaone audit list --after 1"},
	"cli_flag_after":         {"이 번호 다음의 기록만 보여 줍니다", "list only what comes after this number"},
	"cli_flag_json":          {"한 줄에 하나씩 JSON으로 씁니다", "write JSON, one entry a line"},
	"cli_help_audit_verify": {
		"감사 기록이 바뀌지 않았는지 확인합니다",
		"verify that nobody altered the audit log"},
	"cli_detail_audit_verify": {
		`기록마다 앞 기록의 해시를 담고 있어, 고치거나 끼워 넣거나 지우면 그 뒤가 맞지 않습니다. 처음 바뀐 기록의 번호를
알려 주고 종료 코드 1로 끝납니다. 바뀌지 않았으면 마지막 번호와 해시를 씁니다.`,
		`Each entry holds the hash of the one before it: where one is changed, put in or taken out, what follows does not fit.
The first altered row is named, and the exit code is 1. If nothing was altered, the last number and hash are written.`},
	"cli_example_audit_verify": {"exaone audit verify", "exaone audit verify"},
}
