package settings

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Original is a settings file whose state before the upgrade is to be kept.
type Original struct {
	File string
	Kind string // as SettingsFile.Kind; "program" for other files of the folder that an upgrade replaces
	Node string
	// Shipped is the file as the vendor delivered it with this version; nil when that is not known. ShippedFrom says where it was found.
	Shipped     []byte
	ShippedFrom string
}

// Copy names kept bytes: a file in the keeper's folder and its checksum.
type Copy struct {
	Saved  string    `json:"saved"`
	SHA256 string    `json:"sha256"`
	At     time.Time `json:"at"`
}

// Kept is what is known of one settings file from before the upgrade.
type Kept struct {
	File  string `json:"file"`
	Kind  string `json:"kind"`
	Node  string `json:"node,omitempty"`
	First Copy   `json:"first"` // when the run began
	Last  Copy   `json:"last"`  // the last look before the new version came
	// Shipped is the file as the vendor delivered it, nil when that is not known.
	Shipped     *Copy  `json:"shipped"`
	ShippedFrom string `json:"shipped_from,omitempty"`
}

// Keeper keeps settings files as they were before an upgrade, so that what a new version replaces can be made again and what differs can be told. Dir
// is its folder, usually kept in the run folder. One goroutine at a time.
type Keeper struct {
	Files Files
	Dir   string
	Now   func() time.Time
}

const keptIndex = "kept.json"

// Keep copies the files that exist. What is new since the last time is added; the copies of the first time stay. A file that cannot be read is left out
// and told by the joined error; all others are kept.
func (k Keeper) Keep(originals []Original) error {
	all, err := k.All()
	if err != nil {
		return err
	}
	var failed []error
	changed := false
	for _, o := range originals {
		data, err := k.Files.Read(o.File)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			failed = append(failed, readFault(o.File, err))
			continue
		}
		grown, did, err := k.keepOne(all, o, data)
		if err != nil {
			return err
		}
		all, changed = grown, changed || did
	}
	if changed {
		if err := k.write(all); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

func (k Keeper) keepOne(all []Kept, o Original, data []byte) ([]Kept, bool, error) {
	at := slices.IndexFunc(all, func(h Kept) bool { return h.File == o.File })
	if at >= 0 && all[at].Last.SHA256 == hash(data) {
		return all, false, nil
	}
	now, err := k.copy(o.File, data)
	if err != nil {
		return nil, false, err
	}
	if at >= 0 {
		all[at].Last = now
		return all, true, nil
	}
	one := Kept{File: o.File, Kind: o.Kind, Node: o.Node, First: now, Last: now, ShippedFrom: o.ShippedFrom}
	if o.Shipped != nil {
		shipped, err := k.copy(o.File, o.Shipped)
		if err != nil {
			return nil, false, err
		}
		one.Shipped = &shipped
	}
	return append(all, one), true, nil
}

// copy writes bytes under a name of their own; the same bytes are written once.
func (k Keeper) copy(file string, data []byte) (Copy, error) {
	sum := hash(data)
	c := Copy{Saved: sum[:16] + "-" + filepath.Base(file), SHA256: sum, At: k.Now()}
	have, err := k.Files.Read(filepath.Join(k.Dir, c.Saved))
	if err == nil && hash(have) == sum {
		return c, nil
	}
	if err := k.Files.WriteAtomic(filepath.Join(k.Dir, c.Saved), data); err != nil {
		return c, k.fault(err)
	}
	return c, nil
}

func (k Keeper) fault(err error) error {
	return upgrade.NewFault("SB-5014", upgrade.KindFailed, err, "dir", k.Dir, "detail", err.Error())
}

func (k Keeper) write(all []Kept) error {
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := k.Files.WriteAtomic(filepath.Join(k.Dir, keptIndex), append(data, '\n')); err != nil {
		return k.fault(err)
	}
	return nil
}

// All lists what is kept; nothing when nothing was kept yet.
func (k Keeper) All() ([]Kept, error) {
	file := filepath.Join(k.Dir, keptIndex)
	data, err := k.Files.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return []Kept{}, nil
	}
	if err != nil {
		return nil, readFault(file, err)
	}
	all := []Kept{}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, upgrade.NewFault("SB-5015", upgrade.KindFailed, err, "file", file)
	}
	return all, nil
}

// Read gives kept bytes; bytes that are not what was kept are SB-5018.
func (k Keeper) Read(c Copy) ([]byte, error) {
	file := filepath.Join(k.Dir, c.Saved)
	data, err := k.Files.Read(file)
	if err != nil {
		return nil, readFault(file, err)
	}
	if hash(data) != c.SHA256 {
		return nil, upgrade.NewFault("SB-5018", upgrade.KindVerify, nil, "file", file)
	}
	return data, nil
}

// Difference is a settings file that is not what it was when the run began.
type Difference struct {
	File    string `json:"file"`
	Kind    string `json:"kind"`
	State   string `json:"state"`   // changed, missing
	Records int    `json:"records"` // changes of this run that are in force
	Diff    string `json:"diff"`
}

// Differing compares every kept file with what is there now. Those of the folder that the upgrade replaces are left out unless they are settings: they are
// meant to differ. compared is how many files were looked at.
func (k Keeper) Differing(open []Record) (diffs []Difference, compared int, err error) {
	all, err := k.All()
	if err != nil {
		return nil, 0, err
	}
	diffs = []Difference{}
	for _, h := range all {
		if h.Kind == KindProgram {
			continue
		}
		compared++
		now, err := k.Files.Read(h.File)
		missing := errors.Is(err, fs.ErrNotExist)
		if err != nil && !missing {
			return nil, 0, readFault(h.File, err)
		}
		if !missing && hash(now) == h.First.SHA256 {
			continue
		}
		was, err := k.Read(h.First)
		if err != nil {
			return nil, 0, err
		}
		d := Difference{File: h.File, Kind: h.Kind, State: "changed", Diff: Diff(h.File, was, now)}
		if missing {
			d.State = "missing"
		}
		for _, r := range open {
			if r.File == h.File {
				d.Records++
			}
		}
		diffs = append(diffs, d)
	}
	return diffs, compared, nil
}

// KindProgram is the kind of a kept file that is no settings file: one of the folder that an upgrade replaces.
const KindProgram = "program"
