package tokenizer

import (
	"encoding/json"
	"fmt"
)

// Slot is one place of what an encoder was taught to read: a token, or a text.
type Slot struct {
	Text int   // 1 is the first text, 2 the second, 0 none: then it is a token
	ID   ID    // the token
	Type int32 // the token type of whatever stands there
}

// Single returns what an encoder reads of one text: the text and the tokens around it; nil if the file does not say
// it. The slice is the tokenizer's; do not change it.
func (t *Tokenizer) Single() []Slot { return t.single }

// Pair is Single for two texts.
func (t *Tokenizer) Pair() []Slot { return t.pair }

// templateItem is one place of a TemplateProcessing.
type templateItem struct {
	SpecialToken *struct {
		ID   string `json:"id"`
		Type int32  `json:"type_id"`
	} `json:"SpecialToken"`
	Sequence *struct {
		ID   string `json:"id"`
		Type int32  `json:"type_id"`
	} `json:"Sequence"`
}

// setTemplate finds out from a post-processor what surrounds a text.
func (t *Tokenizer) setTemplate(data json.RawMessage) error {
	list, err := steps(data, 0)
	if err != nil {
		return err
	}
	for _, s := range list {
		switch s.Type {
		case "ByteLevel": // concerns offsets alone
		case "TemplateProcessing":
			if t.single, err = t.slots(s.Single); err != nil {
				return err
			}
			if t.pair, err = t.slots(s.Pair); err != nil {
				return err
			}
		case "BertProcessing", "RobertaProcessing":
			first, err := t.namedToken(s.CLS)
			if err != nil {
				return fmt.Errorf("cls: %w", err)
			}
			last, err := t.namedToken(s.SEP)
			if err != nil {
				return fmt.Errorf("sep: %w", err)
			}
			if s.Type == "BertProcessing" {
				t.single, t.pair = bertFrames(first, last)
			} else {
				t.single, t.pair = robertaFrames(first, last)
			}
		default:
			return fmt.Errorf("found type %.40q, want BertProcessing, ByteLevel, RobertaProcessing, TemplateProcessing or Sequence", s.Type)
		}
	}
	t.setEnds()
	return nil
}

// slots resolves the places of a template.
func (t *Tokenizer) slots(items []templateItem) ([]Slot, error) {
	var slots []Slot
	for _, item := range items {
		switch {
		case item.SpecialToken != nil:
			id := t.vocab.find(item.SpecialToken.ID)
			if id < 0 {
				return nil, fmt.Errorf("token %.40q is not in the vocabulary", item.SpecialToken.ID)
			}
			slots = append(slots, Slot{ID: id, Type: item.SpecialToken.Type})
		case item.Sequence != nil && item.Sequence.ID == "B":
			slots = append(slots, Slot{Text: 2, Type: item.Sequence.Type})
		default: // "A", or nothing, which stands for it
			slot := Slot{Text: 1}
			if item.Sequence != nil {
				slot.Type = item.Sequence.Type
			}
			slots = append(slots, slot)
		}
	}
	return slots, nil
}

// namedToken reads ["</s>", 2].
func (t *Tokenizer) namedToken(data json.RawMessage) (ID, error) {
	var pair []json.RawMessage
	var name string
	if err := json.Unmarshal(data, &pair); err != nil || len(pair) != 2 || json.Unmarshal(pair[0], &name) != nil {
		return -1, fmt.Errorf("found %.40q, want a token and its id", data)
	}
	id := t.vocab.find(name)
	if id < 0 {
		return -1, fmt.Errorf("token %.40q is not in the vocabulary", name)
	}
	return id, nil
}

// bertFrames is [CLS] A [SEP] and [CLS] A [SEP] B [SEP], of which B and what follows it have type 1.
func bertFrames(first, last ID) (single, pair []Slot) {
	single = []Slot{{ID: first}, {Text: 1}, {ID: last}}
	return single, []Slot{{ID: first}, {Text: 1}, {ID: last}, {Text: 2, Type: 1}, {ID: last, Type: 1}}
}

// robertaFrames is <s> A </s> and <s> A </s></s> B </s>.
func robertaFrames(first, last ID) (single, pair []Slot) {
	single = []Slot{{ID: first}, {Text: 1}, {ID: last}}
	return single, []Slot{{ID: first}, {Text: 1}, {ID: last}, {ID: last}, {Text: 2}, {ID: last}}
}

// setEnds takes the tokens around one text for BOS and EOS.
func (t *Tokenizer) setEnds() {
	text := false
	for _, s := range t.single {
		switch {
		case s.Text != 0:
			text = true
		case text:
			t.eos, t.addEOS = s.ID, true
		default:
			t.bos, t.addBOS = s.ID, true
		}
	}
}
