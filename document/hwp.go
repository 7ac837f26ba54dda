package document

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// hwp reads files of Hangul from 5.0 on (.hwp): a compound file with a list of shapes and styles (DocInfo), sections of
// records (BodyText, or ViewText in documents for distribution) and files (BinData).
// [한글 문서 파일 형식 5.0 revision 1.3, 한글과컴퓨터]
//
// Where text stands comes from the line segments that Hangul stores with each paragraph: a height within the page and a
// place within the column. The page is worked out of them: where the height falls back, a column or a page begins.
var hwp = format{name: "hwp", extensions: []string{".hwp", ".hwt"}, is: isHWP, read: readHWP, count: countHWP,
	skip: []Kind{Ruby, Equation, Field}}

const hwpSignature = "HWP Document File"

// isHWP reports whether a file is a compound file with the streams of Hangul. One that is cut off before its list of
// streams is known by its name.
func isHWP(head []byte, src *Source) bool {
	if !bytes.HasPrefix(head, []byte(cfbMagic)) {
		return false
	}
	file, err := openCompound(src, src.Size, Limits{}.or().Entries)
	if err != nil {
		return slices.Contains([]string{".hwp", ".hwt"}, src.extension())
	}
	if e, ok := file.entry("FileHeader"); ok {
		first := make([]byte, len(hwpSignature))
		n, _ := io.ReadFull(file.stream(e), first)
		return string(first) == hwpSignature || n < len(first) && slices.Contains([]string{".hwp", ".hwt"}, src.extension())
	}
	_, info := file.entry("DocInfo")
	_, body := file.entry("BodyText/Section0")
	return info || body
}

// hwpReader reads one file.
type hwpReader struct {
	ctx       context.Context
	b         *builder
	name      string
	file      *compound
	version   uint32 // 0x05000304 is 5.0.3.4
	packed    bool
	decipher  hwpCipher // of the password; nil without
	info      hwpInfo
	open      [2]hwpOpen // of records and of files
	buf       []byte
	images    map[string]int  // by their streams, as Block.Image
	opened    map[string]bool // streams of objects
	outline   int             // the numbering of the section's headings
	flow      hwpFlow
	where     hwpWhere
	pending   []Block // paragraphs of which it is not known yet where they stand
	after     int     // height at which what was added last ends, and its page
	afterPage int
	before    []Block // pages that lie under the pages of the section that begins
	loose     bool    // a paragraph of the body is somewhere on a page: its lines are not known
	nested    int     // depth of lists
	waiting   int     // blocks, and bytes of text, that are not added yet
	waitText  int64
	memos     map[int]Place // where a memo is anchored
}

// hwpWhere is which paragraph is being read.
type hwpWhere struct{ section, paragraph int }

// Flags of the file header.
const (
	hwpPacked       = 1 << 0
	hwpEncrypted    = 1 << 1
	hwpForViewing   = 1 << 2
	hwpDRM          = 1 << 4
	hwpCertificate  = 1 << 8
	hwpDRMByLicence = 1 << 10
)

func readHWP(ctx context.Context, src *Source, b *builder) error {
	file, err := openCompound(src, src.Size, b.limits.Entries)
	if err != nil {
		return err
	}
	h := &hwpReader{ctx: ctx, b: b, name: src.Name, file: file, images: map[string]int{}, opened: map[string]bool{}, memos: map[int]Place{}}
	flags, err := h.header(src)
	if err != nil {
		return err
	}
	h.summary()
	if err := h.docInfo(src); err != nil {
		return err
	}
	folder := "BodyText"
	if flags&hwpForViewing != 0 {
		folder = "ViewText"
	}
	if err := h.sections(folder); err != nil {
		return err
	}
	if err := h.preview(); err != nil {
		return err
	}
	if err := h.otherFiles(); err != nil {
		return err
	}
	for _, err := range file.faults {
		b.gap(Gap{What: GapStream, Where: "compound file", Why: err.Error()})
	}
	return nil
}

// header reads what kind of document it is, and refuses what cannot be read.
func (h *hwpReader) header(src *Source) (flags uint32, err error) {
	var head [256]byte
	e, ok := h.file.entry("FileHeader")
	n := 0
	if ok {
		n, err = io.ReadFull(h.file.stream(e), head[:])
	}
	if n < 48 || string(head[:len(hwpSignature)]) != hwpSignature {
		h.b.gap(Gap{What: GapStream, Where: "FileHeader", Why: fmt.Sprintf("%d bytes: %v", n, errOr(err, errors.New("not the header of Hangul")))})
		h.packed, h.version = true, 0x05000500
		return h.guessed(), nil
	}
	h.version = binary.LittleEndian.Uint32(head[32:])
	flags = binary.LittleEndian.Uint32(head[36:])
	h.packed = flags&hwpPacked != 0
	switch {
	case flags&(hwpDRM|hwpDRMByLicence) != 0:
		return 0, chat.NewError(chat.CodeDocumentProtected, nil, src.Name, "한컴 DRM")
	case flags&hwpCertificate != 0:
		return 0, chat.NewError(chat.CodeDocumentProtected, nil, src.Name, "공인인증서")
	case flags&hwpEncrypted != 0 && src.Password == "":
		return 0, chat.NewError(chat.CodeDocumentPassword, nil, src.Name)
	case flags&hwpEncrypted != 0:
		return flags, h.unlock(src, binary.LittleEndian.Uint32(head[44:]))
	}
	return flags, nil
}

// guessed are the flags of a file whose header is lost.
func (h *hwpReader) guessed() uint32 {
	if _, ok := h.file.entry("ViewText/Section0"); ok {
		return hwpPacked | hwpForViewing
	}
	return hwpPacked
}

// unlock finds how the password encrypts: the list of shapes begins with a record that is known.
func (h *hwpReader) unlock(src *Source, version uint32) error {
	var why error
	for _, h.decipher = range hwpCiphers(version, src.Password) {
		r, err := h.records("DocInfo", false)
		if err != nil {
			return err
		}
		if r.next(); r.ok && r.tag == hwpDocumentProperties && r.level == 0 && len(r.data) >= 26 {
			return nil
		}
		why = r.err
	}
	return chat.NewError(chat.CodeDocumentPasswordWrong, why, src.Name)
}

// records opens a stream of records.
func (h *hwpReader) records(path string, distributed bool) (*hwpRecords, error) {
	e, ok := h.file.entry(path)
	if !ok {
		return nil, fmt.Errorf("there is no stream %s", path)
	}
	raw, from, err := h.unpacked(e, &h.open[0], h.packed, distributed)
	if err != nil {
		return nil, err
	}
	return &hwpRecords{from: from, raw: raw, distributed: distributed, b: h.b}, nil
}

// hwpOpen is what a stream is read with, kept for the next one.
type hwpOpen struct {
	raw, from *bufio.Reader
	inflate   io.ReadCloser
}

// unpacked reads a stream as it is before it is packed; raw, if it was, is at what follows once from has ended.
func (h *hwpReader) unpacked(e cfbEntry, with *hwpOpen, packed, distributed bool) (raw *bufio.Reader, from io.Reader, err error) {
	stream := h.file.stream(e)
	if h.decipher != nil {
		stream = h.decipher(bufio.NewReader(stream))
	}
	if distributed {
		if stream, err = hwpDistributed(bufio.NewReader(stream)); err != nil {
			return nil, nil, err
		}
	}
	if with.inflate == nil {
		const ahead = 16 << 10
		with.raw, with.from = bufio.NewReaderSize(stream, ahead), bufio.NewReaderSize(nil, ahead)
		with.inflate = flate.NewReader(with.raw)
	}
	with.raw.Reset(stream)
	if !packed {
		return nil, with.raw, nil
	}
	if err := with.inflate.(flate.Resetter).Reset(with.raw, nil); err != nil {
		return nil, nil, err
	}
	with.from.Reset(with.inflate)
	return with.raw, with.from, nil
}

// hwpMaxShapes is how many shapes, styles and files a document may have.
const hwpMaxShapes = 1 << 17

// docInfo reads the list of shapes and styles.
func (h *hwpReader) docInfo(src *Source) error {
	r, err := h.records("DocInfo", false)
	if err != nil {
		h.b.gap(Gap{What: GapStream, Where: "DocInfo", Why: err.Error()})
		return nil
	}
	kept := 0
	for r.next(); r.ok; r.next() {
		if kept++; kept > hwpMaxShapes {
			return tooMuch("blocks", hwpMaxShapes)
		}
		h.info.read(r.tag, r.data)
	}
	switch missing := h.info.missing(); {
	case r.err != nil:
		return h.broken(r.err, "DocInfo")
	case missing != "":
		h.b.gap(Gap{What: GapStream, Where: "DocInfo", Why: missing})
	}
	return nil
}

// broken notes a stream that is damaged; a limit or the end of the context ends the reading.
func (h *hwpReader) broken(err error, where string) error {
	if _, ok := errors.AsType[*chat.Error](err); ok || h.ctx.Err() != nil {
		return errOr(h.ctx.Err(), err)
	}
	h.b.gap(Gap{What: GapStream, Page: h.flow.page, Where: where, Why: err.Error()})
	return nil
}

// sections reads the sections in order.
func (h *hwpReader) sections(folder string) error {
	var numbers []int
	for _, e := range h.file.entries {
		name, ok := strings.CutPrefix(e.path, folder+"/Section")
		if !ok && e.lost {
			name, ok = strings.CutPrefix(e.path, "Section")
		}
		if n, err := strconv.Atoi(name); ok && err == nil && n >= 0 && !e.storage {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	if len(numbers) < max(h.info.sections, 1) {
		h.b.gap(Gap{What: GapStream, Where: folder, In: int64(max(h.info.sections, 1)), Out: int64(len(numbers)), Why: "sections are missing"})
	}
	for _, n := range numbers {
		path := fmt.Sprintf("%s/Section%d", folder, n)
		h.where = hwpWhere{section: n + 1}
		if err := h.section(path, folder == "ViewText"); err != nil {
			return err
		}
	}
	return h.finish()
}

// section reads one section.
func (h *hwpReader) section(path string, distributed bool) error {
	r, err := h.records(path, distributed)
	if err != nil {
		h.b.gap(Gap{What: GapStream, Page: h.flow.page, Where: path, Why: err.Error()})
		return nil
	}
	h.outline = 0
	h.flow.section()
	for r.next(); r.ok; {
		if r.tag != hwpParaHeader {
			r.next()
			continue
		}
		h.where.paragraph++
		block, err := h.paragraph(r, hwpFrame{body: true, behind: hwpWhite})
		if err != nil {
			return err
		}
		for _, b := range append(h.before, block) {
			if b.Page == 0 {
				hwpMove([]Block{b}, hwpTo(block.Page, 0), 0)
				b.Page = block.Page
			}
			if err := h.emit(b); err != nil {
				return err
			}
		}
		h.before = nil
	}
	if r.err != nil {
		return h.broken(r.err, path)
	}
	return nil
}
