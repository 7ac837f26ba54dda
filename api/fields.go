package api

import (
	"fmt"

	"exaone/chat"
)

// texts reads a list of texts, none of them empty or longer than size bytes.
func (o *object) texts(field string, most, size int) []string {
	var out []string
	for i, element := range o.list(field, o.take(field), most) {
		var one string
		if !o.want(fmt.Sprintf("%s[%d]", field, i), element, &one, "a text") {
			return nil
		}
		if one == "" || len(one) > size {
			o.add(chat.CodeBadField, o.name(fmt.Sprintf("%s[%d]", field, i)), fmt.Sprintf("%d bytes", len(one)),
				fmt.Sprintf("1 … %d bytes", size))
			return nil
		}
		out = append(out, one)
	}
	return out
}

// need reads a text that must be there and not be empty.
func (o *object) need(field, what string) string {
	s, ok := o.text(field)
	if s == "" {
		found := "nothing"
		if ok {
			found = `""`
		}
		o.add(chat.CodeBadField, o.name(field), found, what)
	}
	return s
}
