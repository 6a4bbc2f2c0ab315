package apps

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Format of the files of a Store. A newer one is refused, an older one is read.
const Format = 1

// The files of a store.
const (
	censusFile = "census.json"
	afterFile  = "after.json"
	accessFile = "access.jsonl"
	factsFile  = "facts.jsonl"
	importsDir = "imports"
)

// Snapshot is a census as it was taken.
type Snapshot struct {
	Format  int       `json:"format"`
	At      time.Time `json:"at"`
	Source  string    `json:"source"` // where the list is from, e.g. the URL
	Entries []Entry   `json:"entries"`
	// Baseline is APP_UPGRADE at that time; nil when it could not be read, BaselineProblem tells why.
	Baseline        *Baseline `json:"baseline,omitempty"`
	BaselineProblem string    `json:"baseline_problem,omitempty"`
	// Began is when the newest upgrade had begun that was seen then, zero when none was: a census of that upgrade came late.
	Began time.Time `json:"upgrade_began,omitzero"`
}

// Import is a table that was read from a file.
type Import struct {
	Format int       `json:"format"`
	At     time.Time `json:"at"` // when it was imported
	Table  Table     `json:"table"`
}

// WriteFunc writes a file so that it is there whole or not at all (osfs.WriteFile).
type WriteFunc func(path string, data []byte, perm fs.FileMode) error

// Store keeps what is known of the applications in a folder of the run (its apps folder), so that it survives the rotation of logs and the end
// of the program. Its methods may be called from several goroutines; files that grow are appended whole lines at a time.
type Store struct {
	dir   string
	write WriteFunc
	mu    sync.Mutex
	known map[string]bool // facts that stand in factsFile already
}

// OpenStore opens the folder, which is made when the first thing is written. write may not be nil.
func OpenStore(dir string, write WriteFunc) *Store { return &Store{dir: dir, write: write} }

// Dir is the store's folder.
func (s *Store) Dir() string { return s.dir }

func (s *Store) path(name string) string { return filepath.Join(s.dir, name) }

// SaveCensus keeps the census before the upgrade. One that stands already is kept beside it under its own time.
func (s *Store) SaveCensus(c Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := os.ReadFile(s.path(censusFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return upgrade.NewFault("SB-4501", upgrade.KindFailed, err, "file", s.path(censusFile))
	default:
		name := fmt.Sprintf("census-%s.json", s.stampOf(old))
		if err := s.write(s.path(name), old, 0o600); err != nil {
			return upgrade.NewFault("SB-4502", upgrade.KindFailed, err, "file", s.path(name))
		}
	}
	return s.save(censusFile, c)
}

func (s *Store) stampOf(census []byte) string {
	var c Snapshot
	if json.Unmarshal(census, &c) == nil && !c.At.IsZero() {
		return c.At.UTC().Format("20060102T150405.000Z")
	}
	sum := sha256.Sum256(census)
	return "unreadable-" + hex.EncodeToString(sum[:4])
}

// SaveAfter keeps the newest list after the upgrade; it tells which applications are missing.
func (s *Store) SaveAfter(c Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.save(afterFile, c)
}

func (s *Store) save(name string, c Snapshot) error {
	c.Format = Format
	return s.saveJSON(name, c)
}

func (s *Store) saveJSON(name string, value any) error {
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o700); err != nil {
		return upgrade.NewFault("SB-4502", upgrade.KindFailed, err, "file", s.path(name))
	}
	if err := s.write(s.path(name), append(data, '\n'), 0o600); err != nil {
		return upgrade.NewFault("SB-4502", upgrade.KindFailed, err, "file", s.path(name))
	}
	return nil
}

// Census gives the census before the upgrade; ok is false when none was taken.
func (s *Store) Census() (c Snapshot, ok bool, err error) { return s.load(censusFile) }

// After gives the newest list after the upgrade; ok is false when there is none.
func (s *Store) After() (c Snapshot, ok bool, err error) { return s.load(afterFile) }

func (s *Store) load(name string) (c Snapshot, ok bool, err error) {
	ok, err = s.loadJSON(name, &c)
	if ok && c.Format > Format {
		return Snapshot{}, false, upgrade.NewFault("SB-4504", upgrade.KindUnsupported, nil, "file", s.path(name), "format", fmt.Sprint(c.Format))
	}
	return c, ok, err
}

func (s *Store) loadJSON(name string, into any) (ok bool, err error) {
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, upgrade.NewFault("SB-4501", upgrade.KindFailed, err, "file", s.path(name))
	}
	if err := json.Unmarshal(data, into); err != nil {
		return false, upgrade.NewFault("SB-4503", upgrade.KindFailed, err, "file", s.path(name), "line", fmt.Sprint(lineOf(data, err)))
	}
	return true, nil
}

// lineOf tells in which line a JSON error is.
func lineOf(data []byte, err error) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := len(data)
	switch {
	case errors.As(err, &syntax):
		at = int(syntax.Offset)
	case errors.As(err, &kind):
		at = int(kind.Offset)
	}
	return 1 + bytes.Count(data[:min(at, len(data))], []byte("\n"))
}

// AppendAccess keeps one access of the sweep: on disk when it returns.
func (s *Store) AppendAccess(a Access) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.append(accessFile, a)
}

// Accesses gives all accesses in the order they were made.
func (s *Store) Accesses() ([]Access, error) { return readLines[Access](s, accessFile) }

// AppendFacts keeps facts that were seen (in logs, or said by a person), each once: a record that is read a second time, from the same or from
// the rotated file, is recognised and left out. It tells how many were new.
func (s *Store) AppendFacts(facts ...Fact) (added int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		stored, err := readLines[Fact](s, factsFile)
		if err != nil {
			return 0, err
		}
		s.known = make(map[string]bool, len(stored))
		for _, f := range stored {
			s.known[identity(f)] = true
		}
	}
	var fresh []any
	var ids []string
	for _, f := range facts {
		if id := identity(f); !s.known[id] && !slices.Contains(ids, id) {
			fresh, ids = append(fresh, f), append(ids, id)
		}
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	if err := s.append(factsFile, fresh...); err != nil {
		return 0, err
	}
	for _, id := range ids {
		s.known[id] = true
	}
	return len(fresh), nil
}

// identity of a fact, whatever file its record stands in now.
func identity(f Fact) string {
	stamp := f.At.UTC().Format(time.RFC3339Nano)
	text := f.Evidence.Text + f.Evidence.Row
	if f.Failure != nil {
		stamp, text = f.Failure.Stamp+"|"+stamp, f.Failure.Text
	}
	return strings.Join([]string{string(f.Source), key(f.UID), f.Name, string(f.Says), stamp, text, strings.Join(f.Causes, "\n")}, "\x00")
}

// Facts gives the facts that were kept, in order.
func (s *Store) Facts() ([]Fact, error) { return readLines[Fact](s, factsFile) }

// SaveImport keeps an imported table. The same table imported again replaces itself.
func (s *Store) SaveImport(t Table, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := sha256.New()
	for i := range t.Rows {
		h.Write([]byte(t.digest(i)))
	}
	name := filepath.Join(importsDir, hex.EncodeToString(h.Sum(nil)[:8])+".json")
	return s.saveJSON(name, Import{Format: Format, At: at, Table: t})
}

// Imports gives the imported tables, oldest first.
func (s *Store) Imports() ([]Import, error) {
	entries, err := os.ReadDir(s.path(importsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, upgrade.NewFault("SB-4501", upgrade.KindFailed, err, "file", s.path(importsDir))
	}
	var imports []Import
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".json" {
			continue
		}
		var i Import
		if _, err := s.loadJSON(filepath.Join(importsDir, e.Name()), &i); err != nil {
			return nil, err
		}
		imports = append(imports, i)
	}
	slices.SortStableFunc(imports, func(a, b Import) int { return a.At.Compare(b.At) })
	return imports, nil
}
