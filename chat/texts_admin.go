package chat

// The codes of administering from the command line.
const (
	CodeSocketBusy    Code = "socket_busy" // how many commands are carried out at once
	CodeSocketCut     Code = "socket_cut"
	CodeSocketNotHere Code = "socket_not_here"

	CodeCLIAuditColumns Code = "cli_audit_columns"
	CodeCLIAuditWhole   Code = "cli_audit_whole" // how many entries
	CodeCLINoAudit      Code = "cli_no_audit"

	CodeCLIBackedUp       Code = "cli_backed_up"      // file, rows, files, their size
	CodeCLIBackupMissing  Code = "cli_backup_missing" // how many files
	CodeCLIBackupTerminal Code = "cli_backup_terminal"
	CodeCLIRestoredBackup Code = "cli_restored_backup" // file, directory
	CodeCLIRestoredEnded  Code = "cli_restored_ended"  // sessions, links
	CodeCLIRestoredKeys   Code = "cli_restored_keys"   // how many
	CodeCLIFileFault      Code = "cli_file_fault"      // path, what
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

	CodeCLIBackedUp: {
		"%s에 백업하고 처음부터 끝까지 읽어 확인했습니다: 행 %d개, 파일 %d개(%s).",
		"backed up to %s, and read it again to its end: %d rows, %d files (%s)"},
	CodeCLIBackupMissing: {
		"경고: 첨부 파일 %d개는 없거나 손상되어 백업에 들어가지 못했습니다. 나머지는 모두 들어 있습니다.",
		"warning: %d attached files are gone or damaged and are not in the backup; everything else is"},
	CodeCLIBackupTerminal: {
		"백업을 터미널에 쓰지는 않습니다. 파일 이름을 쓰거나 다른 프로그램으로 이어 주세요.",
		"a backup is not written to a terminal; name a file, or pipe it to another program"},
	CodeCLIRestoredBackup: {
		"%s의 내용을 %s에 복원했습니다. 모델은 백업에 없으므로 exaone pull로 다시 받으세요.",
		"restored %s to %s; models are not in a backup: bring them again with exaone pull"},
	CodeCLIRestoredEnded: {
		"백업에 있던 로그인 %d개와 쓰지 않은 링크 %d개는 끝냈습니다. 모두 다시 로그인해야 합니다.",
		"sessions in it that were ended: %d, and links that nobody had used: %d; everybody signs in again"},
	CodeCLIRestoredKeys: {
		"백업할 때 쓸 수 있던 키 %d개를 다시 쓸 수 있습니다. 그 뒤에 폐기한 것이 있으면 다시 폐기하세요.",
		"keys that were good when the backup was made are good again: %d; revoke again what has been revoked since"},
	CodeCLIFileFault: {"%s에 쓸 수 없습니다: %s", "%s cannot be written: %s"},

	"cli_help_backup": {
		"사람, 대화, 설정과 기록을 파일 하나에 백업합니다",
		"back up people, conversations, settings and records to one file"},
	"cli_detail_backup": {
		`서버가 실행 중이어도 됩니다. 한순간의 내용을 모두 담고, 다 쓴 뒤 처음부터 끝까지 다시 읽어 확인합니다. 실패하면
파일을 남기지 않습니다. 모델과 다시 만들 수 있는 것(검색 색인, prefix)은 담지 않습니다. 파일은 암호화하지 않으며
이 사용자만 읽을 수 있습니다(0600). SQLite에서 만든 백업을 PostgreSQL에, 거꾸로도 복원할 수 있습니다.
FILE이 -이면 표준 출력에 씁니다.`,
		`A server may run meanwhile. The file holds everything as it was at one moment, and is read again to its end once it is
written; after a failure there is none. Models are not in it, nor what can be made again (the search index, prefixes). It
is not encrypted, and only this user can read it (0600). What was backed up from SQLite can be restored to PostgreSQL,
and the other way round. With - as FILE it goes to standard output.`},
	"cli_example_backup": {"exaone backup company.backup", "exaone backup company.backup"},
	"cli_arg_backup":     {"백업 파일의 이름, -는 표준 출력", "the name of the file; - is standard output"},
	"cli_help_restore": {
		"백업을 빈 데이터 폴더에 복원합니다",
		"restore a backup to an empty data directory"},
	"cli_detail_restore": {
		`먼저 파일을 끝까지 읽어 확인하므로, 손상된 백업은 아무것도 바꾸지 않습니다. 이미 데이터가 있는 곳에는 복원하지
않습니다. 서버가 꺼져 있어야 합니다.`,
		`The file is read to its end first: one that is damaged changes nothing. Nothing is restored over data that is there
already. No server may run on the directory.`},
	"cli_example_restore": {"exaone --data restored restore company.backup", "exaone --data restored restore company.backup"},
	"cli_arg_restore":     {"백업 파일", "the file of a backup"},

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
