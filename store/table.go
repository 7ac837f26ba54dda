package store

// column is one column of a table, as a copy of the store names it.
type column struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // integer, text or bytes
	key  int    // its place in the primary key, 1, 2, …; 0 is none
}

func scanColumn(r scanner) (c column, err error) {
	err = r.Scan(&c.Name, &c.Kind, &c.key)
	return c, err
}
