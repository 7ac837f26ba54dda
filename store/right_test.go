package store

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// nobodyAsks are the methods that return something and take no principal, and why.
var nobodyAsks = map[string]string{
	"CreateTemp":       "an empty file, for what the program has yet to read",
	"Dir":              "where the store is: of opening it",
	"Sweep":            "a count of what nobody refers to: of opening it",
	"SweepTemporary":   "a count, of what the program does by the clock",
	"SweepDrafts":      "likewise",
	"SweepClasses":     "likewise",
	"ExpireBackups":    "likewise",
	"Handovers":        "how often something was handed over, for whoever keeps an index",
	"InterruptWriting": "a count, of opening it",
	"VerifyKey":        "the secret is what says who asks",
	"VerifySession":    "likewise",
	"PeekLink":         "likewise",
	"UseLink":          "likewise",
}

// A getter is an exported method of the store that returns more than an error. Each says for whom, and looks at it.
func TestNoGetterWithoutAPrincipal(t *testing.T) {
	names, err := filepath.Glob("*.go")
	must(t, err)
	seen := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || !isStore(f.Recv.List[0].Type) || !getter(f) {
				continue
			}
			name := f.Name.Name
			seen[name] = true
			who := principalOf(f)
			if reason := nobodyAsks[name]; (reason == "") == (who == "") {
				t.Errorf("%s: principal %q, reason %q: want one of them", name, who, reason)
			}
			if who != "" && !uses(f.Body, who) {
				t.Errorf("%s takes a principal and does not look at it", name)
			}
		}
	}
	for name := range nobodyAsks {
		if !seen[name] {
			t.Errorf("%s is no getter any more", name)
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d getters were found", len(seen))
	}
}

func isStore(recv ast.Expr) bool {
	star, ok := recv.(*ast.StarExpr)
	if !ok {
		return false
	}
	id, ok := star.X.(*ast.Ident)
	return ok && id.Name == "Store"
}

// getter reports whether a function returns more than an error.
func getter(f *ast.FuncDecl) bool {
	if f.Type.Results == nil {
		return false
	}
	for _, result := range f.Type.Results.List {
		if id, ok := result.Type.(*ast.Ident); !ok || id.Name != "error" {
			return true
		}
	}
	return false
}

// principalOf is the name of a function's parameter that is a chat.Principal; "" has none, or one without a name.
func principalOf(f *ast.FuncDecl) string {
	for _, param := range f.Type.Params.List {
		sel, ok := param.Type.(*ast.SelectorExpr)
		if ok && sel.Sel.Name == "Principal" && len(param.Names) > 0 && param.Names[0].Name != "_" {
			return param.Names[0].Name
		}
	}
	return ""
}

func uses(body *ast.BlockStmt, name string) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return true
	})
	return found
}

// What is the house's own is for those whose role allows it, whatever role they say they have.
func TestGettersAskForTheRight(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		admin, auditor := signUp(t, s, "admin", RoleAdmin), signUp(t, s, "auditor", RoleAuditor)
		member, guest := signUp(t, s, "member", RoleMember), signUp(t, s, "guest", RoleGuest)
		off := signUp(t, s, "off", RoleAdmin)
		must(t, s.DisablePrincipal(ctx, System, off.ID))
		liar := member.as()
		liar.Role = RoleAdmin
		everybody := map[string]chat.Principal{"admin": admin.as(), "auditor": auditor.as(), "member": member.as(), "guest": guest.as(),
			"off": off.as(), "liar": liar, "nobody": {}, "local": chat.Local, "console": chat.Console, "system": System}
		soon := now().Add(time.Hour)
		for _, test := range []struct {
			name string
			may  string
			get  func(who chat.Principal) error
		}{
			{"Audit", "admin auditor console", func(who chat.Principal) error { return second(s.Audit(ctx, who, 0, 1)) }},
			{"FindAudit", "admin auditor console", func(who chat.Principal) error { return second(s.FindAudit(ctx, who, AuditFilter{})) }},
			{"VerifyAudit", "admin auditor console", func(who chat.Principal) error { return second(s.VerifyAudit(ctx, who)) }},
			{"AuditConversations", "auditor", func(who chat.Principal) error {
				return second(s.AuditConversations(ctx, who, member.ID, "", 1))
			}},
			{"Principals", "admin auditor console", func(who chat.Principal) error { return second(s.Principals(ctx, who)) }},
			{"Person", "admin console auditor-self", func(who chat.Principal) error { return second(s.Person(ctx, who, auditor.ID)) }},
			{"Persons", "admin console", func(who chat.Principal) error { return second(s.Persons(ctx, who)) }},
			{"PersonByLogin", "admin console", func(who chat.Principal) error { return second(s.PersonByLogin(ctx, who, "guest")) }},
			{"Admins", "admin console", func(who chat.Principal) error { return second(s.Admins(ctx, who)) }},
			{"Teams", "admin console auditor local", func(who chat.Principal) error { return second(s.Teams(ctx, who)) }},
			{"TeamsOf", "admin console auditor-self", func(who chat.Principal) error { return second(s.TeamsOf(ctx, who, auditor.ID)) }},
			{"Directory", "admin auditor member liar", func(who chat.Principal) error {
				_, _, err := s.Directory(ctx, who)
				return err
			}},
			{"ModelReaders", "admin console local", func(who chat.Principal) error { return second(s.ModelReaders(ctx, who)) }},
			{"Acceptances", "admin console local", func(who chat.Principal) error { return second(s.Acceptances(ctx, who)) }},
			{"Accepted", "admin console local", func(who chat.Principal) error { return second(s.Accepted(ctx, who, "m", "h")) }},
			{"Ability", "admin auditor member guest liar console local", func(who chat.Principal) error {
				_, _, err := s.Ability(ctx, who, "m", "d")
				return err
			}},
			{"KeyEnds", "", func(who chat.Principal) error { return second(s.KeyEnds(ctx, who, soon)) }},
			{"Links", "admin console", func(who chat.Principal) error { return second(s.Links(ctx, who)) }},
			{"Ratings", "admin console", func(who chat.Principal) error { return second(s.Ratings(ctx, who, true, "", 1)) }},
			{"UsageReport", "admin auditor console local", func(who chat.Principal) error {
				return second(s.UsageReport(ctx, who, "2026-11-30", "2026-11-30"))
			}},
			{"Quotas", "admin console", func(who chat.Principal) error { return second(s.Quotas(ctx, who)) }},
			{"TeamQuotas", "admin console", func(who chat.Principal) error { return second(s.TeamQuotas(ctx, who)) }},
			{"TeamUsageOf", "admin auditor console local", func(who chat.Principal) error { return second(s.TeamUsageOf(ctx, who, "t", "2026-11-30")) }},
			{"Announcements", "admin console", func(who chat.Principal) error { return second(s.Announcements(ctx, who)) }},
			{"Claim", "", func(who chat.Principal) error {
				_, _, err := s.Claim(ctx, who, time.Second)
				return err
			}},
		} {
			may := strings.Fields(strings.ReplaceAll(test.may, "-self", "") + " system")
			for name, who := range everybody {
				err := test.get(who)
				if allowed := slices.Contains(may, name); allowed {
					if err != nil {
						t.Errorf("%s for %s: %v", test.name, name, err)
					}
				} else {
					wantCode(t, err, chat.CodeMayNot)
				}
			}
		}
	})
}

// No refusal shows a person what only programs know.
func TestRefusalsNameWhatIsMissing(t *testing.T) {
	s := openTest(t, t.TempDir())
	ada := person(t, s, "Ada")
	_, asked := s.Persons(t.Context(), ada)
	for err, want := range map[error]string{
		asked:        "‘사용자 관리’ 권한이 없습니다. 관리자에게 문의하세요.",
		program(ada): "‘프로그램 내부 작업’ 권한이 없습니다. 관리자에게 문의하세요.",
	} {
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.In(chat.Korean) != want {
			t.Errorf("refused with %v, want %s", err, want)
		}
	}
}
