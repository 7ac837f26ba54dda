package store

import (
	"context"
	"slices"
	"strings"
)

// table is one table as a copy of the store names it.
type table struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
}

// column is one column of a table.
type column struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // integer, text or bytes
	key  int    // its place in the primary key, 1, 2, …; 0 is none
}

func scanColumn(r scanner) (c column, err error) {
	err = r.Scan(&c.Name, &c.Kind, &c.key)
	return c, err
}

// derived are the tables that are made from others, and the one that says which migrations have run: what makes a
// store anew makes them too.
var derived = []string{"migrations", "search", "search_grams"}

// readTables returns the tables that hold something of their own, each after those that it refers to.
func (s *Store) readTables(ctx context.Context, q querier) ([]table, error) {
	names, err := rows(ctx, q, text, s.dialect.tables)
	if err != nil {
		return nil, err
	}
	refers, err := rows(ctx, q, pair, s.dialect.refers)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []table
	done := map[string]bool{}
	var visit func(name string) error
	visit = func(name string) error {
		if done[name] || slices.Contains(derived, name) {
			return nil
		}
		done[name] = true
		for _, r := range refers {
			if r[0] == name {
				if err := visit(r[1]); err != nil {
					return err
				}
			}
		}
		columns, err := rows(ctx, q, scanColumn, s.dialect.columns, name)
		all = append(all, table{name, columns})
		return err
	}
	for _, name := range names {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// list is the names of a table's columns for a query.
func (t table) list() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoteName(c.Name)
	}
	return strings.Join(names, ", ")
}

// order is the clause that puts a table's rows in the order of its key.
func (t table) order() string {
	keys := slices.Clone(t.Columns)
	keys = slices.DeleteFunc(keys, func(c column) bool { return c.key == 0 })
	slices.SortFunc(keys, func(a, b column) int { return a.key - b.key })
	if len(keys) == 0 {
		return ""
	}
	return " ORDER BY " + table{Columns: keys}.list()
}
