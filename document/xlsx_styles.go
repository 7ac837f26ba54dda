package document

import "slices"

// xlsxStyles are the number formats of cells, by the numbers of their styles.
type xlsxStyles struct {
	codes   map[int]string // of formats that the file declares
	ids     []int          // style → format
	formats map[int]*numberFormat
}

// mostStyles is how many styles a file may have: Excel allows 65,490.
const mostStyles = 1 << 16

// readStyles reads the part with the styles. [ECMA-376, part 1, 18.8]
func (r *xlsxReader) readStyles(name string) error {
	st := &r.styles
	st.codes, st.formats = map[int]string{}, map[int]*numberFormat{}
	return r.scan(name, func(x *xmlScanner) error {
		switch local(x.name) {
		case "numFmt":
			if code, id := x.attr("formatCode"), x.num("numFmtId"); len(st.codes) < mostStyles && len(x.open) > 1 && local(x.open[len(x.open)-2]) == "numFmts" {
				st.codes[id] = code
			}
		case "cellXfs":
			return x.inside(func(x *xmlScanner) error {
				if local(x.name) == "xf" && len(st.ids) < mostStyles {
					st.ids = append(st.ids, x.num("numFmtId"))
				}
				return nil
			})
		}
		return nil
	})
}

// of returns the format of a style, nil if it is the general one.
func (st *xlsxStyles) of(style int) *numberFormat {
	if style < 0 || style >= len(st.ids) {
		return nil
	}
	id := st.ids[style]
	if f, ok := st.formats[id]; ok {
		return f
	}
	code, ok := st.codes[id]
	if !ok {
		code = builtinFormat(id)
	}
	var f *numberFormat
	if code != "" && code != "General" {
		f = newNumberFormat(code)
	}
	if st.formats == nil {
		st.formats = map[int]*numberFormat{}
	}
	st.formats[id] = f
	return f
}

// builtinFormat is a format that a file does not declare, as Excel in Korea has it. [ECMA-376, part 1, 18.8.30]
func builtinFormat(id int) string {
	switch {
	case id >= 0 && id < len(builtinFormats):
		return builtinFormats[id]
	case id >= 27 && id <= 36:
		return koreanFormats[id-27]
	case id >= 50 && id <= 58:
		return koreanFormats[slices.Index(laterFormats, id)+10]
	case id >= 37 && id <= 49:
		return lastFormats[id-37]
	}
	return ""
}

var (
	builtinFormats = []string{"General", "0", "0.00", "#,##0", "#,##0.00",
		`"₩"#,##0;\-"₩"#,##0`, `"₩"#,##0;[Red]\-"₩"#,##0`, `"₩"#,##0.00;\-"₩"#,##0.00`, `"₩"#,##0.00;[Red]\-"₩"#,##0.00`,
		"0%", "0.00%", "0.00E+00", "# ?/?", "# ??/??", "yyyy-mm-dd", "d-mmm-yy", "d-mmm", "mmm-yy",
		"h:mm AM/PM", "h:mm:ss AM/PM", "h:mm", "h:mm:ss", "yyyy-mm-dd h:mm"}
	koreanFormats = []string{`yyyy"年" mm"月" dd"日"`, "mm-dd", "mm-dd", "mm-dd-yy", `yyyy"년" mm"월" dd"일"`,
		`h"시" mm"분"`, `h"시" mm"분" ss"초"`, "yyyy-mm-dd", "yyyy-mm-dd", `yyyy"年" mm"月" dd"日"`,
		`yyyy"年" mm"月" dd"日"`, "mm-dd", "yyyy-mm-dd", "yyyy-mm-dd", "mm-dd", "yyyy-mm-dd", "yyyy-mm-dd", `yyyy"年" mm"月" dd"日"`, "mm-dd"}
	laterFormats = []int{50, 51, 52, 53, 54, 55, 56, 57, 58}
	lastFormats  = []string{"#,##0 ;(#,##0)", "#,##0 ;[Red](#,##0)", "#,##0.00;(#,##0.00)", "#,##0.00;[Red](#,##0.00)",
		`_-* #,##0_-;\-* #,##0_-;_-* "-"_-`, `_-"₩"* #,##0_-;\-"₩"* #,##0_-;_-"₩"* "-"_-`,
		`_-* #,##0.00_-;\-* #,##0.00_-;_-* "-"??_-`, `_-"₩"* #,##0.00_-;\-"₩"* #,##0.00_-;_-"₩"* "-"??_-`,
		"mm:ss", "[h]:mm:ss", "mm:ss.0", "##0.0E+0", "@"}
)
