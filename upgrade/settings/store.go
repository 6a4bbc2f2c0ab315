package settings

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Record is the undo record of one changed file. It is written before the file is: whether the change took place is told by the file's own hash.
type Record struct {
	ID           string     `json:"id"`
	File         string     `json:"file"`
	Why          string     `json:"why,omitempty"`
	At           time.Time  `json:"at"`
	BeforeSHA256 string     `json:"before_sha256"` // empty when the file did not exist before
	AfterSHA256  string     `json:"after_sha256"`
	Saved        string     `json:"saved,omitempty"`       // name of the file beside the record that holds the bytes before
	SavedAfter   string     `json:"saved_after,omitempty"` // the same of the bytes after; records of older versions have none
	Changes      []Change   `json:"changes"`
	Diff         string     `json:"diff"`
	UndoneAt     *time.Time `json:"undone_at,omitempty"`
	TakenBack    *TakenBack `json:"taken_back,omitempty"` // how, when somebody else had edited the file since
}

// Store applies plans and takes them back. UndoDir is the folder of the records, usually undo in the run folder. One goroutine at a time.
type Store struct {
	Files   Files
	UndoDir string
	Now     func() time.Time
	// Prefer says whose value stays when a change is taken back that somebody else changed since; empty: it is refused.
	Prefer Prefer
}

// Apply writes the files of a plan, in their order, and gives the record of each that changed. A file that is no longer what the plan was made from
// is refused with SB-5011 before anything is written; one that changes while the plan is applied stops it there, with the records of what was done.
func (s *Store) Apply(ctx context.Context, plan Plan) ([]Record, error) {
	for _, f := range plan.Files {
		if err := s.unchanged(f); err != nil {
			return nil, err
		}
	}
	done := []Record{}
	for _, f := range plan.Files {
		if !f.Changed() {
			continue
		}
		if ctx.Err() != nil {
			return done, context.Cause(ctx)
		}
		rec, err := s.applyFile(plan.Why, f)
		if err != nil {
			return done, err
		}
		done = append(done, rec)
	}
	return done, nil
}

// now gives the file as it is and its hash, which is empty when it does not exist.
func (s *Store) now(file string) (data []byte, sum string, err error) {
	data, err = s.Files.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", readFault(file, err)
	}
	return data, hash(data), nil
}

// Hash is the SHA-256 of a file as it is now; empty when it does not exist.
func (s *Store) Hash(file string) (string, error) { return s.state(file) }

func (s *Store) state(file string) (string, error) {
	_, sum, err := s.now(file)
	return sum, err
}

// unchanged refuses a file that is no longer what the plan was made from.
func (s *Store) unchanged(f FilePlan) error {
	data, have, err := s.now(f.File)
	if err != nil {
		return err
	}
	if have != f.BeforeSHA256 {
		return upgrade.NewFault("SB-5011", upgrade.KindFailed, conflict(f, data), "file", f.File)
	}
	return nil
}

func (s *Store) applyFile(why string, f FilePlan) (Record, error) {
	rec := Record{File: f.File, Why: why, At: s.Now(), BeforeSHA256: f.BeforeSHA256, AfterSHA256: f.AfterSHA256, Changes: f.Changes, Diff: f.Diff}
	id, err := s.nextID(f.File)
	if err != nil {
		return rec, err
	}
	rec.ID = id
	if f.existed {
		rec.Saved = id + ".before"
		if err := s.Files.WriteAtomic(filepath.Join(s.UndoDir, rec.Saved), f.before); err != nil {
			return rec, s.undoFault(err)
		}
		rec.SavedAfter = id + ".after"
		if err := s.Files.WriteAtomic(filepath.Join(s.UndoDir, rec.SavedAfter), f.after); err != nil {
			return rec, s.undoFault(err)
		}
	}
	if err := s.save(rec); err != nil {
		return rec, err
	}
	if err := s.unchanged(f); err != nil {
		return rec, err
	}
	if err := s.Files.WriteAtomic(f.File, f.after); err != nil {
		return rec, writeFault(f.File, err)
	}
	return rec, s.written(f.File, f.AfterSHA256)
}

// written reads the file back.
func (s *Store) written(file, want string) error {
	have, err := s.state(file)
	if err == nil && have != want {
		err = upgrade.NewFault("SB-5012", upgrade.KindVerify, nil, "file", file)
	}
	return err
}

func writeFault(file string, err error) error {
	return upgrade.NewFault("SB-5013", upgrade.KindFailed, err, "file", file, "detail", err.Error())
}

func (s *Store) undoFault(err error) error {
	return upgrade.NewFault("SB-5014", upgrade.KindFailed, err, "dir", s.UndoDir, "detail", err.Error())
}

func (s *Store) save(rec Record) error {
	data, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return err
	}
	if err := s.Files.WriteAtomic(filepath.Join(s.UndoDir, rec.ID+".json"), append(data, '\n')); err != nil {
		return s.undoFault(err)
	}
	return nil
}

// nextID numbers the records, so that their order is that of the changes whatever the clock does.
func (s *Store) nextID(file string) (string, error) {
	names, err := s.Files.List(s.UndoDir)
	if err != nil {
		return "", s.undoFault(err)
	}
	last := 0
	for _, name := range names {
		n := 0
		if _, err := fmt.Sscanf(name, "%d-", &n); err == nil {
			last = max(last, n)
		}
	}
	return fmt.Sprintf("%04d-%s", last+1, filepath.Base(file)), nil
}

// Records gives all undo records, oldest first. A record that cannot be read is SB-5015 and names its file.
func (s *Store) Records() ([]Record, error) {
	names, err := s.Files.List(s.UndoDir)
	if err != nil {
		return nil, s.undoFault(err)
	}
	out := []Record{}
	for _, name := range names {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		file := filepath.Join(s.UndoDir, name)
		data, err := s.Files.Read(file)
		if err != nil {
			return nil, readFault(file, err)
		}
		var rec Record
		if err := json.Unmarshal(data, &rec); err != nil {
			return nil, upgrade.NewFault("SB-5015", upgrade.KindFailed, err, "file", file)
		}
		out = append(out, rec)
	}
	return out, nil
}

// Open gives the records of file that are applied and not taken back, oldest first. A record whose change never reached the file is left out.
func (s *Store) Open(file string) ([]Record, error) {
	all, err := s.Records()
	if err != nil {
		return nil, err
	}
	have, err := s.state(file)
	if err != nil {
		return nil, err
	}
	open := []Record{}
	for _, rec := range all {
		if rec.File == file && rec.UndoneAt == nil {
			open = append(open, rec)
		}
	}
	if n := len(open); n > 0 && open[n-1].BeforeSHA256 == have && have != open[n-1].AfterSHA256 {
		open = open[:n-1] // killed between the record and the write
	}
	return open, nil
}

// Undo takes the last change of file back: the bytes from before are put back exactly, or, when somebody else edited the file since, the keys of the change. It is refused
// with SB-5016 when these keys were edited too, and with SB-5017 when there is nothing to take back.
func (s *Store) Undo(ctx context.Context, file string) (Record, error) {
	open, err := s.Open(file)
	if err != nil {
		return Record{}, err
	}
	if len(open) == 0 {
		return Record{}, upgrade.NewFault("SB-5017", upgrade.KindFailed, nil, "file", file)
	}
	return s.UndoRecord(ctx, open[len(open)-1])
}

// UndoRecord takes one change back.
func (s *Store) UndoRecord(ctx context.Context, rec Record) (Record, error) {
	if ctx.Err() != nil {
		return rec, context.Cause(ctx)
	}
	data, have, err := s.now(rec.File)
	if err != nil {
		return rec, err
	}
	switch have {
	case rec.BeforeSHA256:
	case rec.AfterSHA256:
		if err := s.putBack(rec); err != nil {
			return rec, err
		}
	default:
		merged, how, err := s.takeBack(rec, data)
		if err != nil {
			return rec, err
		}
		if how.SHA256 != have {
			if err := s.Files.WriteAtomic(rec.File, merged); err != nil {
				return rec, writeFault(rec.File, err)
			}
		}
		if err := s.written(rec.File, how.SHA256); err != nil {
			return rec, err
		}
		rec.TakenBack = &how
	}
	at := s.Now()
	rec.UndoneAt = &at
	return rec, s.save(rec)
}

func (s *Store) putBack(rec Record) error {
	if rec.Saved == "" {
		if err := s.Files.Remove(rec.File); err != nil {
			return writeFault(rec.File, err)
		}
		return s.written(rec.File, "")
	}
	data, err := s.saved(rec.Saved, rec.BeforeSHA256)
	if err != nil {
		return err
	}
	if err := s.Files.WriteAtomic(rec.File, data); err != nil {
		return writeFault(rec.File, err)
	}
	return s.written(rec.File, rec.BeforeSHA256)
}

// PendingDiff is the diff between a file as it was before the first change that is still in force and as it is now, with those changes.
func (s *Store) PendingDiff(file string) (FilePlan, error) {
	open, err := s.Open(file)
	if err != nil {
		return FilePlan{}, err
	}
	now, err := s.Files.Read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return FilePlan{}, readFault(file, err)
	}
	p := FilePlan{File: file, Changes: []Change{}, after: now, before: now}
	if len(open) > 0 {
		p.before = nil
		if open[0].Saved != "" {
			saved := filepath.Join(s.UndoDir, open[0].Saved)
			if p.before, err = s.Files.Read(saved); err != nil {
				return FilePlan{}, readFault(saved, err)
			}
		}
		for _, rec := range open {
			p.Changes = append(p.Changes, rec.Changes...)
		}
	}
	p.BeforeSHA256, p.AfterSHA256 = hash(p.before), hash(p.after)
	p.Diff = Diff(file, p.before, p.after)
	return p, nil
}
