package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// Settings reads and edits settings files, each edit with an undo record in the run.
type Settings struct {
	desk   *Desk
	prefer settings.Prefer
}

// Settings gives the service.
func (d *Desk) Settings() *Settings { return &Settings{desk: d, prefer: d.opts.Prefer} }

// Preferring is the same service with an answer to whose value stays of a setting that somebody else changed since; empty: as the desk has it.
func (s *Settings) Preferring(p settings.Prefer) *Settings {
	return &Settings{desk: s.desk, prefer: cmp.Or(p, s.prefer)}
}

// File finds the file that a person means: a path, a path below the root, or the name of one of the installation's settings files.
func (s *Settings) File(ctx context.Context, name string) (string, error) {
	full := abs(name)
	if _, err := os.Stat(full); err == nil {
		return full, nil
	}
	below := filepath.Join(s.desk.opts.Root, name)
	if _, err := os.Stat(below); err == nil {
		return below, nil
	}
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return full, nil //nolint:nilerr // without an installation only a path can be meant; the reader says that it is not there
	}
	var found []string
	for _, f := range inst.SettingsFiles {
		if strings.EqualFold(filepath.Base(f.Path), name) || strings.EqualFold(f.Kind, name) {
			found = append(found, f.Path)
		}
	}
	switch len(found) {
	case 0:
		return full, nil
	case 1:
		return found[0], nil
	}
	return "", upgrade.NewFault("SB-9009", upgrade.KindUsage, nil, "name", name, "files", strings.Join(found, ", "))
}

// All gives every setting of a file, or of all the installation's settings files that exist when file is empty.
func (s *Settings) All(ctx context.Context, file string) ([]upgrade.Setting, error) {
	reader := settings.Reader{Files: s.desk.files()}
	if file != "" {
		return reader.All(ctx, file)
	}
	inst, err := s.desk.Installation(ctx)
	if err != nil {
		return nil, err
	}
	var all []upgrade.Setting
	for _, f := range inst.SettingsFiles {
		if !f.Exists {
			continue
		}
		more, err := reader.All(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// Find gives every setting that a key means in a file.
func (s *Settings) Find(ctx context.Context, file, key string) ([]upgrade.Setting, error) {
	return settings.Reader{Files: s.desk.files()}.Find(ctx, file, key)
}

// Problems lists what is odd about a file and about its values, each with its words.
func (s *Settings) Problems(_ context.Context, file string) ([]settings.Problem, error) {
	doc, err := settings.Reader{Files: s.desk.files()}.Document(file)
	if err != nil {
		return nil, err
	}
	catalogue, err := knownSettings()
	if err != nil {
		return nil, err
	}
	texts, err := assets.SettingProblems()
	return settings.DescribeProblems(catalogue.Validate(file, doc), texts), err
}

// knownSettings is what is known of Leap's settings.
func knownSettings() (settings.Catalogue, error) {
	all, err := assets.Settings()
	if err != nil {
		return settings.Catalogue{}, err
	}
	known := make([]settings.Known, 0, len(all))
	for _, k := range all {
		known = append(known, settings.Known(k))
	}
	return settings.NewCatalogue(known), nil
}

// Names gives the clear names that settings of a file have.
func (s *Settings) Names(_ context.Context, file string) ([]settings.Name, error) {
	doc, err := settings.Reader{Files: s.desk.files()}.Document(file)
	if err != nil {
		return nil, err
	}
	return settings.Names(file, doc), nil
}

// Plan works out what edits do, as a diff. Nothing is written.
func (s *Settings) Plan(ctx context.Context, why string, edits ...upgrade.Edit) (settings.Plan, error) {
	plan, err := settings.MakePlan(ctx, s.desk.files(), why, edits...)
	if err != nil {
		return settings.Plan{}, err
	}
	catalogue, err := knownSettings()
	if err != nil {
		return settings.Plan{}, err
	}
	texts, err := assets.SettingProblems()
	if err != nil {
		return settings.Plan{}, err
	}
	if plan, err = plan.Judged(catalogue); err != nil {
		return settings.Plan{}, err
	}
	for i, f := range plan.Files {
		plan.Files[i].Problems = settings.DescribeProblems(f.Problems, texts)
	}
	return plan, nil
}

// Apply writes a plan, journaled, each file with its undo record. A run is begun when there is none.
func (s *Settings) Apply(ctx context.Context, plan settings.Plan) (done []settings.Record, err error) {
	if !plan.Changed() {
		return nil, nil
	}
	if err := s.editable(ctx, plan); err != nil {
		return nil, err
	}
	err = s.changing(ctx, "settings", func(f *run.Folder, store *settings.Store) error {
		return f.Act(run.StepFix, plan.Why, func() (string, map[string]any, error) {
			done, err = store.Apply(ctx, plan)
			return describeRecords(done), map[string]any{"records": recordIDs(done), "diff": plan.Diff()}, err
		})
	})
	return done, err
}

// Undo takes the last change of a file back, byte for byte.
func (s *Settings) Undo(ctx context.Context, file string) (rec settings.Record, err error) {
	err = s.changing(ctx, "settings undo", func(f *run.Folder, store *settings.Store) error {
		rec, err = store.Undo(ctx, file)
		return s.undone(f, rec, err)
	})
	return rec, err
}

// UndoAll takes all changes of this run back, the newest first, and tells which. With none it is SB-6026.
func (s *Settings) UndoAll(ctx context.Context) (done []settings.Record, err error) {
	err = s.changing(ctx, "run undo", func(f *run.Folder, store *settings.Store) error {
		open, err := s.open(store)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return upgrade.NewFault("SB-6026", upgrade.KindFailed, nil, "run", f.Dir)
		}
		for i := len(open) - 1; i >= 0; i-- {
			rec, err := store.UndoRecord(ctx, open[i])
			if err := s.undone(f, rec, err); err != nil {
				return err
			}
			done = append(done, rec)
		}
		return nil
	})
	return done, err
}

// open lists the changes of all files that are in force, oldest first.
func (s *Settings) open(store *settings.Store) ([]settings.Record, error) {
	all, err := store.Records()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var open []settings.Record
	for _, r := range all {
		if seen[r.File] {
			continue
		}
		seen[r.File] = true
		more, err := store.Open(r.File)
		if err != nil {
			return nil, err
		}
		open = append(open, more...)
	}
	sort.SliceStable(open, func(i, k int) bool { return open[i].At.Before(open[k].At) })
	return open, nil
}

// Changes lists the changes of the run that are in force, oldest first; none when there is no run.
func (s *Settings) Changes(ctx context.Context) ([]settings.Record, error) {
	_, f, err := s.folder(ctx, false)
	if err != nil {
		return nil, nil //nolint:nilerr // no run, no changes
	}
	return s.open(s.store(f))
}

// Pending is the diff between a file as it was before this run's changes and as it is now.
func (s *Settings) Pending(ctx context.Context, file string) (settings.FilePlan, error) {
	_, f, err := s.folder(ctx, false)
	if err != nil {
		return settings.FilePlan{}, err
	}
	return s.store(f).PendingDiff(file)
}

func (s *Settings) store(f *run.Folder) *settings.Store {
	return &settings.Store{Files: s.desk.files(), UndoDir: f.Path("undo"), Now: s.desk.now, Prefer: s.prefer}
}

// changing runs work under the installation's lock, with the run's undo store.
func (s *Settings) changing(ctx context.Context, what string, work func(*run.Folder, *settings.Store) error) error {
	inst, f, err := s.folder(ctx, true)
	if err != nil {
		return err
	}
	if err := s.desk.endRestore(ctx, f); err != nil {
		return err
	}
	return s.desk.locked(inst, f, what, func() error {
		s.desk.keep(ctx, f)
		return work(f, s.store(f))
	})
}

// looseFiles names the run that keeps the undo records of files that belong to no installation.
const looseFiles = "files"

// folder is the run that keeps the undo records: the installation's, or where there is none (a file was copied here to be edited) one for loose files.
func (s *Settings) folder(ctx context.Context, begin bool) (upgrade.Installation, *run.Folder, error) {
	inst, err := s.desk.Installation(ctx)
	if fault, ok := upgrade.AsFault(err); !ok || fault.Code != "SB-9004" {
		if err != nil {
			return inst, nil, err
		}
		f, _, err := s.desk.Run(ctx, begin)
		return inst, f, err
	}
	inst = upgrade.Installation{ID: looseFiles, Root: s.desk.opts.Root}
	store, err := s.desk.runs()
	if err != nil {
		return inst, nil, err
	}
	if s.desk.opts.RunDir != "" {
		f, err := store.Open(s.desk.opts.RunDir)
		if !begin || !errors.Is(err, os.ErrNotExist) {
			return inst, f, err
		}
		f, err = store.CreateAt(s.desk.opts.RunDir, inst, false)
		return inst, f, err
	}
	f, err := store.Newest(looseFiles)
	if fault, ok := upgrade.AsFault(err); !ok || fault.Code != "SB-6023" || !begin {
		return inst, f, err
	}
	f, err = store.Create(inst, false)
	if err == nil && s.desk.opts.Begun != nil {
		s.desk.opts.Begun(f.Dir)
	}
	return inst, f, err
}

// undone journals one undo, with what went wrong if it did.
func (s *Settings) undone(f *run.Folder, rec settings.Record, failed error) error {
	kind, text, data := journal.Undone, "Put "+rec.File+" back as it was before "+rec.ID, map[string]any{"record": rec.ID, "file": rec.File}
	if rec.TakenBack != nil {
		text, data["taken_back"] = takenBack(rec), rec.TakenBack
	}
	if failed != nil {
		kind, text = journal.Failed, failed.Error()
	}
	_, err := f.Journal.Append(kind, run.StepFix, text, data)
	return errors.Join(failed, err)
}

// takenBack tells how a change was taken back out of a file that somebody else edited since.
func takenBack(rec settings.Record) string {
	text := fmt.Sprintf("In %s as before: %s", rec.File, strings.Join(rec.TakenBack.Keys, ", "))
	if len(rec.TakenBack.Theirs) > 0 {
		text += "; left as somebody else wrote them since: " + strings.Join(rec.TakenBack.Theirs, ", ")
	}
	return text
}

func describeRecords(done []settings.Record) string {
	var files []string
	for _, r := range done {
		files = append(files, r.File)
	}
	return fmt.Sprintf("Changed %s", strings.Join(files, ", "))
}

func recordIDs(done []settings.Record) []string {
	ids := make([]string, 0, len(done))
	for _, r := range done {
		ids = append(ids, r.ID)
	}
	return ids
}
