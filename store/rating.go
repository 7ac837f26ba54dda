package store

import (
	"encoding/json"
	"time"
)

// Rating is what somebody thinks of an answer.
type Rating struct {
	Message string
	Person  string   // the id of whoever rated it
	Value   int      // 1 or -1
	Reasons []string // codes
	Text    string
	Created time.Time
	Handled time.Time // zero: nobody has looked at it
	Handler string
}

const ratingColumns = `ratings.message, ratings.principal, ratings.value, ratings.reasons, ratings.text, ratings.created,
	ratings.handled, ratings.handler`

func scanRating(r scanner) (one Rating, err error) {
	var reasons string
	var created, handled int64
	if err := r.Scan(&one.Message, &one.Person, &one.Value, &reasons, &one.Text, &created, &handled, &one.Handler); err != nil {
		return one, err
	}
	one.Created, one.Handled = moment(created), moment(handled)
	return one, json.Unmarshal([]byte(reasons), &one.Reasons)
}
