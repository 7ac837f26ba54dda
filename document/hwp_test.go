package document

import "testing"

func TestSampleHWPText(t *testing.T) {
	const number, sign = "the number of a caption, which pyhwp leaves out", "what Hangul draws for a control, which pyhwp leaves out"
	checkText(t, "hwp", 0.995, map[string]string{
		"글상자-압축.hwp": number, "글상자.hwp": number, "수식.hwp": number, "표.hwp": number,
		"글자겹침.hwp": sign, "덧말.hwp": sign,
	})
}

func TestSampleHWPTables(t *testing.T) {
	checkTables(t, "hwp", map[string]string{})
}
