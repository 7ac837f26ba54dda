package main

import (
	"crypto/sha256"
	"database/sql"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// writtenByAnswers are the tables that asking writes: what is in them is judged by what is heard, or has no meaning but a time.
var writtenByAnswers = []string{"conversations", "messages", "events", "message_sources", "usage", "search", "digests", "summaries", "sessions", "jobs"}

// tables are digests of all others, a row each.
func (p *injection) tables() map[string]string {
	p.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.w.dir, "store.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	must(p.t, err)
	defer db.Close()
	names := p.column(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
	all := map[string]string{}
	for _, name := range names {
		if slices.ContainsFunc(writtenByAnswers, func(w string) bool { return name == w || strings.HasPrefix(name, w+"_") && w == "search" }) {
			continue
		}
		columns := p.column(db, `SELECT name FROM pragma_table_info('`+name+`')`)
		for _, row := range p.column(db, `SELECT json_array(`+quotedColumns(columns)+`) FROM "`+name+`"`) {
			all[name+" "+row] = name
		}
	}
	return all
}

func quotedColumns(names []string) string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = `quote("` + n + `")`
	}
	return strings.Join(all, ", ")
}

func (p *injection) column(db *sql.DB, query string) (all []string) {
	p.t.Helper()
	rows, err := db.QueryContext(p.t.Context(), query)
	must(p.t, err)
	defer rows.Close()
	for rows.Next() {
		var one string
		must(p.t, rows.Scan(&one))
		all = append(all, one)
	}
	must(p.t, rows.Err())
	return all
}

// changed tells rows that came, went or are others.
func (p *injection) changed(before, after map[string]string) {
	p.t.Helper()
	for _, side := range []struct {
		what     string
		all, not map[string]string
	}{{"gone", before, after}, {"new", after, before}} {
		for row := range side.all {
			if _, there := side.not[row]; !there {
				p.effects++
				p.fail("%s: %.300s", side.what, row)
			}
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(slices.Sorted(maps.Keys(after)), "\n")))
	p.t.Logf("%d rows of other tables: %x before and after", len(after), sum[:6])
}
