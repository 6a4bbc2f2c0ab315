package wire_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// backedUp is a world with a backup of its settings, after which a setting was changed. restore brings the backup back in place.
func backedUp(t *testing.T) (w world, before map[string]string, restore deed) {
	t.Helper()
	w = fresh(t)
	before = w.files(t)
	var made backup.Result
	to := filepath.Join(memory(t), "b")
	w.must(t, "backup", func(ctx context.Context, d *wire.Desk) (err error) {
		made, err = d.Backups().Create(ctx, op.Silent{}, backup.Options{To: to, Include: []string{backup.PartSettings, backup.PartEar}})
		return err
	})
	w.must(t, "edit", edit("a.key", "of this run"))
	return w, before, func(ctx context.Context, d *wire.Desk) error {
		_, err := d.Backups().Restore(ctx, op.Silent{}, made.Backup, backup.RestoreOptions{InPlace: true})
		return err
	}
}

// inForce is how many changes of settings count as being in force.
func (w world) inForce(t *testing.T) int {
	t.Helper()
	all, err := w.desk(t).Settings().Changes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestARestoreThatDiesBeforeItMarkedWhatItReplacedIsMadeUpForByTheNextStart(t *testing.T) {
	w, before, restore := backedUp(t)
	changed, kept := w.files(t), w.snapshot(t)
	made, died := 0, 0
	for n := int64(1); ; n++ {
		w.back(t, kept)
		var calls atomic.Int64
		dying := w
		dying.disk = osfs.Disk{Before: func(osfs.Op, string) error {
			if calls.Add(1) >= n {
				return syscall.EIO // from here on nothing is written any more, as after a kill
			}
			return nil
		}}
		err := restore(t.Context(), dying.desk(t))
		files := w.files(t)
		back := cmp.Equal(before, files)
		if !back && !cmp.Equal(changed, files) {
			t.Fatalf("call %d: neither what was restored nor what stood there: %s", n, cmp.Diff(before, files))
		}
		want := 1
		if back {
			want, made = 0, made+1
		}
		if have := w.inForce(t); have != want {
			t.Errorf("call %d (%v): %d changes count as in force, restored: %v", n, err, have, back)
		}
		if err := undo(t.Context(), w.desk(t)); !cmp.Equal(before, w.files(t)) {
			t.Errorf("call %d: after run undo (%v): %s", n, err, cmp.Diff(before, w.files(t)))
		}
		if err == nil {
			break
		}
		died++
	}
	if made < 5 || died < 20 {
		t.Errorf("the restore died %d times, and %d times after the files were back", died, made)
	}
}

func TestARestoreThatIsMadeAgainAfterItDiedLeavesNoChangeInForce(t *testing.T) {
	w, before, restore := backedUp(t)
	dead := false
	dying := w
	dying.disk = osfs.Disk{Before: func(_ osfs.Op, path string) error {
		if dead = dead || filepath.Base(filepath.Dir(path)) == "undo"; dead {
			return syscall.EIO
		}
		return nil
	}}
	if err := restore(t.Context(), dying.desk(t)); !errors.Is(err, syscall.EIO) || !dead {
		t.Fatalf("the restore came to its end: %v", err)
	}
	w.must(t, "restore again", restore)
	if have := w.inForce(t); have != 0 || !cmp.Equal(before, w.files(t)) {
		t.Errorf("%d changes count as in force; %s", have, cmp.Diff(before, w.files(t)))
	}
}

func TestAnEditAfterARestoreThatNeverSwappedIsNotTakenForReplaced(t *testing.T) {
	w, _, restore := backedUp(t)
	dying := w
	dying.disk = osfs.Disk{Before: func(_ osfs.Op, path string) error {
		if filepath.Base(path) == "journal.jsonl" {
			return syscall.EIO // the intent cannot be written, so nothing is restored
		}
		return nil
	}}
	if err := restore(t.Context(), dying.desk(t)); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	w.must(t, "edit", edit("b.key", "later"))
	if have := w.inForce(t); have != 2 {
		t.Errorf("%d changes count as in force of 2", have)
	}
}

func TestUndoOverARestoreTakesBackWhatTheRestoreHadReplaced(t *testing.T) {
	w, before, restore := backedUp(t)
	w.must(t, "offline begin", begin)
	w.must(t, "restore", restore)
	if have := w.inForce(t); have != 0 || !cmp.Equal(before, w.files(t)) {
		t.Fatalf("%d changes count as in force after the restore", have)
	}
	w.must(t, "run undo", undo)
	if diff := cmp.Diff(before, w.files(t)); diff != "" {
		t.Errorf("after run undo: %s", diff)
	}
	if have := w.inForce(t); have != 0 {
		t.Errorf("%d changes count as in force after run undo", have)
	}
}
