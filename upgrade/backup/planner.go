package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// planner makes one plan.
type planner struct {
	p    Ports
	o    Options
	inst upgrade.Installation
	plan Plan
	// base is the nearest folder of the target that exists, free what its volume has.
	base    string
	space   Space
	largest entry
	folds   *folding       // nil where the target tells upper from lower case
	away    int            // links whose target is in no part
	afar    string         // the first of them
	room    int64          // bytes the data takes on the target's volume
	names   int64          // files, folders and links that are made there
	told    map[string]int // how many files had a problem of each code
}

func planFor(ctx context.Context, p Ports, inst upgrade.Installation, o Options) (Plan, error) {
	pl := &planner{p: p, o: o, inst: inst, plan: Plan{Installation: subjectOf(inst), inst: inst}, told: map[string]int{}}
	if err := pl.target(); err != nil {
		return pl.plan, err
	}
	switch o.Reread {
	case "", ReadBackDisk, ReadBackCache:
	default:
		return pl.plan, upgrade.NewFault("SB-2049", upgrade.KindUsage, nil, "value", string(o.Reread))
	}
	pl.plan.Compress, pl.plan.Reread = o.Compress, cmp.Or(o.Reread, ReadBackDisk)
	parts, err := scopeOf(p.FS, inst, o.DAOS)
	if err != nil {
		return pl.plan, err
	}
	if err := pl.choose(ctx, parts); err != nil {
		return pl.plan, err
	}
	for i := range pl.plan.Parts {
		if err := pl.measure(ctx, &pl.plan.Parts[i]); err != nil {
			return pl.plan, err
		}
	}
	pl.others()
	pl.volumes()
	pl.links()
	pl.daos()
	pl.rest(ctx)
	if ctx.Err() != nil {
		return pl.plan, stopped(ctx)
	}
	return pl.plan, nil
}

func subjectOf(inst upgrade.Installation) Subject {
	return Subject{ID: inst.ID, Product: inst.Product, Runtime: inst.Runtime, Version: inst.Version, Root: inst.Root, Home: inst.Home}
}

// target makes the target absolute and finds the volume it is or will be on.
func (pl *planner) target() error {
	if pl.o.To == "" {
		return upgrade.NewFault("SB-2000", upgrade.KindUsage, nil)
	}
	to, err := filepath.Abs(pl.o.To)
	if err != nil {
		return upgrade.NewFault("SB-2014", upgrade.KindFailed, err, "path", pl.o.To)
	}
	pl.plan.To = to
	base, err := nearest(pl.p.FS, to)
	if err != nil {
		return upgrade.NewFault("SB-2014", upgrade.KindFailed, err, "path", to)
	}
	real, err := pl.p.FS.Real(base)
	if err != nil {
		return upgrade.NewFault("SB-2014", upgrade.KindFailed, err, "path", base)
	}
	if info, err := pl.p.FS.Lstat(real); err != nil || !info.Mode.IsDir() {
		return upgrade.NewFault("SB-2014", upgrade.KindFailed, errors.Join(err, errors.New("not a folder")), "path", base)
	}
	pl.base = base
	if pl.space, err = pl.p.FS.Space(real); err != nil {
		return upgrade.NewFault("SB-2014", upgrade.KindFailed, err, "path", base)
	}
	if pl.space.FoldsCase {
		pl.folds = newFolding(pl.p.FS)
	}
	return nil
}

// nearest is path, or the lowest folder above it that exists.
func nearest(fsys FS, path string) (string, error) {
	for {
		_, err := fsys.Lstat(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
		up := filepath.Dir(path)
		if up == path {
			return path, err
		}
		path = up
	}
}

// choose decides what is in and what is out, and why.
func (pl *planner) choose(ctx context.Context, parts []scopePart) error {
	for _, name := range pl.o.Include {
		if !isPart(name) {
			return upgrade.NewFault("SB-2001", upgrade.KindUsage, nil, "part", name, "known", strings.Join(PartNames, ", "))
		}
	}
	for _, s := range parts {
		pl.plan.Parts = append(pl.plan.Parts, pl.decide(s))
	}
	pl.database(ctx)
	for _, name := range pl.o.Include {
		if !slices.ContainsFunc(pl.plan.Parts, func(p Part) bool { return p.Name == name }) {
			pl.plan.problem(true, upgrade.NewFault("SB-2002", upgrade.KindBlocked, nil, "part", name, "why", pl.inst.Product.Title()+" has no such part here"))
		}
	}
	if !slices.ContainsFunc(pl.plan.Parts, func(p Part) bool { return p.In }) {
		pl.plan.problem(true, upgrade.NewFault("SB-2019", upgrade.KindBlocked, nil, "installation", pl.inst.ID))
	}
	return nil
}

func (pl *planner) asked(name string) bool {
	return len(pl.o.Include) == 0 || slices.Contains(pl.o.Include, name)
}

func (pl *planner) decide(s scopePart) Part {
	part := Part{Name: s.name, items: s.items}
	for _, i := range s.items {
		part.Paths = append(part.Paths, i.Origin)
	}
	switch {
	case !pl.asked(s.name):
		part.Why = "not asked for"
	case len(s.items) > 0:
		part.In, part.Why = true, s.what
		if len(s.lost) > 0 {
			part.Why += "; not there: " + strings.Join(s.lost, ", ")
		}
	default:
		part.Why = "nothing of it was found"
		switch {
		case s.out != "":
			part.Why = s.out
		case len(s.lost) > 0:
			part.Why = "not there: " + strings.Join(s.lost, ", ")
		}
		// Without its data a Domino Leap is not backed up: silence would be a wrong OK.
		named := len(pl.o.Include) > 0
		if named || s.name == PartVolt || s.name == PartEar {
			pl.plan.problem(named, upgrade.NewFault("SB-2002", upgrade.KindBlocked, nil, "part", s.name, "why", part.Why))
		}
	}
	return part
}

// database decides on the dump. Leap without a dump is not backed up, so that is said in every plan.
func (pl *planner) database(ctx context.Context) {
	if pl.inst.Product != upgrade.Leap {
		return
	}
	part := Part{Name: PartDatabase}
	defer func() {
		pl.plan.Parts = append(pl.plan.Parts, part)
		slices.SortFunc(pl.plan.Parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	}()
	if !pl.asked(PartDatabase) {
		part.Why = "not asked for"
		pl.plan.problem(false, upgrade.NewFault("SB-2040", upgrade.KindPartial, nil, "why", part.Why))
		return
	}
	err := errors.New("no tool is known for it; back it up with the database's own tool")
	var dump DumpPlan
	if pl.p.Dumper != nil {
		dump, err = pl.p.Dumper.Plan(ctx)
	}
	if f, ok := upgrade.AsFault(err); ok && f.Kind == upgrade.KindAuth {
		part.Why = "the database refused user or password"
		pl.plan.problem(true, f) // who gave a password means the database: it is not left out in silence
		return
	}
	if err != nil {
		part.Why = err.Error()
		named := len(pl.o.Include) > 0
		pl.plan.problem(named, upgrade.NewFault("SB-2040", upgrade.KindBlocked, err, "why", part.Why))
		return
	}
	part.In, part.Why, part.Bytes, part.dump = true, "a dump of "+dump.What, dump.Bytes, &dump
	part.Commands, part.Notes = dump.Commands, dump.Notes
	if dump.Origin != "" {
		part.Paths = []string{dump.Origin}
	}
	pl.plan.Bytes += dump.Bytes
	pl.room += dump.Bytes
}

// measure counts a part, and proves that all of it can be read.
func (pl *planner) measure(ctx context.Context, part *Part) error {
	if len(part.items) == 0 {
		return nil
	}
	skip := func(s Skipped) { part.Skipped = append(part.Skipped, s) }
	for n, err := range walkItems(walk{fs: pl.p.FS, pack: pl.o.Compress, skip: skip}, pl.inst.Root, part.Name, part.items) {
		if ctx.Err() != nil {
			return stopped(ctx)
		}
		if err != nil {
			pl.unreadable(part, n.place, err)
			return nil // the rest of a part that cannot be read does not matter
		}
		pl.count(part, n)
	}
	if part.In && len(part.Skipped) > 0 {
		pl.plan.problem(false, upgrade.NewFault("SB-2018", upgrade.KindPartial, nil,
			"count", strconv.Itoa(len(part.Skipped)), "path", part.Skipped[0].Path, "why", part.Skipped[0].Why))
	}
	return nil
}

func (pl *planner) unreadable(part *Part, place string, err error) {
	if part.In {
		pl.plan.problem(true, upgrade.NewFault("SB-2007", upgrade.KindBlocked, err, "path", place))
	}
	part.Why += fmt.Sprintf(" (cannot be read: %v)", err)
}

const clusterSize = 4096 // what a small file takes on most volumes

func (pl *planner) count(part *Part, n node) {
	switch n.Type {
	case typeDir:
		part.Dirs++
	case typeLink:
		part.Links++
		if part.In {
			pl.checkLink(n)
		}
	case typeFile:
		part.Files++
		part.Bytes += n.Size
	}
	if !part.In {
		return
	}
	pl.room += 512 // its line in the manifest and in SHA256SUMS
	pl.names++
	pl.fold(n)
	if n.Type != typeFile {
		pl.room += clusterSize
		return
	}
	pl.plan.Files++
	pl.plan.Bytes += n.Size
	pl.room += (n.Size + clusterSize - 1) / clusterSize * clusterSize
	if n.Size > pl.largest.Size {
		pl.largest = n.entry
	}
	if r, err := pl.p.FS.Open(n.place); err != nil {
		pl.ofFile(upgrade.NewFault("SB-2007", upgrade.KindBlocked, err, "path", n.place))
	} else {
		_ = r.Close() // nothing was read: it can be opened, that is all
	}
}
