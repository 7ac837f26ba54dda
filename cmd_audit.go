package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
	"exaone/store"
)

// auditCmd gathers what there is to do with the record of what was done.
type auditCmd struct {
	List   auditListCmd   `cmd:""`
	Verify auditVerifyCmd `cmd:""`
}

// auditListCmd lists entries, oldest first.
type auditListCmd struct {
	After int64 `placeholder:"N"`
	JSON  bool  `name:"json"`
}

// auditPage is how many entries are read at a time.
const auditPage = 500

// Run lists all entries after a number, page by page: the record may be longer than memory.
func (c *auditListCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	names, err := app.principalNames(st)
	if err != nil {
		return err
	}
	after, first := c.After, true
	for {
		entries, err := st.Audit(app.ctx, app.who, after, auditPage)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			if first {
				app.note(chat.CodeCLINoAudit)
			}
			return nil
		}
		after = entries[len(entries)-1].Seq
		if err := c.write(app, entries, names, first); err != nil {
			return err
		}
		first = false
	}
}

func (c *auditListCmd) write(app *app, entries []store.AuditEntry, names map[string]string, first bool) error {
	if c.JSON {
		return writeAuditJSON(app, entries)
	}
	var rows [][]string
	if first {
		rows = append(rows, strings.Split(app.text(chat.CodeCLIAuditColumns), "|"))
	}
	for _, e := range entries {
		who := names[e.Principal]
		if who == "" {
			who = e.Principal
		}
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), e.At.Local().Format(time.DateTime),
			inLine(who), inLine(e.Action), inLine(e.Object), inLine(string(e.Details))})
	}
	return writeTable(app.out, rows)
}

// auditLine is an entry as --json writes it.
type auditLine struct {
	Seq       int64           `json:"seq"`
	At        time.Time       `json:"at"`
	Principal string          `json:"principal"`
	Action    string          `json:"action"`
	Object    string          `json:"object"`
	Details   json.RawMessage `json:"details"`
	Hash      string          `json:"hash"` // hexadecimal
}

func writeAuditJSON(app *app, entries []store.AuditEntry) error {
	for _, e := range entries {
		if !json.Valid(e.Details) { // altered: still shown, as the text that it is
			e.Details, _ = json.Marshal(string(e.Details))
		}
		line, err := json.Marshal(auditLine{e.Seq, e.At, e.Principal, e.Action, e.Object, e.Details, hex.EncodeToString(e.Hash)})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(app.out, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// principalNames are the names of everybody, by id. What people call themselves may be shown beside the program's own.
func (a *app) principalNames(st *store.Store) (map[string]string, error) {
	all, err := st.Principals(a.ctx, a.who)
	names := make(map[string]string, len(all))
	for _, p := range all {
		names[p.ID] = p.Name
		if p.Kind == store.KindPerson || p.Kind == store.KindService {
			names[p.ID] = p.Name + " (" + p.ID + ")"
		}
	}
	return names, err
}

// inLine is text without what could break a line or steer a terminal.
func inLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, text)
}

// auditVerifyCmd proves that the record is what was recorded.
type auditVerifyCmd struct{}

// Run names the first row that was altered, or writes the end of the chain. Whoever keeps that elsewhere can tell later
// that nothing before it was replaced, not even all of it.
func (c *auditVerifyCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	head, err := st.VerifyAudit(app.ctx, app.who)
	if err != nil {
		return err
	}
	app.note(chat.CodeCLIAuditWhole, head.Seq)
	_, err = fmt.Fprintf(app.out, "%d %x\n", head.Seq, head.Hash)
	return err
}
