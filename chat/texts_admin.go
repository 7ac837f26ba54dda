package chat

// The codes of administering from the command line.
const (
	CodeSocketBusy    Code = "socket_busy" // how many commands are carried out at once
	CodeSocketCut     Code = "socket_cut"
	CodeSocketNotHere Code = "socket_not_here"
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
}
