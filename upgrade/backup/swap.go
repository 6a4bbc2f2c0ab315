package backup

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/springboard-leap/springboard/upgrade"
)

// swapPlan is written beside the target before the first rename, and removed after the last: an interrupted swap is finished by it.
type swapPlan struct {
	Schema string `json:"schema"`
	Backup string `json:"backup"`
	Moves  []move `json:"moves"`
	// Database is the stamp of the database's own restore, which is put in place before the files; empty when there is none.
	Database string `json:"database,omitempty"`
}

const swapSchema = "springboard.restore/1"

// swapAll puts all moves in place. When one fails, those before it are taken back, so that the old state is whole.
func (r *restorer) swapAll(ctx context.Context) error {
	for i, m := range r.moves {
		info, err := r.fs.Lstat(m.Staged)
		if err != nil {
			return restoreFault(m.Staged, err)
		}
		r.moves[i].Inode, r.moves[i].Device = info.Inode, info.Device
	}
	data, err := json.MarshalIndent(swapPlan{Schema: swapSchema, Backup: r.dir, Moves: r.moves, Database: r.databaseStamp()}, "", " ")
	if err != nil {
		return err
	}
	if err := r.fs.WriteFile(r.journal, data, 0o600); err != nil {
		return restoreFault(r.journal, err)
	}
	if err := r.swapDatabase(ctx); err != nil {
		return r.takeBack(ctx, -1, err)
	}
	for i, m := range r.moves {
		if err := r.swap(m); err != nil {
			return r.takeBack(ctx, i, restoreFault(m.Dest, err))
		}
	}
	return r.endSwap()
}

// endSwap removes the journal when everything is in place.
func (r *restorer) endSwap() error {
	err := r.fs.Remove(r.journal)
	if err == nil {
		err = r.fs.SyncDir(filepath.Dir(r.journal))
	}
	if err != nil {
		return upgrade.NewFault("SB-2051", upgrade.KindFailed, err, "path", r.journal)
	}
	return nil
}

// swap puts one staged state in place and keeps the former one. Where the system can let two names change places at once, there is no moment
// without either. It may be called again after an interruption at any point.
func (r *restorer) swap(m move) error {
	done, err := r.inPlace(m)
	if err != nil || done {
		return err
	}
	old, err := r.fs.Lstat(m.Dest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = r.fs.Rename(m.Staged, m.Dest)
	case err != nil:
		return err
	case old.Mode.IsDir() && !r.back && r.removeEmpty(m.Dest):
		err = r.fs.Rename(m.Staged, m.Dest)
	default:
		err = r.fs.Exchange(m.Staged, m.Dest)
		if err == nil {
			err = r.fs.Rename(m.Staged, m.Kept)
		} else if errors.Is(err, ErrUnsupported) {
			if err = r.fs.Rename(m.Dest, m.Kept); err == nil {
				err = r.fs.Rename(m.Staged, m.Dest)
			}
		}
	}
	if err != nil {
		return err
	}
	return r.fs.SyncDir(filepath.Dir(m.Dest))
}

// removeEmpty removes an empty folder: there is nothing in it to keep.
func (r *restorer) removeEmpty(path string) bool {
	list, err := r.fs.ReadDir(path, 0)
	return err == nil && len(list) == 0 && r.fs.Remove(path) == nil
}

// inPlace tells whether the staged state stands at its place already, and gives the former state its name if that is all that is left to do.
func (r *restorer) inPlace(m move) (bool, error) {
	dest, destErr := r.fs.Lstat(m.Dest)
	staged, stagedErr := r.fs.Lstat(m.Staged)
	if errors.Is(stagedErr, fs.ErrNotExist) {
		return destErr == nil, errors.Join(destErr) // it was moved, and the former state was named before or did not exist
	}
	if stagedErr != nil {
		return false, stagedErr
	}
	if errors.Is(destErr, fs.ErrNotExist) {
		return false, nil
	}
	if destErr != nil {
		return false, destErr
	}
	if m.Inode == 0 || dest.Inode != m.Inode || dest.Device != m.Device || staged.Inode == m.Inode {
		return false, nil
	}
	if err := r.fs.Rename(m.Staged, m.Kept); err != nil { // they changed places; the staged name holds the former state
		return false, err
	}
	return true, r.fs.SyncDir(filepath.Dir(m.Dest))
}

// takeBack undoes the moves before n, last first, and the half done one.
func (r *restorer) takeBack(ctx context.Context, n int, cause error) error {
	for i := n; i >= 0; i-- {
		if err := r.undo(r.moves[i]); err != nil {
			// The journal stays: the next restore to this target finishes the swap.
			return upgrade.NewFault("SB-2036", upgrade.KindFailed, errors.Join(cause, err), "path", r.moves[i].Dest, "kept", r.moves[i].Kept)
		}
	}
	if n >= 0 {
		if err := r.swapDatabaseBack(ctx); err != nil {
			return errors.Join(cause, err) // the journal stays: the next restore to this target finishes the swap
		}
	}
	for _, m := range r.moves {
		if !r.back { // what was staged for a taking back is the former state: it stays
			_ = removeTree(r.fs, m.Staged)
		}
	}
	r.dropDatabase(ctx)
	if err := r.endSwap(); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// undo brings the former state of one move back.
func (r *restorer) undo(m move) error {
	if _, err := r.fs.Lstat(m.Kept); err == nil {
		if _, err := r.fs.Lstat(m.Dest); err == nil {
			if err := r.fs.Rename(m.Dest, m.Staged); err != nil {
				return err
			}
		}
		return r.fs.Rename(m.Kept, m.Dest)
	}
	dest, err := r.fs.Lstat(m.Dest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, stagedErr := r.fs.Lstat(m.Staged)
	isNew := m.Inode != 0 && dest.Inode == m.Inode && dest.Device == m.Device
	switch {
	case isNew && stagedErr == nil: // changed places, not named yet
		return r.fs.Exchange(m.Staged, m.Dest)
	case isNew || stagedErr != nil: // it stands where nothing stood before
		return r.fs.Rename(m.Dest, m.Staged)
	}
	return nil // not moved at all
}

// recover finishes a swap that was interrupted: all of it had been staged and compared, so forward is the short way to a whole state.
func (r *restorer) recover(ctx context.Context) error {
	data, err := readSmall(r.fs, r.journal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return restoreFault(r.journal, err)
	}
	var plan swapPlan
	if err := json.Unmarshal(data, &plan); err != nil || plan.Schema != swapSchema {
		return upgrade.NewFault("SB-2037", upgrade.KindFailed, err, "path", r.journal)
	}
	if err := r.recoverDatabase(ctx, plan); err != nil {
		return err
	}
	for _, m := range plan.Moves {
		if err := r.swap(m); err != nil {
			return restoreFault(m.Dest, err)
		}
	}
	r.warnings = append(r.warnings, "a restore that was interrupted was finished first: "+plan.Backup)
	return r.endSwap()
}
