// Package run is an upgrade as one thing: a folder of its own that holds the journal and every result, the phases and steps of the upgrade, and
// how far it has come. A run folder is self-contained and movable: it holds no path to itself, and Springboard never deletes one.
package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
)

// Format is the version of the folder that this Springboard writes. Later ones read all earlier ones.
const Format = 1

const metaFile = "run.json"

// Meta is what a run says about itself.
type Meta struct {
	Format       int             `json:"format"`
	Name         string          `json:"name"`
	Created      time.Time       `json:"created"`
	By           string          `json:"by"`
	Installation string          `json:"installation"` // its id
	Product      upgrade.Product `json:"product"`
	Runtime      upgrade.Runtime `json:"runtime"`
	Version      string          `json:"version"` // before the upgrade
	Root         string          `json:"root"`
	Home         string          `json:"home"`
	Lab          bool            `json:"lab"`
	Closed       bool            `json:"closed"`
}

// Folder is an open run folder. Safe for several goroutines; several processes may have it open.
type Folder struct {
	Dir     string
	Meta    Meta
	Journal *journal.Journal
	disk    journal.Files
	now     func() time.Time
}

// Store is where run folders stand side by side.
type Store struct {
	Dir  string
	Disk journal.Files
	Now  func() time.Time
}

// Create makes a new run folder for an installation, journaled as opened.
func (s Store) Create(inst upgrade.Installation, lab bool) (*Folder, error) {
	at := s.Now()
	meta := Meta{Format: Format, Created: at.UTC().Truncate(time.Second), By: journal.Who(), Installation: inst.ID, Product: inst.Product, Runtime: inst.Runtime,
		Version: inst.Version, Root: inst.Root, Home: inst.Home, Lab: lab}
	base := at.Format("2006-01-02-150405") + "-" + inst.ID
	for n := 1; ; n++ {
		meta.Name = base
		if n > 1 {
			meta.Name = fmt.Sprintf("%s-%d", base, n)
		}
		dir := filepath.Join(s.Dir, meta.Name)
		if err := os.MkdirAll(s.Dir, 0o700); err != nil {
			return nil, upgrade.NewFault("SB-6020", upgrade.KindFailed, err, "dir", s.Dir)
		}
		err := os.Mkdir(dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, upgrade.NewFault("SB-6020", upgrade.KindFailed, err, "dir", dir)
		}
		return s.fill(dir, meta)
	}
}

// CreateAt makes the run in a folder that the user named; it must be empty or not exist.
func (s Store) CreateAt(dir string, inst upgrade.Installation, lab bool) (*Folder, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, upgrade.NewFault("SB-6020", upgrade.KindUsage, errors.New("the folder is not empty"), "dir", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, upgrade.NewFault("SB-6020", upgrade.KindFailed, err, "dir", dir)
	}
	meta := Meta{Format: Format, Name: filepath.Base(dir), Created: s.Now().UTC().Truncate(time.Second), By: journal.Who(), Installation: inst.ID,
		Product: inst.Product, Runtime: inst.Runtime, Version: inst.Version, Root: inst.Root, Home: inst.Home, Lab: lab}
	return s.fill(dir, meta)
}

func (s Store) fill(dir string, meta Meta) (*Folder, error) {
	f := &Folder{Dir: dir, Meta: meta, disk: s.Disk, now: s.Now}
	if err := f.WriteJSON(metaFile, meta); err != nil {
		return nil, err
	}
	var err error
	if f.Journal, err = journal.Open(filepath.Join(dir, "journal.jsonl"), s.Disk, s.Now); err != nil {
		return nil, err
	}
	_, err = f.Journal.Append(journal.Opened, "", "Run opened for "+meta.Installation, map[string]any{"version": meta.Version, "lab": meta.Lab})
	return f, err
}

// Open opens a run folder wherever it stands now.
func (s Store) Open(dir string) (*Folder, error) {
	meta, err := readMeta(dir)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(filepath.Join(dir, "journal.jsonl"), s.Disk, s.Now)
	if err != nil {
		return nil, err
	}
	return &Folder{Dir: dir, Meta: meta, Journal: j, disk: s.Disk, now: s.Now}, nil
}

func readMeta(dir string) (Meta, error) {
	var meta Meta
	data, err := os.ReadFile(filepath.Join(dir, metaFile))
	if err == nil {
		err = json.Unmarshal(data, &meta)
	}
	if err != nil {
		return meta, upgrade.NewFault("SB-6021", upgrade.KindFailed, err, "dir", dir, "why", "it has no readable "+metaFile)
	}
	if meta.Format > Format {
		return meta, upgrade.NewFault("SB-6022", upgrade.KindUnsupported, nil, "dir", dir, "format", fmt.Sprint(meta.Format))
	}
	return meta, nil
}

// Listed is a run folder in a list, readable or not.
type Listed struct {
	Dir  string `json:"dir"`
	Meta Meta   `json:"run"`
	Err  string `json:"problem,omitempty"`
}

// List gives all run folders of the store, newest first. A folder that cannot be read is listed with its problem.
func (s Store) List() ([]Listed, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, upgrade.NewFault("SB-6021", upgrade.KindFailed, err, "dir", s.Dir, "why", "it cannot be read")
	}
	var all []Listed
	for _, e := range entries {
		dir := filepath.Join(s.Dir, e.Name())
		if _, err := os.Stat(filepath.Join(dir, metaFile)); err != nil {
			continue
		}
		meta, err := readMeta(dir)
		l := Listed{Dir: dir, Meta: meta}
		if err != nil {
			l.Err = err.Error()
		}
		all = append(all, l)
	}
	sort.SliceStable(all, func(i, k int) bool {
		a, b := all[i].Meta, all[k].Meta
		if !a.Created.Equal(b.Created) {
			return a.Created.After(b.Created)
		}
		return a.Name > b.Name
	})
	return all, nil
}

// Newest opens the newest open run of an installation; SB-6023 when there is none.
func (s Store) Newest(installation string) (*Folder, error) {
	all, err := s.List()
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.Err == "" && !l.Meta.Closed && (installation == "" || l.Meta.Installation == installation) {
			return s.Open(l.Dir)
		}
	}
	return nil, upgrade.NewFault("SB-6023", upgrade.KindFailed, nil, "dir", s.Dir)
}

// Path is a place inside the folder.
func (f *Folder) Path(parts ...string) string {
	return filepath.Join(append([]string{f.Dir}, parts...)...)
}

// WriteJSON writes a result into the folder, in one step.
func (f *Folder) WriteJSON(name string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	path := f.Path(filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
		err = f.disk.WriteFile(path, append(data, '\n'), 0o600)
		if err == nil {
			return nil
		}
		return upgrade.NewFault("SB-6024", upgrade.KindFailed, err, "file", path)
	}
	return upgrade.NewFault("SB-6024", upgrade.KindFailed, err, "file", path)
}

// ReadJSON reads a result; ok is false when it was never written. command is named in the fault of a broken file.
func (f *Folder) ReadJSON(name, command string, value any) (ok bool, err error) {
	path := f.Path(filepath.FromSlash(name))
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, value)
	}
	if err != nil {
		return false, upgrade.NewFault("SB-6025", upgrade.KindFailed, err, "file", path, "command", command)
	}
	return true, nil
}

// Close marks the run as ended; it stays readable.
func (f *Folder) Close(text string) error {
	if _, err := f.Journal.Append(journal.Closed, "", strings.TrimSpace(text), nil); err != nil {
		return err
	}
	f.Meta.Closed = true
	return f.WriteJSON(metaFile, f.Meta)
}
