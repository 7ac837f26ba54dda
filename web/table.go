package web

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/exchange"
	"exaone/people"
)

// tableRoutes make files of tables.
var tableRoutes = []route{
	{http.MethodPost, "/api/tables/export", people.Converse, (*handler).exportTable},
}

// maxTable is the longest table that becomes a file, in bytes of its JSON. An answer holds less.
const maxTable = 8 << 20

// exportTable sends a table that the page shows as CSV or as a workbook. Nothing is kept of it, and nothing is read for it:
// whoever has the table has it already.
func (h *handler) exportTable(w http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	var in struct {
		chat.Table
		Format string `json:"format"`
	}
	if err := readUpTo(w, r, &in, maxTable); err != nil {
		return nil, err
	}
	in.Title = cmp.Or(in.Title, chat.Text(language(r), chat.CodeTableUntitled))
	name := func(ending string) string { return exchange.FileName(in.Title, time.Now(), ending, language(r)) }
	switch in.Format {
	case "csv":
		return h.download(w, r, name("csv"), "text/csv; charset=utf-8", func(w io.Writer) error { return exchange.WriteCSV(w, in.Table, language(r)) })
	case "xlsx":
		return h.download(w, r, name("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			func(w io.Writer) error { return exchange.WriteXLSX(w, in.Table, language(r)) })
	}
	return nil, chat.NewError(chat.CodeBadField, nil, "format", fmt.Sprintf("%.40q", in.Format), "csv | xlsx")
}
