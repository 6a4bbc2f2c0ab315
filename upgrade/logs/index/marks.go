package index

import (
	"context"
	"slices"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Mark is a start of the server or a gap, and the number of the record before which it stands: the count of records when it stands behind all of them.
type Mark struct {
	logs.Mark

	Before int64
}

// Marks finds the starts and gaps of what is indexed: the same that reading every record gives. It looks at every byte once more and keeps nothing but what it
// returns. It runs on the caller's goroutine, after Build and not beside it, until ctx ends.
func (x *Index) Marks(ctx context.Context) ([]Mark, error) {
	x.mu.RLock()
	logsOf := make([]int, 0, 1)
	for _, f := range x.files {
		if !slices.Contains(logsOf, f.log) {
			logsOf = append(logsOf, f.log)
		}
	}
	x.mu.RUnlock()
	var all []Mark
	for _, log := range logsOf {
		parts, _ := x.parts(log)
		marks, err := logs.Marks(ctx, parts)
		if err != nil {
			return nil, err
		}
		for _, m := range marks {
			all = append(all, Mark{m, x.before(m)})
		}
	}
	return all, nil
}

// before gives the number of the first record that begins at or after a mark.
func (x *Index) before(m logs.Mark) int64 {
	n := x.RecordAt(m.File, m.Offset)
	if n < 0 {
		return x.firstOf(m.File)
	}
	if at := x.Records(n, 1); len(at) == 1 && at[0].File == m.File && at[0].Offset == m.Offset {
		return n
	}
	return n + 1
}

// firstOf gives how many records begin in the files before one.
func (x *Index) firstOf(path string) int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, f := range x.files {
		if f.part.Path() == path {
			return f.before.records
		}
	}
	return 0
}
