// Package journal is the append-only record of a run: one readable JSON line an entry, each holding the hash of the one before, each on disk
// before Append returns. Several processes (window, command line, watcher) append to the same journal under a file lock. A last line that a
// crash tore is kept aside and cut off; anything else that does not chain is an error, never repaired. A file beside it tells how many entries there are, so that lines
// which are missing at the end are noticed too.
package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/springboard-leap/springboard/upgrade"
)

// Kind says what an entry records.
type Kind string

// The kinds. A step writes an intent before it acts and an effect or a failure after; a verification says what was seen of it afterwards.
const (
	Opened   Kind = "opened" // the run itself
	Closed   Kind = "closed"
	Intent   Kind = "intent"
	Effect   Kind = "effect"
	Verified Kind = "verified"
	Failed   Kind = "failed"
	Stopped  Kind = "stopped"
	Undone   Kind = "undone"
	Decision Kind = "decision" // a waiver, a tick, a gate passed by a person
	Note     Kind = "note"
)

// Entry is one line of the journal.
type Entry struct {
	Seq  int            `json:"seq"` // from 1
	Time time.Time      `json:"time"`
	By   string         `json:"by"` // user@host
	Kind Kind           `json:"kind"`
	Step string         `json:"step,omitempty"` // id of the run's step
	Text string         `json:"text"`           // one line for a person
	Data map[string]any `json:"data,omitempty"`
	Prev string         `json:"prev"` // hash of the entry before, empty for the first
	Hash string         `json:"hash"` // SHA-256 over this entry with Hash empty
}

// Files is the file system as a journal needs it: osfs.Disk in programs.
type Files interface {
	// Append writes at the end of a file, which is made when missing, and flushes it.
	Append(path string, data []byte) error
	// Truncate cuts a file off and flushes it.
	Truncate(path string, size int64) error
	// WriteFile replaces a file in one step: temporary file, fsync, rename, fsync of the folder.
	WriteFile(path string, data []byte, perm fs.FileMode) error
}

// Journal appends to one file. Safe for several goroutines and several processes.
type Journal struct {
	path  string
	by    string
	files Files
	now   func() time.Time
	mu    sync.Mutex

	patience time.Duration // how long another program may be writing an entry
}

// patience is how long an append waits for another program that writes an entry, which takes milliseconds: one that was suspended in the middle of it, or that waits for
// a share which does not answer, must not keep everybody else waiting for ever.
const patience = 30 * time.Second

// LockPath is the file whose lock a program holds while it writes an entry of the journal at path.
func LockPath(path string) string { return path + ".lock" }

// Open makes a journal of a file that may not exist yet. It repairs a torn last line and checks the chain and its length: SB-6003, SB-6004. Another program that holds
// it for half a minute: SB-6005. now may be nil for
// the wall clock.
func Open(path string, files Files, now func() time.Time) (*Journal, error) {
	if now == nil {
		now = time.Now
	}
	j := &Journal{path: path, by: Who(), files: files, now: now, patience: patience}
	err := j.locked(func() error {
		_, err := j.load()
		return err
	})
	if err != nil {
		return nil, err
	}
	return j, nil
}

// Who names the person and the machine, for entries and locks.
func Who() string {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		return name
	}
	return name + "@" + host
}

// Path is the journal's file.
func (j *Journal) Path() string { return j.path }

// Append writes an entry and returns it complete, once it is on disk. Seq, Time, By, Prev and Hash are filled here.
func (j *Journal) Append(kind Kind, step, text string, data map[string]any) (Entry, error) {
	var e Entry
	err := j.locked(func() error {
		entries, err := j.load()
		if err != nil {
			return err
		}
		plain, err := asRead(data)
		if err != nil {
			return err
		}
		e = Entry{Seq: len(entries) + 1, Time: j.now().UTC().Truncate(time.Millisecond), By: j.by, Kind: kind, Step: step, Text: text, Data: plain}
		if n := len(entries); n > 0 {
			e.Prev = entries[n-1].Hash
		}
		if e.Hash, err = hash(e); err != nil {
			return err
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if err := j.files.Append(j.path, append(line, '\n')); err != nil {
			return err
		}
		return j.writeHead(e)
	})
	if err != nil {
		return Entry{}, unwritten(j.path, err)
	}
	return e, nil
}

// Entries reads all entries, checked. A torn last line is left out.
func (j *Journal) Entries() ([]Entry, error) { return Read(j.path) }

// locked runs f while no other goroutine or process touches the file.
func (j *Journal) locked(f func() error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	lock := flock.New(LockPath(j.path))
	ctx, cancel := context.WithTimeout(context.Background(), j.patience)
	defer cancel()
	if ok, err := lock.TryLockContext(ctx, j.patience/10000); err != nil || !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return upgrade.NewFault("SB-6005", upgrade.KindLocked, err, "file", j.path, "seconds", fmt.Sprint(j.patience.Seconds()))
		}
		return fmt.Errorf("lock %s: %w", j.path, err)
	}
	defer func() { _ = lock.Close() }()
	return f()
}

// unwritten is the fault of a journal that could not be written; what is wrong with the journal itself stays what it is.
func unwritten(path string, err error) error {
	if _, coded := upgrade.AsFault(err); coded {
		return err
	}
	return upgrade.NewFault("SB-6001", upgrade.KindFailed, err, "file", path)
}

// load reads the entries and cuts a torn tail off the file, keeping the torn bytes beside it.
func (j *Journal) load() ([]Entry, error) {
	entries, torn, good, err := read(j.path)
	if err != nil || len(torn) == 0 {
		return entries, err
	}
	if err := j.files.WriteFile(j.path+".torn", torn, 0o600); err != nil {
		return nil, unwritten(j.path, err)
	}
	if err := j.files.Truncate(j.path, good); err != nil {
		return nil, unwritten(j.path, err)
	}
	return entries, nil
}

// Read reads a journal without touching it. A torn last line is left out; a broken chain is a fault that names the line, a missing end one that tells how much is
// missing: SB-6003, SB-6004.
func Read(path string) ([]Entry, error) {
	entries, _, _, err := read(path)
	return entries, err
}

// read gives the entries, the bytes of a torn last line, and where it begins.
func read(path string) (entries []Entry, torn []byte, at int64, err error) {
	head, known, err := readHead(path)
	if err != nil {
		return nil, nil, 0, err
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, 0, upgrade.NewFault("SB-6002", upgrade.KindFailed, err, "file", path)
	}
	entries, good, err := parse(path, data)
	if err == nil && known {
		err = head.reaches(path, entries)
	}
	return entries, data[good:], int64(good), err
}

// parse gives the entries and the length of the part that is whole.
func parse(path string, data []byte) (entries []Entry, good int, err error) {
	prev := ""
	for line := 1; good < len(data); line++ {
		end := bytes.IndexByte(data[good:], '\n')
		if end < 0 {
			return entries, good, nil // torn: no line end was written
		}
		var e Entry
		if err := json.Unmarshal(data[good:good+end], &e); err != nil {
			if good+end+1 == len(data) && bytes.IndexByte(data[good:], 0) >= 0 {
				return entries, good, nil // torn: blocks of the last line never reached the disk and read as zeros
			}
			return entries, good, broken(path, line, err.Error())
		}
		want, err := hash(e)
		if err != nil {
			return entries, good, err
		}
		// Byte for byte: a misspelled key would otherwise be skipped in silence.
		same, err := json.Marshal(e)
		if err != nil {
			return entries, good, err
		}
		if !bytes.Equal(same, data[good:good+end]) || e.Hash != want || e.Prev != prev || e.Seq != len(entries)+1 {
			return entries, good, broken(path, line, "the line does not follow from the one before")
		}
		prev = e.Hash
		entries = append(entries, e)
		good += end + 1
	}
	return entries, good, nil
}

func broken(path string, line int, why string) error {
	return upgrade.NewFault("SB-6003", upgrade.KindVerify, nil, "file", path, "line", fmt.Sprint(line), "why", why)
}

// hash is over the entry's own JSON with Hash empty, so that any JSON tool can check it.
func hash(e Entry) (string, error) {
	e.Hash = ""
	data, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// asRead gives data as a reader will get it, so that what is hashed now is what is hashed then.
func asRead(data map[string]any) (map[string]any, error) {
	if len(data) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	var plain map[string]any
	return plain, json.Unmarshal(text, &plain)
}
