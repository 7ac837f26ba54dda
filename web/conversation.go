package web

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// conversationRoutes are about conversations of whoever asks.
var conversationRoutes = []route{
	{http.MethodGet, "/api/conversations", people.Converse, (*handler).conversations},
	{http.MethodPost, "/api/conversations", people.Converse, (*handler).createConversation},
	{http.MethodPost, "/api/conversations/bulk", people.Converse, (*handler).changeConversations},
	{http.MethodGet, "/api/conversations/{id}", people.Converse, (*handler).openConversation},
	{http.MethodPatch, "/api/conversations/{id}", people.Converse, (*handler).changeConversation},
	{http.MethodDelete, "/api/conversations/{id}", people.Converse, (*handler).deleteConversation},
	{http.MethodPost, "/api/conversations/{id}/branch", people.Converse, opening((*handler).branchConversation)},
}

type conversationJSON struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Titled    store.Titled `json:"titled"`
	Folder    string       `json:"folder"`
	Mode      string       `json:"mode"`
	Model     string       `json:"model"`
	Leaf      string       `json:"leaf"`
	Pinned    bool         `json:"pinned"`
	Archived  bool         `json:"archived"`
	Temporary bool         `json:"temporary"`
	Grade     int          `json:"grade"`
	Origin    string       `json:"origin"`
	Created   time.Time    `json:"created"`
	Updated   time.Time    `json:"updated"`
}

func newConversation(c store.Conversation) conversationJSON {
	return conversationJSON{c.ID, c.Title, c.Titled, c.Folder, c.Mode, c.Model, c.Leaf, c.Pinned, c.Archived, c.Temporary,
		c.Grade, c.Origin, c.Created.UTC(), c.Updated.UTC()}
}

func (h *handler) conversations(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	limit, err := number(r, "limit", 1, 200, 50)
	if err != nil {
		return nil, err
	}
	archived, err := yes(r, "archived")
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	all, err := h.store.Conversations(r.Context(), who, store.ConversationFilter{
		Folder: query.Get("folder"), Archived: archived, Before: query.Get("cursor"), Limit: int(limit)})
	if err != nil {
		return nil, err
	}
	out := listed(all, newConversation)
	if len(all) == int(limit) {
		out.Next = all[len(all)-1].Cursor()
	}
	return out, nil
}

func (h *handler) createConversation(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Title     string `json:"title"`
		Folder    string `json:"folder"`
		Mode      string `json:"mode"`
		Model     string `json:"model"`
		Temporary bool   `json:"temporary"`
		Grade     int    `json:"grade"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := h.usable(r, who, in.Model); err != nil {
		return nil, err
	}
	c, err := h.store.CreateConversation(r.Context(), who, store.ConversationSpec{
		Title: in.Title, Folder: in.Folder, Mode: in.Mode, Model: in.Model, Temporary: in.Temporary, Grade: in.Grade})
	return newConversation(c), err
}

// openConversation replies with a branch: the one that ends in or goes through ?leaf=, or the one shown last; or as much
// of one as ends in ?until=, which shows what is cut in a longer one.
func (h *handler) openConversation(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	ctx, id, leaf := r.Context(), r.PathValue("id"), r.URL.Query().Get("leaf")
	c, err := h.store.Conversation(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if leaf != "" {
		if leaf, err = h.store.LeafBelow(ctx, who, id, leaf); err != nil {
			return nil, err
		}
	}
	branch, err := h.store.Branch(ctx, who, id, cmp.Or(r.URL.Query().Get("until"), leaf))
	if err != nil {
		return nil, err
	}
	return struct {
		Conversation conversationJSON `json:"conversation"`
		Messages     []messageJSON    `json:"messages"`
		Writing      *string          `json:"writing"` // the answer that is being written, of any branch
	}{newConversation(c), newMessages(branch, language(r)), h.writing(id)}, nil
}

// writing is the answer that is being written in a conversation that the caller has found; nil is none.
func (h *handler) writing(conversation string) *string {
	if id := h.opts.Turns.Writing(conversation); id != "" {
		return &id
	}
	return nil
}

func (h *handler) changeConversation(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Title    *string `json:"title"`
		Folder   *string `json:"folder"`
		Pinned   *bool   `json:"pinned"`
		Archived *bool   `json:"archived"`
		Mode     *string `json:"mode"`
		Model    *string `json:"model"`
		Leaf     *string `json:"leaf"`
		Grade    *int    `json:"grade"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if in.Model != nil {
		if err := h.usable(r, who, *in.Model); err != nil {
			return nil, err
		}
	}
	c, err := h.store.UpdateConversation(r.Context(), who, r.PathValue("id"), store.ConversationChange{
		Title: in.Title, Folder: in.Folder, Pinned: in.Pinned, Archived: in.Archived, Mode: in.Mode, Model: in.Model, Leaf: in.Leaf,
		Grade: in.Grade})
	return newConversation(c), err
}

func (h *handler) deleteConversation(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return done{true}, h.store.DeleteConversations(r.Context(), who, []string{r.PathValue("id")})
}

// branchConversation begins a conversation with a copy of a branch of one: up to leaf, or the one shown last.
func (h *handler) branchConversation(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Leaf string `json:"leaf"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	c, err := h.store.CopyBranch(r.Context(), who, r.PathValue("id"), in.Leaf)
	return newConversation(c), err
}

// mostAtOnce is how many conversations one request may change.
const mostAtOnce = 1000

// changeConversations does one thing to many conversations, all or none of them.
func (h *handler) changeConversations(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		IDs    []string `json:"ids"`
		Action string   `json:"action"`
		Folder *string  `json:"folder"`
		Format string   `json:"format"` // of an export: md or json
	}
	if err := readUpTo(w, r, &in, mostAtOnce*128); err != nil {
		return nil, err
	}
	if err := bounded("ids", int64(len(in.IDs)), 1, mostAtOnce); err != nil {
		return nil, err
	}
	if (in.Folder != nil) != (in.Action == "move") {
		return nil, chat.NewError(chat.CodeBadField, nil, "folder", fmt.Sprintf("action %.20q", in.Action), "with action move, and no other")
	}
	switch in.Action {
	case "export":
		return h.exportMany(w, r, who, in.IDs, cmp.Or(in.Format, "md"))
	case "delete":
		return done{true}, h.store.DeleteConversations(r.Context(), who, in.IDs)
	case "archive", "unarchive":
		return done{true}, h.store.ArchiveConversations(r.Context(), who, in.IDs, in.Action == "archive")
	case "move":
		return done{true}, h.store.MoveConversations(r.Context(), who, in.IDs, *in.Folder)
	}
	return nil, chat.NewError(chat.CodeBadField, nil, "action", fmt.Sprintf("%.40q", in.Action), "delete | archive | unarchive | move | export")
}
