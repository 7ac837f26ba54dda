package main

import (
	"fmt"
	"strings"
)

// The parts of a HWPX beside its text (KS X 6101).
const (
	spaces = `xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hc="http://www.hancom.co.kr/hwpml/2011/core" xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" xmlns:opf="http://www.idpf.org/2007/opf/"`

	hwpxVersion   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" tagetApplication="WORDPROCESSOR" major="5" minor="1" micro="0" buildNumber="1" os="1" xmlVersion="1.4" application="ChatEXAONE" appVersion="1"/>`
	hwpxSettings  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ha:HWPApplicationSetting xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app"><ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>`
	hwpxContainer = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container"><ocf:rootfiles><ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/></ocf:rootfiles></ocf:container>`
	hwpxManifest  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`
	hwpxContents  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><opf:package ` + spaces + ` version="" unique-identifier="" id=""><opf:metadata><opf:title>출장 여비 규정</opf:title><opf:language>ko</opf:language>` +
		`<opf:meta name="creator" content="text">해오름산업 인사총무팀</opf:meta><opf:meta name="CreatedDate" content="text">2025-11-28T00:00:00Z</opf:meta><opf:meta name="ModifiedDate" content="text">2025-11-28T00:00:00Z</opf:meta></opf:metadata>` +
		`<opf:manifest><opf:item id="header" href="Contents/header.xml" media-type="application/xml"/><opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/><opf:item id="settings" href="settings.xml" media-type="application/xml"/></opf:manifest>` +
		`<opf:spine><opf:itemref idref="header" linear="yes"/><opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>`

	// hwpxSetup is the paper: A4, with the number of the page below.
	hwpxSetup = `<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" tabStopVal="4000" tabStopUnit="HWPUNIT" outlineShapeIDRef="1" memoShapeIDRef="0" textVerticalWidthHead="0" masterPageCnt="0"><hp:grid lineGrid="0" charGrid="0" wonggojiFormat="0"/><hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>` +
		`<hp:visibility hideFirstHeader="0" hideFirstFooter="0" hideFirstMasterPage="0" border="SHOW_ALL" fill="SHOW_ALL" hideFirstPageNum="0" hideFirstEmptyLine="0" showLineNumber="0"/><hp:lineNumberShape restartType="0" countBy="0" distance="0" startNumber="0"/>` +
		`<hp:pagePr landscape="WIDELY" width="59528" height="84186" gutterType="LEFT_ONLY"><hp:margin header="4252" footer="4252" gutter="0" left="8504" right="8504" top="5668" bottom="4252"/></hp:pagePr>` +
		`<hp:footNotePr><hp:autoNumFormat type="DIGIT" userChar="" prefixChar="" suffixChar=")" supscript="0"/><hp:noteLine length="-1" type="SOLID" width="0.12 mm" color="#000000"/><hp:noteSpacing betweenNotes="283" belowLine="567" aboveLine="850"/><hp:numbering type="CONTINUOUS" newNum="1"/><hp:placement place="EACH_COLUMN" beneathText="0"/></hp:footNotePr>` +
		`<hp:endNotePr><hp:autoNumFormat type="DIGIT" userChar="" prefixChar="" suffixChar=")" supscript="0"/><hp:noteLine length="-1" type="SOLID" width="0.12 mm" color="#000000"/><hp:noteSpacing betweenNotes="0" belowLine="567" aboveLine="850"/><hp:numbering type="CONTINUOUS" newNum="1"/><hp:placement place="END_OF_DOCUMENT" beneathText="0"/></hp:endNotePr></hp:secPr>` +
		`<hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/></hp:ctrl><hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>`
)

// languages are those for which HWPX names fonts, as the attributes of letters call them.
var languages = []string{"hangul", "latin", "hanja", "japanese", "other", "symbol", "user"}

// forEach is an element with the same value for all languages.
func forEach(name, value string) string {
	var b strings.Builder
	b.WriteString("<hh:" + name)
	for _, l := range languages {
		fmt.Fprintf(&b, ` %s="%s"`, l, value)
	}
	return b.String() + "/>"
}

// hwpxHeader is header.xml: fonts, borders, and the shapes of letters and paragraphs.
func hwpxHeader() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><hh:head ` + spaces + ` version="1.4" secCnt="1"><hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/><hh:refList>`)
	fmt.Fprintf(&b, `<hh:fontfaces itemCnt="%d">`, len(languages))
	for _, l := range languages {
		fmt.Fprintf(&b, `<hh:fontface lang="%s" fontCnt="1"><hh:font id="0" face="함초롬바탕" type="TTF" isEmbedded="0"/></hh:fontface>`, strings.ToUpper(l))
	}
	b.WriteString(`</hh:fontfaces><hh:borderFills itemCnt="4">`)
	for id := 1; id <= 4; id++ {
		line, fill := "NONE", ""
		if id >= 3 {
			line = "SOLID"
		}
		if id == 4 {
			fill = `<hc:fillBrush><hc:winBrush faceColor="#E8EDF3" hatchColor="#999999" alpha="0"/></hc:fillBrush>`
		}
		fmt.Fprintf(&b, `<hh:borderFill id="%d" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0"><hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>`, id)
		for _, side := range []string{"left", "right", "top", "bottom"} {
			fmt.Fprintf(&b, `<hh:%sBorder type="%s" width="0.12 mm" color="#000000"/>`, side, line)
		}
		b.WriteString(fill + `</hh:borderFill>`)
	}
	letters := []struct {
		height int
		bold   bool
	}{{textSize, false}, {2000, true}, {textSize, true}, {900, false}, {900, true}}
	fmt.Fprintf(&b, `</hh:borderFills><hh:charProperties itemCnt="%d">`, len(letters))
	for id, l := range letters {
		bold := ""
		if l.bold {
			bold = "<hh:bold/>"
		}
		fmt.Fprintf(&b, `<hh:charPr id="%d" height="%d" textColor="#000000" shadeColor="none" useFontSpace="0" useKerning="0" symMark="NONE" borderFillIDRef="1">%s%s%s%s%s%s<hh:underline type="NONE" shape="SOLID" color="#000000"/><hh:strikeout shape="NONE" color="#000000"/><hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/></hh:charPr>`,
			id, l.height, forEach("fontRef", "0"), forEach("ratio", "100"), forEach("spacing", "0"), forEach("relSz", "100"), forEach("offset", "0"), bold)
	}
	b.WriteString(`</hh:charProperties><hh:tabProperties itemCnt="1"><hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/></hh:tabProperties><hh:numberings itemCnt="1"><hh:numbering id="1" start="0">`)
	for level := 1; level <= 7; level++ { // numbers are written out in the text, as in the law
		fmt.Fprintf(&b, `<hh:paraHead start="1" level="%d" align="LEFT" useInstWidth="1" autoIndent="1" widthAdjust="0" textOffsetType="PERCENT" textOffset="50" numFormat="DIGIT" charPrIDRef="4294967295" checkable="0"/>`, level)
	}
	b.WriteString(`</hh:numbering></hh:numberings>`)
	paragraphs := []struct {
		align, heading           string
		left, before, after, gap int
	}{
		{"JUSTIFY", "NONE", 0, 0, afterText, 190}, {"CENTER", "NONE", 0, 0, afterText, 170}, {"LEFT", "OUTLINE", 0, 1200, afterText, 190},
		{"JUSTIFY", "NONE", 1500, 0, afterText, 190}, {"LEFT", "NONE", 0, 0, 0, 120},
	}
	fmt.Fprintf(&b, `<hh:paraProperties itemCnt="%d">`, len(paragraphs))
	for id, p := range paragraphs {
		fmt.Fprintf(&b, `<hh:paraPr id="%d" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" suppressLineNumbers="0" checked="0"><hh:align horizontal="%s" vertical="BASELINE"/><hh:heading type="%s" idRef="0" level="0"/><hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="BREAK_WORD" widowOrphan="0" keepWithNext="0" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/><hh:autoSpacing eAsianEng="0" eAsianNum="0"/>`,
			id, p.align, p.heading)
		fmt.Fprintf(&b, `<hh:margin><hc:intent value="0" unit="HWPUNIT"/><hc:left value="%d" unit="HWPUNIT"/><hc:right value="0" unit="HWPUNIT"/><hc:prev value="%d" unit="HWPUNIT"/><hc:next value="%d" unit="HWPUNIT"/></hh:margin><hh:lineSpacing type="PERCENT" value="%d" unit="HWPUNIT"/><hh:border borderFillIDRef="1" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0" connect="0" ignoreMargin="0"/></hh:paraPr>`,
			p.left, p.before, p.after, p.gap)
	}
	b.WriteString(`</hh:paraProperties><hh:styles itemCnt="1"><hh:style id="0" type="PARA" name="바탕글" engName="Normal" paraPrIDRef="0" charPrIDRef="0" nextStyleIDRef="0" langID="1042" lockForm="0"/></hh:styles></hh:refList>`)
	b.WriteString(`<hh:compatibleDocument targetProgram="HWP201X"><hh:layoutCompatibility/></hh:compatibleDocument><hh:docOption><hh:linkinfo path="" pageInherit="0" footnoteInherit="0"/></hh:docOption></hh:head>`)
	return b.String()
}
