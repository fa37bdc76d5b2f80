package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Memory is a value that workers remember together, and when it was learnt.
type Memory struct {
	Value string
	At    time.Time
}

// Remember keeps values under their names, in the place of what was remembered before.
func (l *Ledger) Remember(ctx context.Context, values map[string]string) error {
	return l.inTx(ctx, func(t *tx) error {
		for _, name := range slices.Sorted(maps.Keys(values)) { // in one order, so that two workers do not lock each other out
			_, err := t.ExecContext(ctx, `INSERT INTO pointers (name, value) VALUES ($1, $2)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value`, memoryName(name), fmt.Sprintf("%d %s", micros(t.now), values[name]))
			if err != nil {
				return fmt.Errorf("ledger: %q cannot be remembered: %w", name, err)
			}
		}
		return nil
	})
}

// Exchange keeps a value under its name in the place of the one that was read before; the zero Memory stands for nothing. It
// is false, and nothing is kept, where somebody else kept another one meanwhile.
func (l *Ledger) Exchange(ctx context.Context, name string, before Memory, value string) (kept bool, err error) {
	err = l.inTx(ctx, func(t *tx) error {
		query, args := `INSERT INTO pointers (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, []any{memoryName(name), fmt.Sprintf("%d %s", micros(t.now), value)}
		if before != (Memory{}) {
			query, args = `UPDATE pointers SET value = $2 WHERE name = $1 AND value = $3`, append(args, fmt.Sprintf("%d %s", micros(before.At), before.Value))
		}
		done, err := t.ExecContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("ledger: %q cannot be remembered: %w", name, err)
		}
		changed, err := done.RowsAffected()
		kept = changed == 1
		return err
	})
	return kept, err
}

// Remembered gives what is remembered under the names; those without anything are left out.
func (l *Ledger) Remembered(ctx context.Context, names []string) (map[string]Memory, error) {
	out := map[string]Memory{}
	for part := range slices.Chunk(names, 100) {
		if err := l.remembered(ctx, part, out); err != nil {
			return nil, fmt.Errorf("ledger: what is remembered cannot be read: %w", err)
		}
	}
	return out, nil
}

func (l *Ledger) remembered(ctx context.Context, names []string, out map[string]Memory) error {
	places, args := make([]string, len(names)), make([]any, len(names))
	for i, name := range names {
		places[i], args[i] = "$"+strconv.Itoa(i+1), memoryName(name)
	}
	rows, err := l.db.QueryContext(ctx, `SELECT name, value FROM pointers WHERE name IN (`+strings.Join(places, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		at, value, _ := strings.Cut(text, " ")
		learnt, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return err
		}
		out[strings.TrimPrefix(name, memoryName(""))] = Memory{Value: value, At: instant(learnt)}
	}
	return rows.Err()
}

// memoryName keeps memories apart from the other pointers.
func memoryName(name string) string { return "memory " + name }
