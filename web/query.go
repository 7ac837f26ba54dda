package web

import (
	"fmt"
	"net/http"
	"strconv"

	"exaone/chat"
)

// listed puts each of some things into the form in which it is sent.
func listed[T, J any](all []T, form func(T) J) list[J] {
	out := list[J]{Items: make([]J, 0, len(all))}
	for _, one := range all {
		out.Items = append(out.Items, form(one))
	}
	return out
}

// number reads a whole number of the query, from least to most; it is other if there is none.
func number(r *http.Request, name string, least, most, other int64) (int64, error) {
	word := r.URL.Query().Get(name)
	if word == "" {
		return other, nil
	}
	return numberOf(name, word, least, most)
}

func numberOf(name, word string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil || n < least || n > most {
		return 0, chat.NewError(chat.CodeBadField, err, name, fmt.Sprintf("%.40q", word), fmt.Sprintf("%d … %d", least, most))
	}
	return n, nil
}

// yes reads a truth value of the query; it is false if there is none.
func yes(r *http.Request, name string) (bool, error) {
	switch word := r.URL.Query().Get(name); word {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	default:
		return false, chat.NewError(chat.CodeBadField, nil, name, fmt.Sprintf("%.40q", word), "true | false")
	}
}

// bounded is an error for a number of a body that is out of bounds.
func bounded(name string, n, least, most int64) error {
	if n < least || n > most {
		return chat.NewError(chat.CodeBadField, nil, name, fmt.Sprint(n), fmt.Sprintf("%d … %d", least, most))
	}
	return nil
}
