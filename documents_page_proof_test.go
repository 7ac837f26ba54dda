package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/browser"
)

// TestDocumentsPage brings a folder of files by drag and drop and another by the folder field, sees them read, finds, shares,
// moves, renames and deletes by keyboard alone, asks about a file that it drops into a conversation, and has axe look at every
// state, in both colour schemes, on a laptop and on a phone.
func TestDocumentsPage(t *testing.T) {
	model := newTeller(t)
	w := newWorkspace(t, nil, "--model", model.flag())
	admin := w.admin()
	member := w.join(admin, "member", "member")
	team := admin.must("POST", "/api/teams", record{"name": "영업팀", "members": []string{member.id}}).text("id")
	p := &documentsPage{t: t, admin: admin, member: member, team: team, folder: sampleFolder(t)}
	c := browser.Start(t, w.base)
	p.keyboard = &keyboard{c.Tab(), 0}
	enter(c, admin)
	if source, err := os.ReadFile(axeFile); err == nil {
		p.axe = &examiner{t: t, b: p.Tab, source: string(source), seen: map[string]bool{}, found: map[string]int{}}
	}
	p.Open(w.base + "/#/documents")
	p.Await(`document.querySelector(".documents h1") && !document.querySelector(".skeleton")`)
	p.dropFolder()
	p.chooseFolder()
	p.find()
	p.share()
	p.moveAndRename()
	p.remove()
	p.attach(w.base)
	if p.unseen > 0 {
		t.Errorf("%d times what had the focus did not show it", p.unseen)
	}
	if outside := c.Seen().Outside; len(outside) > 0 {
		t.Errorf("requests outside: %q", outside)
	}
	if policy := c.Seen().Policy; len(policy) > 0 {
		t.Errorf("against the policy: %q", policy)
	}
	if p.axe != nil {
		t.Logf("axe: %d states, serious or critical findings: %d, moderate and minor ones: %d", p.axe.states, p.axe.bad, p.axe.lesser)
		for what, n := range p.axe.found {
			t.Errorf("%d times: %s", n, what)
		}
	}
}

// documentsPage is the screen, as somebody at the keyboard has it.
type documentsPage struct {
	t *testing.T
	*keyboard
	axe           *examiner // nil: axe is not here
	admin, member *visitor
	team          string
	folder        string
}

// look has axe examine what is shown, and takes its pictures.
func (p *documentsPage) look(name string) {
	p.t.Helper()
	if p.axe != nil {
		p.axe.examine(name)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{1280, 390} {
			if os.Getenv("EXAONE_SCREENSHOTS") != "" {
				p.Look(width, 844, scheme)
				p.Await(`document.documentElement.dataset.theme == "` + scheme + `"`)
				p.Eval(settling)
				p.Picture(fmt.Sprintf("documents-%s-%d-%s", name, width, scheme))
			}
		}
	}
	p.Look(1280, 860, "light")
	p.Await(`innerWidth == 1280`)
	time.Sleep(200 * time.Millisecond)
}

// dropFolder drops a folder with folders, a file that cannot be read, and what a system leaves in folders.
func (p *documentsPage) dropFolder() {
	p.look("first")
	p.Drag(700, 500, p.folder)
	p.Await(`document.querySelector(".drop-over")`)
	p.Picture("documents-over")
	begin := time.Now()
	p.Drop(700, 500, p.folder)
	p.Await(`document.querySelector(".up-panel") && !document.querySelector(".drop-over")`)
	p.look("uploading")
	p.Await(`document.querySelector("#up-summary").textContent.match(/^6 \/ 7 /) && !document.querySelector(".up-panel .spin")`)
	p.t.Logf("a folder of 7 files is uploaded and read in %.1f s", time.Since(begin).Seconds())
	if said := p.Eval(`document.querySelector("[data-upload='손상.hwp'] .up-how").textContent`); !strings.Contains(said, "손상.hwp") {
		p.t.Errorf("of the file that cannot be read it says %q", said)
	}
	for name, want := range map[string]string{"규정": "3", "2024": "3"} { // what a system left is not among them
		p.Await(fmt.Sprintf(`[...document.querySelectorAll(".doc-tree [role=treeitem]")].some((e) => e.querySelector(".cut").textContent == %q && e.querySelector(".num")?.textContent == %q)`, name, want))
	}
	p.tabTo(`[aria-label="손상.hwp 다시 시도"]`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector("[data-upload='손상.hwp']").className == "failed"`)
	p.look("ended")
	p.tabTo(`.up-panel [aria-label="목록 닫기"]`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`!document.querySelector(".up-panel")`)
}

// chooseFolder opens the menu of ways to upload by keyboard, and has the field for folders take one.
func (p *documentsPage) chooseFolder() {
	p.Eval(`document.querySelector("[data-pick=folder]").addEventListener("click", (e) => { e.preventDefault(); window.asked = true; }, { once: true })`)
	p.tabTo(`[data-do=add]`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector("[role=menu]:popover-open") && document.activeElement.role == "menuitem"`)
	p.Press("ArrowDown", 40, browser.Plain)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`window.asked`)
	p.Choose("[data-pick=folder]", filepath.Join(p.folder, "2024"))
	p.Await(`document.querySelector("#up-summary")?.textContent.match(/^4 \/ 4 /)`)
	p.tabTo(`.up-panel [aria-label="목록 닫기"]`)
	p.Press("Enter", 13, browser.Plain)
}

// find types a question, and goes from the field to the first place by an arrow.
func (p *documentsPage) find() {
	p.tabTo("#doc-search")
	begin := time.Now()
	p.Insert("연차 유급휴가")
	p.Await(`document.querySelector("#doc-hits mark")`)
	p.t.Logf("passages are shown %d ms after the last letter", time.Since(begin).Milliseconds())
	if said := p.Eval(`document.querySelector("#doc-hits mark").textContent`); !strings.Contains("연차 유급휴가를", said) {
		p.t.Errorf("marked: %q", said)
	}
	p.look("found")
	p.Press("ArrowDown", 40, browser.Plain)
	p.Await(`document.activeElement.matches("#doc-hits li > button")`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`[...document.querySelectorAll(".room mark")].some((m) => m.textContent.includes("연차"))`)
	p.look("opened")
	p.Press("Escape", 27, browser.Plain)
	p.Await(`!document.querySelector(".room") && document.activeElement.matches("#doc-hits li > button")`)
	p.Press("ArrowUp", 38, browser.Plain)
	p.Await(`document.activeElement.id == "doc-search"`)
	p.Press("Escape", 27, browser.Plain)
	p.Await(`!document.querySelector("#doc-hits") && document.querySelector(".doc-list")`)
}

// share opens the folder by the tree, and lets a team read it.
func (p *documentsPage) share() {
	if got := p.sees("취업규칙.txt"); got {
		p.t.Error("the member sees a document that nobody has shared")
	}
	p.tabTo(`.doc-tree [tabindex="0"]`)
	p.Press("ArrowDown", 40, browser.Plain)
	for range 10 {
		if p.Eval(`document.activeElement.querySelector(".cut").textContent`) == "규정" {
			break
		}
		p.Eval(`void (window.focused = document.activeElement)`)
		p.Press("ArrowDown", 40, browser.Plain)
		p.Await(`document.activeElement != window.focused`)
	}
	p.Press("Enter", 13, browser.Plain)
	p.Await(`location.hash.startsWith("#/documents/") && document.querySelector(".doc-path [aria-current]")?.textContent == "규정" && document.querySelectorAll(".doc-row").length == 3`)
	p.tabTo(`.doc-head .button`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector("dialog[open] input[type=radio]")`)
	p.Press("ArrowRight", 39, browser.Plain)
	p.Await(`document.querySelector("dialog .picker-box input[type=checkbox]")`)
	p.look("sharing")
	p.tabTo(`dialog .pick-list label:first-child input`) // teams stand first
	p.Press(" ", 32, browser.Plain)
	p.tabTo(`dialog button[type=submit]`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`!document.querySelector("dialog[open]") && document.querySelector(".doc-head .button").textContent == "영업팀"`)
	for deadline := time.Now().Add(mostWait); !p.sees("취업규칙.txt"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatal("the member does not see what was shared with the team")
		}
	}
	p.look("folder")
}

// sees says whether the member is shown a document of a name.
func (p *documentsPage) sees(name string) bool {
	_, text := p.member.send("GET", "/api/documents?limit=200", nil)
	return strings.Contains(text, fmt.Sprintf("%q", name))
}

// moveAndRename moves a document to another folder by its menu, and gives it another name.
func (p *documentsPage) moveAndRename() {
	menu := func(item string) {
		p.tabTo(`[aria-label="취업규칙.txt 더 보기"]`)
		p.Press("Enter", 13, browser.Plain)
		p.Await(`document.querySelector("[role=menu]:popover-open")`)
		for range 8 {
			if p.Eval(`document.activeElement.textContent`) == item {
				break
			}
			p.Press("ArrowDown", 40, browser.Plain)
		}
		p.Press("Enter", 13, browser.Plain)
		p.Await(`document.querySelector("dialog[open]")`)
	}
	menu("이름 바꾸기")
	p.Await(`document.activeElement.tagName == "INPUT"`)
	p.Insert("취업규칙 개정.txt")
	p.Press("Enter", 13, browser.Plain)
	p.Await(`!document.querySelector("dialog[open]") && [...document.querySelectorAll(".doc-name")].some((e) => e.textContent == "취업규칙 개정.txt")`)
	p.tabTo(`[aria-label="취업규칙 개정.txt 고르기"]`)
	p.Press(" ", 32, browser.Plain)
	p.Await(`document.querySelector(".doc-bulk.on")`)
	p.look("selected")
	p.tabTo(`.doc-bulk button`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector("dialog .doc-tree")`)
	p.look("moving")
	p.tabTo(`dialog .doc-tree [tabindex="0"]`)
	p.Press("Home", 36, browser.Plain)
	p.Await(`document.activeElement == document.querySelector("dialog .doc-tree [role=treeitem]")`)
	p.Press("Enter", 13, browser.Plain)
	p.tabTo(`dialog .button.main`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelectorAll(".doc-row").length == 2`)
}

// remove deletes what is selected by the Delete key, after the page has said what that is.
func (p *documentsPage) remove() {
	p.tabTo(`.doc-bulk input`)
	p.Press(" ", 32, browser.Plain)
	p.Await(`document.querySelectorAll(".doc-row.selected").length == 2`)
	p.Press("Delete", 46, browser.Plain)
	p.Await(`document.querySelector("dialog[open] .button.danger") && document.querySelector("dialog .dialog-detail").textContent.includes("삭제된 문서")`)
	p.look("deleting")
	if p.Eval(`document.activeElement.textContent`) != "취소" {
		p.t.Error("the focus does not begin at Cancel")
	}
	p.tabTo(`dialog .button.danger`)
	p.Press("Enter", 13, browser.Plain)
	p.Await(`!document.querySelector("dialog[open]") && document.querySelector(".documents .empty")`)
	p.look("empty-folder")
	_, text := p.admin.send("GET", "/api/documents?limit=200", nil)
	if strings.Contains(text, "손상.hwp") || !strings.Contains(text, "취업규칙 개정.txt") {
		p.t.Errorf("after deleting there are %.2000s", text)
	}
}

// attach drops a file into a new conversation, asks about it, and finds the question with its document.
func (p *documentsPage) attach(base string) {
	p.Open(base + "/#/")
	p.Await(browser.CanAsk)
	p.Drop(700, 400, filepath.Join(p.folder, "취업규칙.txt"))
	p.Await(`document.querySelector("[data-clip='취업규칙.txt']") && document.querySelector("#scope").textContent == "첨부"`)
	p.look("attached")
	p.tabTo("#scope")
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector("[role=menu]:popover-open") && document.activeElement.ariaChecked == "true"`)
	p.look("scope")
	p.Press("Escape", 27, browser.Plain)
	p.tabTo("#composer-input")
	p.Insert("연차는 며칠인가요?")
	p.Press("Enter", 13, browser.Plain)
	p.Await(`document.querySelector(".turn.user .clip button")?.textContent.includes("취업규칙.txt")`)
	p.Await(browser.Answered)
	p.look("asked")
	id := strings.TrimPrefix(p.Eval(`location.hash`), "#/c/")
	if _, text := p.admin.send("GET", "/api/conversations/"+id, nil); !strings.Contains(text, `"document"`) {
		p.t.Errorf("the question has no document: %.500s", text)
	}
	if _, text := p.admin.send("GET", "/api/documents?limit=200", nil); strings.Contains(text, `"name":"취업규칙.txt","grade"`) {
		p.t.Error("what belongs to a conversation is among the documents")
	}
	if p.Eval(`document.querySelector("#scope").textContent`) != "첨부" {
		p.t.Error("the answers no longer rest on what is attached")
	}
}

// sampleFolder is a folder with files of several formats, a damaged one, and what a system leaves.
func sampleFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "규정")
	rule := func(n int) string {
		return strings.Repeat(fmt.Sprintf("제%d조(연차 유급휴가) ① 회사는 1년간 80퍼센트 이상 출근한 사원에게 %d일의 유급휴가를 준다.\n\n", n, 10+n), 40)
	}
	files := map[string]string{
		"취업규칙.txt": rule(15), "안내.md": "# 복지 안내\n\n" + rule(3), "손상.hwp": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00\xff", 2048), ".DS_Store": "x", "~$취업규칙.docx": "x",
		"2024/단가표.csv": "품목,단가\n나사,120\n너트,80\n", "2024/공지.html": "<h1>공지</h1><p>" + rule(7) + "</p>", "2024/규정.docx": docx(t, rule(21)), "2024/Thumbs.db": "x",
		"2024/별표/별표1.txt": rule(30),
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// docx is a document of Word with a paragraph a line.
func docx(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	body := ""
	for _, line := range slices.Collect(strings.SplitSeq(strings.TrimSpace(text), "\n\n")) {
		body += "<w:p><w:r><w:t>" + line + "</w:t></w:r></w:p>"
	}
	for name, text := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`,
	} {
		part, err := z.Create(name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
