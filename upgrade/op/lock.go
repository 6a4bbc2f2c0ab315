package op

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/springboard-leap/springboard/upgrade"
)

// Owner is who holds a lock.
type Owner struct {
	By    string    `json:"by"` // user@host
	PID   int       `json:"pid"`
	What  string    `json:"what"` // the operation, e.g. "backup create"
	Since time.Time `json:"since"`
	// Released is set when the owner let go in order; a lock found without it was left by a program that died.
	Released bool `json:"released"`
}

// String is one readable line.
func (o Owner) String() string {
	return fmt.Sprintf("%s, %s (process %d), since %s", o.What, o.By, o.PID, o.Since.Format("2006-01-02 15:04:05 MST"))
}

// Lock is held on one installation, by one program at a time, window or command line.
type Lock struct {
	file  *flock.Flock
	path  string
	put   WriteFile
	owner Owner
	stale *Owner
}

// WriteFile replaces a file in one step: temporary file, fsync, rename, fsync of the folder.
type WriteFile func(path string, data []byte, perm fs.FileMode) error

// patience is how long Acquire waits for a lock that is held.
const patience = 200 * time.Millisecond

// Acquire takes the lock file at path, or says at once who holds it (SB-6010, KindLocked). The operating system lets go of it when the holder dies,
// so a lock cannot outlive its owner; Stale then tells who that was, to be journaled. put writes who holds it beside it.
func Acquire(path string, owner Owner, put WriteFile) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, upgrade.NewFault("SB-6011", upgrade.KindFailed, err, "file", path)
	}
	l := &Lock{file: flock.New(path), path: path, put: put, owner: owner}
	// A look at who holds the lock takes it for an instant: one that is only looked at opens within the patience.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ok, err := l.file.TryLockContext(ctx, patience/20)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, upgrade.NewFault("SB-6011", upgrade.KindFailed, err, "file", path)
	}
	before, known := readOwner(path + ".json")
	if !ok {
		holder := "another program"
		if known {
			holder = before.String()
		}
		return nil, upgrade.NewFault("SB-6010", upgrade.KindLocked, nil, "holder", holder, "file", path)
	}
	if known && !before.Released {
		l.stale = &before
	}
	if err := l.write(); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	return l, nil
}

// Holder tells who holds the lock at path now; ok is false when nobody does.
func Holder(path string) (owner Owner, ok bool) {
	if _, err := os.Stat(path); err != nil {
		return Owner{}, false
	}
	probe := flock.New(path)
	free, err := probe.TryLock()
	if err == nil && free {
		_ = probe.Close()
		return Owner{}, false
	}
	owner, _ = readOwner(path + ".json")
	return owner, true
}

// Stale is the owner that died holding the lock before us, nil when there was none.
func (l *Lock) Stale() *Owner { return l.stale }

// Release lets go.
func (l *Lock) Release() error {
	l.owner.Released = true
	return errors.Join(l.write(), l.file.Close())
}

// write replaces the owner's file in one step: a reader that waits for the lock never sees half of it.
func (l *Lock) write() error {
	data, err := json.Marshal(l.owner)
	if err != nil {
		return err
	}
	if err := l.put(l.path+".json", data, 0o600); err != nil {
		return upgrade.NewFault("SB-6011", upgrade.KindFailed, err, "file", l.path)
	}
	return nil
}

func readOwner(path string) (Owner, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Owner{}, false
	}
	var o Owner
	return o, json.Unmarshal(data, &o) == nil
}
