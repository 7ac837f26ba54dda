package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// This file asks both programs the same questions about the same twenty Korean documents, of one model:
//
//	webui -exaone ./exaone -open-webui PATH -documents SHARED -models DATA/models [-model gemma-3-270m]
//
// Eight are office documents, with questions of ours; twelve are articles of KorQuAD, each a Markdown file, with the first
// three questions that others have written. Open WebUI, which cannot read HWP, gets these as PDF. Its embedder is a better
// one than it brings, served by us, since its own knows no Korean.

//go:embed questions.jsonl
var questionsOfOurs []byte

// inquiry is one question, and what a passage that answers it has.
type inquiry struct{ File, Question, Gold string }

// reply is what somebody saw of one answer.
type reply struct {
	useful  time.Duration // until the first line that is of use: a passage, or a word of the answer
	sources []string      // texts that were shown as what the answer rests on, as it refers to them: 1 is the first
	text    string
	struck  [][2]int // bytes of the text that were shown struck through
}

// librarian is a subject that answers from documents.
type librarian interface {
	subject
	openLibrary(ctx context.Context, dir, models, model, backend string) error
	add(ctx context.Context, path string) error
	ready(ctx context.Context) error
	inquire(ctx context.Context, question string) (reply, error)
}

// articles are those of KorQuAD's that are asked about.
const articles = 12

// documentSet writes the documents into a folder and returns the questions about them.
func documentSet(shared, dir string) (files []string, all []inquiry, err error) {
	lines := bufio.NewScanner(bytes.NewReader(questionsOfOurs))
	for lines.Scan() {
		var q inquiry
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, nil, err
		}
		all = append(all, q)
		kind := strings.TrimPrefix(filepath.Ext(q.File), ".")
		if path := filepath.Join(shared, "samples", kind, q.File); !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	b, err := os.ReadFile(filepath.Join(shared, "bench", "korquad1-dev-half.json"))
	if err != nil {
		return nil, nil, err
	}
	var korquad struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				QAs     []struct {
					Question string
					Answers  []struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal(b, &korquad); err != nil {
		return nil, nil, err
	}
	taken := 0
	for _, a := range korquad.Data {
		if len(a.Paragraphs) < 4 || taken == articles {
			continue
		}
		taken++
		var text strings.Builder
		fmt.Fprintf(&text, "# %s\n\n", strings.ReplaceAll(a.Title, "_", " "))
		for i, p := range a.Paragraphs {
			fmt.Fprintf(&text, "%s\n\n", p.Context)
			if i < 3 {
				all = append(all, inquiry{a.Title + ".md", p.QAs[0].Question, p.QAs[0].Answers[0].Text})
			}
		}
		path := filepath.Join(dir, a.Title+".md")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			return nil, nil, err
		}
		files = append(files, path)
	}
	return files, all, nil
}

// tally is what was counted of one program.
type tally struct {
	asked, inSight int
	cited, wrong   int // sentences that name a source; those whose source does not have their numbers, or is not there
	right          int // sentences that name one which has their numbers and most of their words
	useful         []time.Duration
	missed         []string
}

func compareDocuments(ctx context.Context, ours, theirs, shared, models, model string) error {
	dir, err := os.MkdirTemp("", "webui-documents")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, questions, err := documentSet(shared, dir)
	if err != nil {
		return err
	}
	engine := newExaone(ours) // the model and the embedder, for the other one
	defer engine.stop()
	if err := engine.openLibrary(ctx, filepath.Join(dir, "engine"), models, model, ""); err != nil {
		return fmt.Errorf("the model: %w", err)
	}
	tallies := map[string]*tally{}
	for _, s := range []librarian{newExaone(ours), newOpenWebUI(theirs)} {
		t, err := askDocuments(ctx, s, filepath.Join(dir, s.name()), ours, models, model, engine.base+"/v1", files, questions)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name(), err)
		}
		tallies[s.name()] = t
	}
	return reportDocuments(tallies["exaone"], tallies["open-webui"])
}

func askDocuments(ctx context.Context, s librarian, dir, ours, models, model, backend string, files []string, questions []inquiry) (*tally, error) {
	defer s.stop()
	if err := s.openLibrary(ctx, dir, models, model, backend); err != nil {
		return nil, err
	}
	for _, path := range files {
		if _, other := s.(*openWebUI); other && filepath.Ext(path) == ".hwp" {
			pdf, err := pdfOf(ctx, ours, path, dir)
			if err != nil {
				return nil, fmt.Errorf("%s as PDF: %w", filepath.Base(path), err)
			}
			path = pdf
		}
		if err := s.add(ctx, path); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	t := &tally{}
	for _, q := range questions {
		r, err := s.inquire(ctx, q.Question)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.Question, err)
		}
		t.count(q, r)
	}
	fmt.Printf("%s: not in sight: %s\n", s.name(), strings.Join(t.missed, " | "))
	return t, nil
}

// count judges a reply by its texts alone, the same for both.
func (t *tally) count(q inquiry, r reply) {
	t.asked++
	t.useful = append(t.useful, r.useful)
	if slices.ContainsFunc(r.sources, func(s string) bool { return strings.Contains(squeezed(s), squeezed(q.Gold)) }) {
		t.inSight++
	} else {
		t.missed = append(t.missed, q.File+": "+q.Question)
	}
	for _, s := range citing(r) {
		t.cited++
		source := ""
		for _, n := range s.names {
			if n >= 1 && n <= len(r.sources) {
				source += r.sources[n-1] + "\n"
			}
		}
		switch {
		case source == "" || !hasNumbers(source, s.text):
			t.wrong++
		case overlap(source, s.text) >= 0.5:
			t.right++
		}
	}
}

// squeezed is a text without white space and thousands' commas.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ',' {
			return -1
		}
		return r
	}, s)
}

// sentence is one that names sources.
type sentence struct {
	text  string
	names []int
}

// marked matches citations that follow each other: [1][2], or [1, 2] as some models write it.
var marked = regexp.MustCompile(`(?:\[\d{1,3}(?:\s*,\s*\d{1,3})*\]\s*)+`)

// citing are the sentences of a reply that name sources as [1], and are not struck through.
func citing(r reply) []sentence {
	var all []sentence
	last := 0
	for _, at := range marked.FindAllStringIndex(r.text, -1) {
		var names []int
		for _, digits := range strings.FieldsFunc(r.text[at[0]:at[1]], func(r rune) bool { return !unicode.IsDigit(r) }) {
			n, _ := strconv.Atoi(digits) // three digits at most
			names = append(names, n)
		}
		text := r.text[last:at[0]]
		last = at[1]
		if !slices.ContainsFunc(r.struck, func(s [2]int) bool { return s[0] < at[1] && at[0] < s[1] }) {
			all = append(all, sentence{text, names})
		}
	}
	return all
}

// hasNumbers reports whether a source has every run of digits of a sentence.
func hasNumbers(source, text string) bool {
	source = squeezed(source)
	for _, n := range strings.FieldsFunc(squeezed(text), func(r rune) bool { return !unicode.IsDigit(r) && r != '.' }) {
		if n = strings.Trim(n, "."); n != "" && !strings.Contains(source, n) {
			return false
		}
	}
	return true
}

// overlap is which share of a sentence's pairs of syllables a source has.
func overlap(source, text string) float64 {
	source = squeezed(source)
	r := []rune(squeezed(text))
	has, all := 0, 0
	for i := 0; i+1 < len(r); i++ {
		all++
		if strings.Contains(source, string(r[i:i+2])) {
			has++
		}
	}
	return float64(has) / float64(max(all, 1))
}

func reportDocuments(a, b *tally) error {
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	rows := []struct {
		name         string
		ours, theirs float64
		higher       bool
	}{
		{"right passage in sight", share(a.inSight, a.asked), share(b.inSight, b.asked), true},
		{"cite what is not there, or other numbers", float64(a.wrong), float64(b.wrong), false},
		{"cite what does not say it", float64(a.cited - a.right), float64(b.cited - b.right), false},
		{"cite what says it", float64(a.right), float64(b.right), true},
		{"first useful line, median s", median(a.useful).Seconds(), median(b.useful).Seconds(), false},
	}
	fmt.Printf("\nof %d answers: %d sentences cite, and %d\n", a.asked, a.cited, b.cited)
	behind := 0
	fmt.Printf("%-42s %12s %12s\n", "", "exaone", "open-webui")
	for _, row := range rows {
		fmt.Printf("%-42s %12.3f %12.3f\n", row.name, row.ours, row.theirs)
		if row.ours != row.theirs && (row.ours > row.theirs) != row.higher {
			behind++
		}
	}
	if behind > 0 {
		return fmt.Errorf("behind in %d rows", behind)
	}
	return nil
}

// pdfOf prints a document of Hangul as PDF, for a program that cannot read it: its text, as we read it, through LibreOffice.
func pdfOf(ctx context.Context, ours, path, dir string) (string, error) {
	text, err := exec.CommandContext(ctx, ours, "document", path, "--text").Output()
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	plain := filepath.Join(dir, name+".txt")
	if err := os.WriteFile(plain, append([]byte("\xef\xbb\xbf"), text...), 0o600); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "soffice", "-env:UserInstallation=file://"+dir+"/office", "--headless", "--infilter=Text (encoded):UTF8", "--convert-to", "pdf:writer_pdf_Export",
		"--outdir", dir, plain).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %.300s", err, out)
	}
	return filepath.Join(dir, name+".pdf"), nil
}

// upload sends a file in a form.
func (p *program) upload(ctx context.Context, to, bearer, path string, out any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", filepath.Base(path))
	if err != nil {
		return err
	}
	part.Write(content) // into memory
	form.Close()
	_, err = p.call(ctx, "POST", to, bearer, form.FormDataContentType(), &body, out)
	return err
}
