package document

import "testing"

func TestPPTXSamples(t *testing.T) {
	checkText(t, "pptx", 0.995, map[string]string{
		"ko-plan.pptx": "python-pptx prints the whole numbers of the chart as 76.0, where the file and its truth have 76",
	})
}
