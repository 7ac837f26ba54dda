package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"exaone/chat"
)

// Collection is a folder of somebody's documents. Whoever may read what is in it are its owner, and those whom its owner has
// named for it or for a collection that it is in. Which documents of it somebody sees is each document's to say.
type Collection struct {
	ID        string
	Owner     string // the id of a principal
	Name      string
	Parent    string // the collection that it is in; "" is none, or one that whoever asks may not see
	Created   time.Time
	Updated   time.Time
	Documents int // that whoever asks may read, in it and not below
}

// CollectionSpec is what a new collection should be.
type CollectionSpec struct {
	Name    string
	Parent  string   // a collection of one's own; "" is none
	Readers []string // persons, teams, Everybody: beside those of Parent
}

// mostCollectionDepth is how deep collections lie in one another.
const mostCollectionDepth = 16

// subjects is the condition that a column names a principal, whose id is the query's parameter of a number: directly, by a
// team of theirs, or as everybody.
func subjects(column string, parameter int) string {
	return fmt.Sprintf(`(%[1]s IN ($%[2]d, '%[3]s') OR %[1]s IN (SELECT team FROM team_members WHERE principal = $%[2]d))`,
		column, parameter, Everybody)
}

// withSeen begins a query with the ids of the collections that a principal, who is its parameter of a number, may see.
func withSeen(parameter int) string {
	return fmt.Sprintf(`WITH RECURSIVE seen(id) AS (
		SELECT collections.id FROM collections WHERE collections.principal = $%d
		UNION SELECT collection_readers.collection FROM collection_readers WHERE %s
		UNION SELECT collections.id FROM collections JOIN seen ON collections.parent = seen.id) `,
		parameter, subjects("collection_readers.subject", parameter))
}

var collectionColumns = `collections.id, collections.principal, collections.name,
	CASE WHEN collections.parent IN (SELECT id FROM seen) THEN collections.parent ELSE '' END, collections.created, collections.updated,
	(SELECT count(*) FROM documents WHERE documents.collection = collections.id AND ` + readable(1) + `)`

func scanCollection(r scanner) (c Collection, err error) {
	var created, updated int64
	err = r.Scan(&c.ID, &c.Owner, &c.Name, &c.Parent, &created, &updated, &c.Documents)
	c.Created, c.Updated = moment(created), moment(updated)
	return c, err
}

// Collections returns the collections that who may see, by name.
func (s *Store) Collections(ctx context.Context, who chat.Principal) ([]Collection, error) {
	all, err := rows(ctx, s.reader, scanCollection, withSeen(1)+`SELECT `+collectionColumns+` FROM collections
		WHERE collections.id IN (SELECT id FROM seen) ORDER BY collections.name, collections.id`, who.ID)
	return all, s.fault("list the collections", err)
}

// Collection returns a collection that who may see, or CodeNoCollection.
func (s *Store) Collection(ctx context.Context, who chat.Principal, id string) (Collection, error) {
	c, err := seenCollection(ctx, s.reader, who, id)
	return c, s.fault("read a collection", err)
}

func seenCollection(ctx context.Context, q querier, who chat.Principal, id string) (Collection, error) {
	c, ok, err := row(ctx, q, scanCollection, withSeen(1)+`SELECT `+collectionColumns+` FROM collections
		WHERE collections.id = $2 AND collections.id IN (SELECT id FROM seen)`, who.ID, id)
	return c, orNone(err, ok, id)
}

func ownCollection(ctx context.Context, q querier, who chat.Principal, id string) (Collection, error) {
	c, err := seenCollection(ctx, q, who, id)
	return c, orNone(err, c.Owner == who.ID, id)
}

// orNone is CodeNoCollection where there is no other error and none was found.
func orNone(err error, ok bool, id string) error {
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoCollection, nil, fmt.Sprintf("%.40s", id))
	}
	return err
}

// CollectionReaders returns who else may read what is in a collection of who, sorted: those named for it, and those for a
// collection that it is in. CodeNoCollection if it is not theirs.
func (s *Store) CollectionReaders(ctx context.Context, who chat.Principal, id string) (named, above []string, err error) {
	c, err := ownCollection(ctx, s.reader, who, id)
	if err != nil {
		return nil, nil, s.fault("read a collection", err)
	}
	if named, err = namedReaders(ctx, s.reader, id); err != nil {
		return nil, nil, s.fault("look up who may read a collection", err)
	}
	above, err = collectionReaders(ctx, s.reader, c.Parent)
	return named, above, s.fault("look up who may read a collection", err)
}

// namedReaders are those who are named for a collection, sorted.
func namedReaders(ctx context.Context, q querier, id string) ([]string, error) {
	return rows(ctx, q, text, `SELECT subject FROM collection_readers WHERE collection = $1 ORDER BY subject`, id)
}

// collectionReaders are those who are named for a collection or for one that it is in, sorted; of "" nobody.
func collectionReaders(ctx context.Context, q querier, id string) ([]string, error) {
	return rows(ctx, q, text, `WITH RECURSIVE up(id, parent) AS (
			SELECT collections.id, collections.parent FROM collections WHERE collections.id = $1
			UNION SELECT collections.id, collections.parent FROM collections JOIN up ON collections.id = up.parent)
		SELECT DISTINCT subject FROM collection_readers WHERE collection IN (SELECT id FROM up) ORDER BY subject`, id)
}

// collectionsBelow are the ids of a collection and of all that are in it, at any depth, the outermost first. There are no
// loops: requireParent sees to it.
func collectionsBelow(ctx context.Context, q querier, id string) ([]string, error) {
	return rows(ctx, q, text, treeBelow+`SELECT id FROM below GROUP BY id ORDER BY min(depth), id`, id)
}

// heightBelow is how many collections lie within each other from one down to the deepest that is in it: 1 if none is.
func heightBelow(ctx context.Context, q querier, id string) (int, error) {
	n, _, err := row(ctx, q, integer, treeBelow+`SELECT coalesce(max(depth), 0) + 1 FROM below`, id)
	return int(n), err
}

const treeBelow = `WITH RECURSIVE below(id, depth) AS (
		SELECT collections.id, 0 FROM collections WHERE collections.id = $1
		UNION ALL SELECT collections.id, depth + 1 FROM collections JOIN below ON collections.parent = below.id)
	`

// AddCollection makes a collection of who. CodeNoCollection for a parent that is not theirs, CodeBadField for what else is
// wrong with the spec. Who else may read it is recorded.
func (s *Store) AddCollection(ctx context.Context, who chat.Principal, spec CollectionSpec) (c Collection, err error) {
	at := now()
	c = Collection{ID: newID("collection"), Owner: who.ID, Name: spec.Name, Parent: spec.Parent, Created: at, Updated: at}
	if err := checkName("name", c.Name); err != nil {
		return Collection{}, err
	}
	readers := slices.Compact(slices.Sorted(slices.Values(spec.Readers)))
	err = s.write(ctx, "make a collection", func(tx *sql.Tx) error {
		if err := requirePrincipal(ctx, tx, who); err != nil {
			return err
		}
		if err := requireParent(ctx, tx, who, c.Parent, nil); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO collections (id, principal, name, parent, created, updated) VALUES ($1, $2, $3, $4, $5, $5)`,
			c.ID, c.Owner, c.Name, c.Parent, milliseconds(at))
		if err != nil {
			return err
		}
		if err := insertCollectionReaders(ctx, tx, who, c.ID, readers, at); err != nil || len(readers) == 0 {
			return err
		}
		return appendAudit(tx, who, "collection.readers", c.ID, map[string]any{"readers": listed(readers), "readers_before": []string{}})
	})
	if err != nil {
		return Collection{}, err
	}
	return c, nil
}

// requireParent is an error unless collections of who, of which the first is to be in another, may be there: that is theirs as
// well, is none of them, and does not lie too deep.
func requireParent(ctx context.Context, q querier, who chat.Principal, parent string, moved []string) error {
	depth := 0
	if len(moved) > 0 && parent != "" {
		height, err := heightBelow(ctx, q, moved[0])
		if err != nil {
			return err
		}
		depth = height - 1
	}
	for at := parent; at != ""; depth++ {
		c, err := ownCollection(ctx, q, who, at)
		if err != nil {
			return err
		}
		if slices.Contains(moved, at) || depth+1 >= mostCollectionDepth {
			return chat.NewError(chat.CodeBadField, nil, "parent", parent, fmt.Sprintf("≤ %d", mostCollectionDepth))
		}
		at = c.Parent
	}
	return nil
}

func insertCollectionReaders(ctx context.Context, tx *sql.Tx, who chat.Principal, id string, readers []string, at time.Time) error {
	for _, subject := range readers {
		if subject != Everybody {
			if err := requireSubject(ctx, tx, subject); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO collection_readers (collection, subject, principal, created) VALUES ($1, $2, $3, $4)`,
			id, subject, who.ID, milliseconds(at))
		if err != nil {
			return err
		}
	}
	return nil
}
