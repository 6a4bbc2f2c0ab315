package wire_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
)

// world is a practice server on which one round of a test is played, with the run in it.
type world struct {
	root string
	disk osfs.Disk
}

// memory is a folder that costs no flush where the system has one: a sweep flushes ten thousand times.
func memory(tb testing.TB) string {
	tb.Helper()
	base := "/dev/shm"
	if fi, err := os.Stat(base); err != nil || !fi.IsDir() {
		return tb.TempDir()
	}
	dir, err := os.MkdirTemp(base, "springboard-test-")
	if err != nil {
		return tb.TempDir()
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// fresh is a practice server with a run that was just begun.
func fresh(tb testing.TB) world {
	tb.Helper()
	return freshOf(tb, 1)
}

// freshOf is one of so many applications; more have a longer log.
func freshOf(tb testing.TB, apps int) world {
	tb.Helper()
	root := filepath.Join(memory(tb), "L")
	if _, err := lab.Create(tb.Context(), lab.Options{Dir: root, Apps: apps, Fail: -1}); err != nil {
		tb.Fatal(err)
	}
	w := world{root: root}
	if _, err := w.desk(tb).NewRun(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return w
}

// snapshot keeps the world as it is. A run names the files that it changed by their path, so it is played on in the same place.
func (w world) snapshot(tb testing.TB) (kept string) {
	tb.Helper()
	kept = filepath.Join(memory(tb), "kept")
	w.copy(tb, w.root, kept)
	return kept
}

// back makes the world what it was when a snapshot was taken.
func (w world) back(tb testing.TB, kept string) {
	tb.Helper()
	if err := os.RemoveAll(w.root); err != nil {
		tb.Fatal(err)
	}
	w.copy(tb, kept, w.root)
}

func (w world) copy(tb testing.TB, from, to string) {
	tb.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		tb.Fatal(err)
	}
}

// desk is a program that works on the world. Its clock goes on with every look, so that the order of things is never a matter of luck.
func (w world) desk(tb testing.TB) *wire.Desk {
	tb.Helper()
	d, err := wire.Open(wire.Options{Root: w.root, Disk: w.disk, Now: ticking()})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func ticking() func() time.Time {
	var mu sync.Mutex
	start, n := time.Now(), time.Duration(0)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		n += time.Millisecond
		return start.Add(n)
	}
}

// files are the settings files by their path below the root, with their content.
func (w world) files(tb testing.TB) map[string]string {
	tb.Helper()
	inst, err := w.desk(tb).Installation(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range inst.SettingsFiles {
		if !f.Exists {
			continue
		}
		data, err := os.ReadFile(f.Path)
		if err != nil {
			tb.Fatal(err)
		}
		rel, _ := filepath.Rel(w.root, f.Path)
		out[rel] = string(data)
	}
	return out
}

// deed is something that a person does to the world with one command.
type deed func(ctx context.Context, d *wire.Desk) error

func begin(ctx context.Context, d *wire.Desk) error {
	o := wire.OfflineOptions{Notice: "Back at six"}
	plan, err := d.Offline().Plan(ctx, o)
	if err != nil {
		return err
	}
	return d.Offline().Begin(ctx, plan, o)
}

func end(ctx context.Context, d *wire.Desk) error {
	_, err := d.Offline().End(ctx)
	return err
}

func reapply(ctx context.Context, d *wire.Desk) error {
	r, err := d.Settings().Reapply(ctx, wire.ReapplyOptions{})
	if err != nil {
		return err
	}
	_, err = d.Settings().ApplyReapply(ctx, r)
	return err
}

func undo(ctx context.Context, d *wire.Desk) error {
	_, err := d.Undo(ctx, wire.UndoOptions{})
	return err
}

func undoThrough(ctx context.Context, d *wire.Desk) error {
	_, err := d.Undo(ctx, wire.UndoOptions{Through: true})
	return err
}

func resume(ctx context.Context, d *wire.Desk) error {
	_, err := d.Resume(ctx)
	return err
}

func edit(key, value string) deed {
	return func(ctx context.Context, d *wire.Desk) error {
		file, err := d.Settings().File(ctx, "leap-config")
		if err != nil {
			return err
		}
		plan, err := d.Settings().Plan(ctx, "edit", upgrade.Edit{File: file, Op: upgrade.EditSet, Key: key, Value: value})
		if err != nil {
			return err
		}
		_, err = d.Settings().Apply(ctx, plan)
		return err
	}
}

// must does something that has to succeed.
func (w world) must(tb testing.TB, what string, do deed) {
	tb.Helper()
	if err := do(tb.Context(), w.desk(tb)); err != nil {
		tb.Fatalf("%s: %v", what, err)
	}
}
