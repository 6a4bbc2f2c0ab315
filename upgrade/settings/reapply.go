package settings

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// ReapplyState is what becomes of one file that a new version brought fresh.
type ReapplyState string

// The states.
const (
	ReapplySame   ReapplyState = "same"    // it is as it was: nothing has to be made again
	ReapplyMerged ReapplyState = "merged"  // the site's changes are made again in the fresh file
	ReapplyWhole  ReapplyState = "whole"   // the new version brought what the old one had: the site's file is put back as it was
	ReapplyByHand ReapplyState = "by-hand" // the site changed it and so did the new version; it cannot be merged by key
	ReapplyGone   ReapplyState = "gone"    // the new version has no such file
)

// Reapplied is one file with what a re-application does to it.
type Reapplied struct {
	File  string       `json:"file"`
	Node  string       `json:"node,omitempty"`
	State ReapplyState `json:"state"`
	// Base tells where the file as the old version shipped it was found; empty when it is not known.
	Base string      `json:"base"`
	Site string      `json:"site"` // the copy of the site's file, to look at
	Keys []MergedKey `json:"keys"`
	Diff string      `json:"diff"`
}

// Open counts the keys that a person has to look at.
func (r Reapplied) Open() int {
	n := 0
	for _, k := range r.Keys {
		if k.Open() {
			n++
		}
	}
	return n
}

// Reapply works out how what a site had changed in the files that an upgrade replaced is made again.
type Reapply struct {
	Keeper Keeper
	// Base and Site replace what was kept, by file: the shipped file from an old installation package, the customised one from a backup.
	Base, Site map[string][]byte
	BaseFrom   string
	Sets       func(key string) bool
	Take       map[string]Side
}

// Plan merges every kept file that the upgrade replaced. Nothing is written.
func (r Reapply) Plan(ctx context.Context, why string) (Plan, []Reapplied, error) {
	all, err := r.kept()
	if err != nil {
		return Plan{}, nil, err
	}
	plan, out := Plan{Why: why, Files: []FilePlan{}}, []Reapplied{}
	for _, h := range all {
		if ctx.Err() != nil {
			return Plan{}, nil, context.Cause(ctx)
		}
		if h.Kind != "fsp" && h.Kind != KindProgram {
			continue
		}
		p, one, err := r.file(h)
		if err != nil {
			return Plan{}, nil, err
		}
		if one == nil {
			continue
		}
		out = append(out, *one)
		if p.Changed() {
			plan.Files = append(plan.Files, p)
		}
	}
	return plan, out, nil
}

// kept lists the kept files, and those that a person named the customised version of. Without any fsp.properties it is SB-5023.
func (r Reapply) kept() ([]Kept, error) {
	all, err := r.Keeper.All()
	if err != nil {
		return nil, err
	}
	named := slices.Sorted(maps.Keys(r.Site))
	for _, k := range all {
		named = slices.DeleteFunc(named, func(file string) bool { return file == k.File })
	}
	for _, file := range named {
		all = append(all, Kept{File: file, Kind: "fsp"})
	}
	if !slices.ContainsFunc(all, func(k Kept) bool { return k.Kind == "fsp" }) {
		return nil, upgrade.NewFault("SB-5023", upgrade.KindFailed, nil, "dir", r.Keeper.Dir)
	}
	return all, nil
}

// file merges one file; nil for one that the site is not known to have changed.
func (r Reapply) file(h Kept) (FilePlan, *Reapplied, error) {
	var none FilePlan
	one := &Reapplied{File: h.File, Node: h.Node, Keys: []MergedKey{}, Site: h.Last.Saved}
	site, base, err := r.sides(h, one)
	if err != nil {
		return none, nil, err
	}
	customised := h.Kind == "fsp" || base != nil && !bytes.Equal(base, site)
	if !customised {
		return none, nil, nil
	}
	fresh, err := r.Keeper.Files.Read(h.File)
	if errors.Is(err, fs.ErrNotExist) {
		one.State = ReapplyGone
		return none, one, nil
	}
	if err != nil {
		return none, nil, readFault(h.File, err)
	}
	result := site
	switch {
	case bytes.Equal(fresh, site):
		one.State = ReapplySame
	case base != nil && bytes.Equal(base, fresh):
		one.State = ReapplyWhole
	case KindOf(h.File, fresh) != KindProperties:
		one.State, one.Diff = ReapplyByHand, Diff(h.File, base, site)
		return none, one, nil
	default:
		one.State = ReapplyMerged
	}
	if KindOf(h.File, fresh) == KindProperties {
		m := Merger{Old: base, Site: site, Fresh: fresh, Sets: r.Sets, Take: r.Take}
		if result, one.Keys, err = m.Merge(); err != nil {
			return none, nil, err
		}
		maskMerge(one.Keys)
	}
	if one.State == ReapplyMerged && bytes.Equal(result, fresh) && one.Open() == 0 {
		one.State = ReapplySame
	}
	p := replacing(h.File, fresh, result, changesOf(one.Keys))
	one.Diff = p.Diff
	return p, one, nil
}

// sides gives the site's file and, nil when it is not known, the one that the old version shipped.
func (r Reapply) sides(h Kept, one *Reapplied) (site, base []byte, err error) {
	if site = r.Site[h.File]; site == nil {
		if site, err = r.Keeper.Read(h.Last); err != nil {
			return nil, nil, err
		}
	}
	if base = r.Base[h.File]; base != nil {
		one.Base = r.BaseFrom
		return site, base, nil
	}
	if h.Shipped != nil {
		one.Base = h.ShippedFrom
		base, err = r.Keeper.Read(*h.Shipped)
	}
	return site, base, err
}

// replacing is the plan that writes a file as a whole.
func replacing(file string, before, after []byte, changes []Change) FilePlan {
	p := FilePlan{File: file, Changes: changes, before: before, after: after, existed: true, BeforeSHA256: hash(before), AfterSHA256: hash(after)}
	if doc, err := Open(file, after); err == nil {
		p.Problems = doc.Problems()
	}
	p.Diff = Diff(file, before, after)
	return p
}

func changesOf(keys []MergedKey) []Change {
	out := []Change{}
	for _, k := range keys {
		if !equal(k.New, k.Result) {
			out = append(out, Change{Key: k.Key, Before: k.New, After: k.Result})
		}
	}
	return out
}

func maskMerge(keys []MergedKey) {
	for i := range keys {
		for _, v := range []**string{&keys[i].Old, &keys[i].Ours, &keys[i].New, &keys[i].Result} {
			if *v != nil {
				*v = text(Masked(keys[i].Key, **v))
			}
		}
	}
}

// DescribeMerge fills in the sentence of each key's reason.
func DescribeMerge(files []Reapplied, texts map[string]string) {
	for _, f := range files {
		for i, k := range f.Keys {
			f.Keys[i].Text = strings.TrimSpace(texts[string(k.Reason)])
		}
	}
}
