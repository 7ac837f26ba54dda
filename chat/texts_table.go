package chat

// The codes of tables as files.
const (
	CodeTableTooLarge Code = "table_too_large" // how many rows, columns or characters of a cell, how many there may be
	CodeTableRagged   Code = "table_ragged"    // how many cells would have to be filled in, how many may be; a sheet can hold it
	CodeTableFormless Code = "table_formless"  // the same, of one that no sheet can hold either
	CodeTableUntitled Code = "table_untitled"
)

// tableTexts are the texts of tables as files.
var tableTexts = map[Code]text{
	CodeTableTooLarge: {
		"표가 엑셀 시트에 담을 수 있는 크기를 넘습니다(%d, 최대 %d). CSV로 내려받으세요.",
		"the table is beyond what a sheet can hold: %d, at most %d; take it as CSV"},
	CodeTableRagged: {
		"행마다 칸 수가 너무 달라 CSV로는 만들 수 없습니다(채워야 하는 빈칸 %d개, 최대 %d개). 엑셀 파일로 내려받으세요.",
		"the rows of the table differ too much in length for CSV: %d empty cells to fill in, at most %d; download it for Excel"},
	CodeTableFormless: {
		"행마다 칸 수가 너무 다르고(채워야 하는 빈칸 %d개, 최대 %d개) 엑셀 시트에 담을 수 있는 크기도 넘어, 표를 파일로 만들 수 없습니다.",
		"the rows of the table differ too much in length for CSV (%d empty cells to fill in, at most %d), and it is beyond what a sheet can hold: no file can be made of it"},
	CodeTableUntitled: {"표", "Table"},

	"ui_table_csv":    {"CSV 파일로 내려받기", "Download CSV"},
	"ui_table_xlsx":   {"XLSX(엑셀) 파일로 내려받기", "Download XLSX (Excel)"},
	"ui_table_saved":  {"표를 내려받았습니다", "The table was downloaded"},
	"ui_table_part":   {"표가 커서 %d행, %d열까지만 보여 줍니다. 전체는 파일로 내려받으세요.", "The table is large: only %d rows and %d columns of it are shown. Download a file for all of it."},
	"ui_table_ragged": {"행마다 칸 수가 너무 달라 표를 복사할 수 없습니다. 엑셀 파일로 내려받으세요.", "The rows of the table differ too much in length to be copied. Download it for Excel."},
	"ui_table_formless": {
		"행마다 칸 수가 너무 다르고 엑셀 시트에 담을 수 있는 크기도 넘어, 표를 복사하거나 파일로 만들 수 없습니다.",
		"The rows of the table differ too much in length, and it is beyond what a sheet can hold: it can be neither copied nor downloaded."},
}
