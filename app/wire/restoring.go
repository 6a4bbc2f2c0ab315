package wire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// restoringFile is in the run while a restore in place works. A restore replaces files whose changes are in force; a kill between that and the note that they are no longer
// would leave changes to be taken back out of files that never had them. By this file the next start makes up for it.
const restoringFile = "restoring.json"

// restoring is what a restore in place is about to replace.
type restoring struct {
	Backup string            `json:"backup"`
	Was    map[string]string `json:"was"`  // file with changes in force -> its hash before the restore
	Will   map[string]string `json:"will"` // the same files -> the hash that the backup has of them, where it holds them
}

// restoringFrom writes down what a restore in place is about to replace.
func (d *Desk) restoringFrom(f *run.Folder, dir string) (r restoring, err error) {
	r.Backup = dir
	if r.Was, err = d.Settings().store(f).States(); err != nil {
		return r, err
	}
	if r.Will, err = backup.SumsOf(osfs.FS{}, dir, slices.Sorted(maps.Keys(r.Was))); err != nil {
		return r, err
	}
	return r, f.WriteJSON(restoringFile, r)
}

// replaced marks the changes that are no longer in force. whole tells that the restore came to its end; without that, only a file that is what the backup has of it counts. It
// gives the ids of those changes.
func (d *Desk) replaced(f *run.Folder, r restoring, whole bool) (ids []string, err error) {
	store, states := d.Settings().store(f), r.Was
	if !whole {
		states = map[string]string{} // a restore of some parts, or one that broke off, replaced what holds the backup's bytes now
		for file, will := range r.Will {
			now, err := store.Hash(file)
			if err != nil {
				return nil, err
			}
			if now == will {
				states[file] = r.Was[file]
			}
		}
	}
	if ids, err = store.Replaced(states); err != nil {
		return ids, err
	}
	return ids, d.opts.Disk.Remove(f.Path(restoringFile))
}

// endRestore makes up for a restore in place that was killed before it marked the changes of settings which it replaced. While one is at work nothing is done.
func (d *Desk) endRestore(ctx context.Context, f *run.Folder) error {
	if _, err := os.Lstat(f.Path(restoringFile)); errors.Is(err, os.ErrNotExist) || d.opts.DryRun {
		return nil
	}
	inst, err := d.Installation(ctx)
	if err != nil {
		return err
	}
	err = d.locked(inst, f, "backup restore", func() error {
		var r restoring
		known, err := f.ReadJSON(restoringFile, "springboardctl backup restore DIR --in-place", &r)
		if err != nil || !known {
			return err
		}
		ids, err := d.replaced(f, r, false)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("The restore from %s was broken off. Changes of settings that it had replaced by then, and that are no longer in force: %d. Restore again to be sure of the rest",
			r.Backup, len(ids))
		_, err = f.Journal.Append(journal.Note, "restore", text, map[string]any{"backup": r.Backup})
		return err
	})
	if upgrade.KindOf(err) == upgrade.KindLocked {
		return nil // it is at work
	}
	return err
}
