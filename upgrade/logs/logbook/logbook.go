// Package logbook keeps what a person notes while reading a log: bookmarks with notes, and filters that have a name. It is one JSON file of the run
// (docs/formats.md), replaced as a whole in one step, so that it is never half written and moves with the run.
package logbook

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// Format is the version of the file that this Springboard writes.
const Format = 1

// FileName is the name of the file in a run folder.
const FileName = "logbook.json"

// Bookmark is a record that a person has marked. Key finds it again after a rotation has moved it to another file or a recording holds it.
type Bookmark struct {
	Key  string    `json:"key"`  // of the record's content, see Key
	File string    `json:"file"` // where it stood when it was marked
	Line int64     `json:"line"`
	Time string    `json:"time,omitempty"` // as the log tells it, RFC 3339, without a zone where the log names none as a number
	Text string    `json:"text"`           // of the record, at most 400 bytes
	Note string    `json:"note,omitempty"`
	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at"` // when it was marked
}

// Term is one condition of a saved filter.
type Term struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Not   bool   `json:"not,omitempty"`
}

// Filter is a filter with a name.
type Filter struct {
	Name     string   `json:"name"`
	Levels   []string `json:"levels,omitempty"` // severities in words
	Failures bool     `json:"failures,omitempty"`
	Terms    []Term   `json:"terms,omitempty"`
}

// Book is all of it.
type Book struct {
	Format    int        `json:"format"`
	Bookmarks []Bookmark `json:"bookmarks"` // in the order of the log
	Filters   []Filter   `json:"filters"`   // by name
}

// WriteFile replaces a file in one step: temporary file, fsync, rename, fsync of the folder.
type WriteFile func(path string, data []byte, perm fs.FileMode) error

// Store is a logbook on the disk. Safe for several goroutines; of two programs that change it at the same moment the later one wins.
type Store struct {
	path  string
	write WriteFile
	mu    sync.Mutex
}

// Open names the file of a logbook. It need not exist.
func Open(path string, write WriteFile) *Store { return &Store{path: path, write: write} }

// Load reads the book; a file that is not there is an empty one. Faults: SB-3040 when it cannot be read, SB-3041 when a newer Springboard wrote it.
func (s *Store) Load() (Book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load()
}

func (s *Store) load() (Book, error) {
	b := Book{Format: Format}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		return Book{Format: Format}, upgrade.NewFault("SB-3040", upgrade.KindFailed, err, "file", s.path, "detail", err.Error())
	}
	if b.Format > Format {
		return Book{Format: Format}, upgrade.NewFault("SB-3041", upgrade.KindUnsupported, nil, "file", s.path, "format", strconv.Itoa(b.Format))
	}
	return b, nil
}

// Change reads the book, changes it and writes it back; nothing is written when change fails.
func (s *Store) Change(change func(*Book) error) (Book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.load()
	if err != nil {
		return b, err
	}
	if err := change(&b); err != nil {
		return b, err
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err == nil {
		err = s.write(s.path, append(data, '\n'), 0o600)
	}
	if err != nil {
		return b, upgrade.NewFault("SB-3042", upgrade.KindFailed, err, "file", s.path)
	}
	return b, nil
}

// Key tells a record from others by what it says, wherever it stands.
func Key(r *logs.Record) string {
	h := fnv.New64a()
	for _, s := range []string{r.Stamp, r.Thread, r.Level, r.Logger, r.Text} {
		_, _ = h.Write([]byte(s)) // a hash takes everything
		_, _ = h.Write([]byte{0})
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// maxText is how much of a record a bookmark quotes.
const maxText = 400

// Mark makes a bookmark of a record.
func Mark(r *logs.Record, note, by string, at time.Time) Bookmark {
	file := r.File
	if r.Origin != "" {
		file = r.Origin
	}
	text := r.Text
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return Bookmark{Key: Key(r), File: file, Line: r.Line, Time: r.Time.String(), Text: text, Note: note, By: by, At: at.UTC().Truncate(time.Second)}
}

// Put adds a bookmark, or replaces the one of the same record.
func (b *Book) Put(m Bookmark) {
	b.Remove(m.Key)
	at, _ := slices.BinarySearchFunc(b.Bookmarks, m, func(x, y Bookmark) int { return strings.Compare(x.Time, y.Time) })
	b.Bookmarks = slices.Insert(b.Bookmarks, at, m)
}

// Remove takes a bookmark away and tells whether there was one.
func (b *Book) Remove(key string) bool {
	n := len(b.Bookmarks)
	b.Bookmarks = slices.DeleteFunc(b.Bookmarks, func(m Bookmark) bool { return m.Key == key })
	return len(b.Bookmarks) < n
}

// Find gives the bookmark of a key.
func (b *Book) Find(key string) (Bookmark, bool) {
	for _, m := range b.Bookmarks {
		if m.Key == key {
			return m, true
		}
	}
	return Bookmark{}, false
}

// PutFilter adds a filter, or replaces the one of the same name.
func (b *Book) PutFilter(f Filter) {
	b.RemoveFilter(f.Name)
	at, _ := slices.BinarySearchFunc(b.Filters, f, func(x, y Filter) int { return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)) })
	b.Filters = slices.Insert(b.Filters, at, f)
}

// RemoveFilter takes a filter away.
func (b *Book) RemoveFilter(name string) {
	b.Filters = slices.DeleteFunc(b.Filters, func(f Filter) bool { return f.Name == name })
}
