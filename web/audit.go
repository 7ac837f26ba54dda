package web

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// auditRoutes are for those who read what was done. What people wrote is for the auditor alone, and each look at it is in
// the log before it is sent.
var auditRoutes = []route{
	{http.MethodGet, "/api/admin/audit", people.ReadAudit, (*handler).audit},
	{http.MethodPost, "/api/admin/audit/text", people.ReadAuditText, (*handler).auditText},
	{http.MethodGet, "/api/admin/audit/verify", people.ReadAudit, (*handler).verifyAudit},
}

type entryJSON struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"at"`
	Who     string          `json:"principal"`
	Action  string          `json:"action"`
	Object  string          `json:"object"`
	Details json.RawMessage `json:"details"`
	Hash    string          `json:"hash"`
}

func newEntry(e store.AuditEntry) entryJSON {
	return entryJSON{e.Seq, e.At.UTC(), e.Principal, e.Action, e.Object, e.Details, hex.EncodeToString(e.Hash)}
}

// audit searches the log, newest first. An action that ends in '.' is all that begin so.
func (h *handler) audit(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	query := r.URL.Query()
	filter := store.AuditFilter{Principal: query.Get("principal"), Action: query.Get("action"), Object: query.Get("object")}
	limit, err := number(r, "limit", 1, 1000, 100)
	if err != nil {
		return nil, err
	}
	filter.Limit = int(limit)
	if filter.After, err = number(r, "after", 0, math.MaxInt64, 0); err != nil {
		return nil, err
	}
	if filter.Before, err = number(r, "cursor", 1, math.MaxInt64, 0); err != nil {
		return nil, err
	}
	if filter.From, err = moment(r, "from"); err != nil {
		return nil, err
	}
	if filter.To, err = moment(r, "to"); err != nil {
		return nil, err
	}
	all, err := h.store.FindAudit(r.Context(), who, filter)
	if err != nil {
		return nil, err
	}
	out := listed(all, newEntry)
	if len(all) == filter.Limit {
		out.Next = strconv.FormatInt(all[len(all)-1].Seq, 10)
	}
	return out, nil
}

// moment reads a time of the query: 2026-11-30T09:00:00Z.
func moment(r *http.Request, name string) (time.Time, error) {
	word := r.URL.Query().Get(name)
	if word == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, word)
	if err != nil {
		return at, chat.NewError(chat.CodeBadField, err, name, fmt.Sprintf("%.40q", word), "2026-11-30T09:00:00Z")
	}
	return at, nil
}

// verifyAudit says whether the log is as it was written. Kept elsewhere, the head proves later that all of it is.
func (h *handler) verifyAudit(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	head, err := h.store.VerifyAudit(r.Context(), who)
	return struct {
		OK   bool   `json:"ok"`
		Seq  int64  `json:"seq"`
		Hash string `json:"hash"`
	}{err == nil, head.Seq, hex.EncodeToString(head.Hash)}, err
}

// auditText shows what somebody wrote: a conversation, the one that a message is in, or the titles of a person's.
func (h *handler) auditText(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Conversation string `json:"conversation"`
		Message      string `json:"message"`
		Person       string `json:"person"`
		Cursor       string `json:"cursor"` // of a person's conversations
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	var c store.Conversation
	var messages []store.Message
	var err error
	switch {
	case in.Person != "" && in.Conversation == "" && in.Message == "":
		return h.auditTitles(r, who, in.Person, in.Cursor)
	case in.Conversation != "" && in.Message == "" && in.Person == "":
		c, messages, err = h.store.AuditConversation(r.Context(), who, in.Conversation)
	case in.Message != "" && in.Conversation == "" && in.Person == "":
		c, messages, err = h.store.AuditMessage(r.Context(), who, in.Message)
	default:
		err = chat.NewError(chat.CodeBadField, nil, "conversation", "…", "conversation | message | person")
	}
	if err != nil {
		return nil, err
	}
	return struct {
		Owner        string           `json:"owner"`
		Conversation conversationJSON `json:"conversation"`
		Messages     []messageJSON    `json:"messages"`
	}{c.Owner, newConversation(c), newMessages(messages, language(r))}, nil
}

// mostTitles is how many titles one look shows.
const mostTitles = 100

func (h *handler) auditTitles(r *http.Request, who chat.Principal, person, cursor string) (any, error) {
	all, err := h.store.AuditConversations(r.Context(), who, person, cursor, mostTitles)
	if err != nil {
		return nil, err
	}
	out := listed(all, newConversation)
	if len(all) == mostTitles {
		out.Next = all[len(all)-1].Cursor()
	}
	return out, nil
}
