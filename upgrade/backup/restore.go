package backup

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// restorer brings one backup back.
type restorer struct {
	p        Ports
	fs       FS
	rep      op.Reporter
	o        RestoreOptions
	dir      string
	h        header
	moves    []move
	warnings []string
	stamp    string
	journal  string // where the moves are written down before the first rename
	database *databaseMove
	back     bool // a restore is taken back: nothing is removed, not even what is empty
}

const (
	stagedSuffix  = ".restoring-"
	keptSuffix    = ".before-restore-"
	journalSuffix = ".springboard-restore.json"
)

func restore(ctx context.Context, rep op.Reporter, p Ports, dir string, o RestoreOptions) (Report, error) {
	start := p.now()
	dir, err := findBackup(p.FS, dir)
	report := Report{Backup: dir, Problems: []Mismatch{}}
	if err != nil {
		return report, err
	}
	r := &restorer{p: p, fs: p.FS, rep: rep, o: o, dir: dir, stamp: start.UTC().Format(restoreStamp)}
	if r.h, err = headerOf(p.FS, dir); err != nil {
		return asProblem(report, manifestName, Manifest, err), err
	}
	s, err := r.run(ctx)
	report.Seconds, report.Warnings, report.Target = p.now().Sub(start).Seconds(), r.warnings, r.o.To
	if s != nil {
		report.Files, report.Bytes, report.ManifestSHA256 = s.count.Files, s.content, s.sum
	}
	if err != nil {
		err = orStopped(ctx, err)
		if upgrade.KindOf(err) == upgrade.KindVerify {
			report = fromFault(report, err)
		}
		return report, err
	}
	for _, m := range r.moves {
		if _, err := p.FS.Lstat(m.Kept); err == nil {
			report.Kept = append(report.Kept, m.Kept)
		}
	}
	report.OK = true
	return report, r.tellDatabase(&report)
}

func (r *restorer) run(ctx context.Context) (*stager, error) {
	if err := r.target(ctx); err != nil {
		return nil, err
	}
	if err := r.recover(ctx); err != nil {
		return nil, err
	}
	if err := r.chooseMoves(); err != nil {
		return nil, err
	}
	if err := r.planDatabase(ctx); err != nil {
		return nil, err
	}
	if err := r.refuse(); err != nil {
		return nil, err
	}
	s := &stager{fs: r.fs, rep: r.rep, dir: r.dir, h: r.h, moves: r.moves, keep: r.keeps}
	err := r.prepare()
	if err == nil {
		r.rep.Phase("restoring beside the target", r.bytes(), op.Bytes)
		err = s.stage(ctx)
	}
	if err == nil {
		err = r.stageDatabase(ctx)
	}
	if err == nil && s.count == (totals{}) && r.database == nil {
		err = upgrade.NewFault("SB-2032", upgrade.KindUsage, nil, "part", r.named(), "path", r.dir)
	}
	if err != nil {
		for _, m := range r.moves {
			_ = removeTree(r.fs, m.Staged) // nothing was put in place; what cannot be removed is removed by the next restore
		}
		r.dropDatabase(ctx)
		return s, err
	}
	r.tellWayBack()
	r.rep.Phase("putting it in place", 0, op.Items)
	return s, r.rep.Commit(func() error { return r.swapAll(ctx) })
}

// goesWith says which parts of a backup go back together, and what keeps one of them from serving alone: a database that a newer Leap has opened serves no older
// one, and the other way round.
var goesWith = []struct {
	part, with, why string
	held            bool // only where the backup holds the other one
}{
	{PartDatabase, PartEar, "the database goes back together with the .ear: restore it too before the server starts", false},
	{PartDatabase, PartSettings, "the database goes back together with the settings: restore them too before the server starts", false},
	{PartEar, PartDatabase, "the .ear goes back together with the database: the former release cannot use a database that the new one has opened", false},
	{PartVolt, PartProgram, "volt goes back together with the program files (program) when they were upgraded", false},
	{PartVolt, PartDAOS, "volt goes back together with the attachments outside of it (daos): its databases refer to them", true},
	{PartProgram, PartVolt, "the program files go back together with volt when it was upgraded", false},
	{PartDAOS, PartVolt, "the attachments (daos) go back together with volt, whose databases refer to them", false},
}

// tellWayBack says of every part that is restored what must go back with it and does not.
func (r *restorer) tellWayBack() {
	if r.whole() {
		return
	}
	for _, g := range goesWith {
		if r.restores(g.part) && !r.restores(g.with) && (!g.held || r.holds(g.with)) {
			r.warnings = append(r.warnings, g.why)
		}
	}
}

// whole tells that nobody chose parts.
func (r *restorer) whole() bool { return r.o.Part == "" && len(r.o.Include) == 0 }

// restores tells that a part is chosen and in the backup.
func (r *restorer) restores(part string) bool { return r.keeps(part) && r.holds(part) }

// holds tells that a part is in the backup.
func (r *restorer) holds(part string) bool {
	return slices.ContainsFunc(r.h.Parts, func(p manifestPart) bool { return p.Name == part })
}

// chosen refuses parts that the backup does not hold.
func (r *restorer) chosen() error {
	if r.o.Part != "" && len(r.o.Include) > 0 {
		return upgrade.NewFault("SB-2055", upgrade.KindUsage, nil)
	}
	for _, part := range append(slices.Clone(r.o.Include), r.o.Part) {
		if part != "" && !r.restores(part) {
			return upgrade.NewFault("SB-2032", upgrade.KindUsage, nil, "part", part, "path", r.dir)
		}
	}
	return nil
}

// target checks the options and makes To absolute.
func (r *restorer) target(ctx context.Context) error {
	if err := r.chosen(); err != nil {
		return err
	}
	if r.o.InPlace {
		r.o.To = ""
		_, _, faults := restOf(ctx, r.p, r.o.Installation, nil, false)
		for _, f := range faults {
			if f.Kind == upgrade.KindBlocked {
				return f
			}
		}
		r.journal = beside(r.dir, journalSuffix)
		if home := r.o.Installation.Home; home != "" {
			r.journal = filepath.Join(home, journalSuffix) // the backup may lie on a medium that cannot be written
		}
		return nil
	}
	if r.o.To == "" {
		return upgrade.NewFault("SB-2033", upgrade.KindUsage, nil)
	}
	to, err := filepath.Abs(r.o.To)
	if err != nil {
		return restoreFault(r.o.To, err)
	}
	if real, err := r.fs.Real(to); err == nil {
		to = real // the swap renames the folder itself, not a link to it
	}
	r.o.To, r.journal = to, beside(to, journalSuffix)
	if info, err := r.fs.Lstat(to); err == nil && !info.Mode.IsDir() {
		return restoreFault(to, errors.New("not a folder"))
	}
	return nil
}

func (r *restorer) keeps(part string) bool {
	if r.o.Part != "" {
		return part == r.o.Part
	}
	return len(r.o.Include) == 0 || slices.Contains(r.o.Include, part)
}

// named are the chosen parts in words.
func (r *restorer) named() string {
	if r.o.Part != "" {
		return r.o.Part
	}
	return strings.Join(r.o.Include, ", ")
}

func (r *restorer) bytes() int64 {
	var n int64
	for _, p := range r.h.Parts {
		if r.keeps(p.Name) {
			n += r.h.contentOf(p)
		}
	}
	return n
}

func (r *restorer) move(prefix, dest string) move {
	return move{Prefix: prefix, Staged: beside(dest, stagedSuffix+r.stamp), Dest: dest, Kept: r.keptName(dest)}
}

// keptName is the dated name for a former state, with a number when one was kept in this very second: by a restore that was interrupted and finished.
func (r *restorer) keptName(dest string) string {
	kept := beside(dest, keptSuffix+r.stamp)
	for n := 2; n < 100; n++ {
		if _, err := r.fs.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			break
		}
		kept = beside(dest, keptSuffix+r.stamp+"-"+itoa(n))
	}
	return kept
}

// chooseMoves decides what is put in place by one rename each: a new or empty target as a whole, else each file and folder that was backed up.
func (r *restorer) chooseMoves() error {
	var single *item
	for _, p := range r.h.Parts {
		if p.Name == r.o.Part && len(p.Items) == 1 && p.Items[0].Dir {
			single = &p.Items[0]
		}
	}
	empty, err := r.isEmpty()
	switch {
	case err != nil:
		return err
	case !r.o.InPlace && single != nil:
		// One part that is one folder: the target becomes that folder.
		r.moves = []move{r.move(dataDir+"/"+r.o.Part+"/"+single.Rel, r.o.To)}
		return nil
	case !r.o.InPlace && empty:
		m := r.move("", r.o.To)
		m.strip = true
		r.moves = []move{m}
		return nil
	}
	for _, p := range r.h.Parts {
		if r.keeps(p.Name) {
			if err := r.partMoves(p); err != nil {
				return err
			}
		}
	}
	r.dropNested()
	return nil
}

func (r *restorer) partMoves(p manifestPart) error {
	for _, i := range p.Items {
		dest := native(r.o.To, i.Rel)
		if r.o.InPlace {
			if dest = i.place(); dest == "" {
				r.database = &databaseMove{part: p, dir: dumpFolder(native(r.dir, dataDir), p)}
				continue
			}
			if err := r.allowed(i); err != nil {
				return err
			}
		}
		r.moves = append(r.moves, r.move(dataDir+"/"+p.Name+"/"+i.Rel, dest))
	}
	return nil
}

// allowed keeps a manifest from naming a place that is none of the installation's.
func (r *restorer) allowed(i item) error {
	places := Places(r.o.Installation)
	scope, err := scopeOf(r.fs, r.o.Installation, "") // what is set in notes.ini too
	if err != nil {
		return err
	}
	for _, part := range scope {
		for _, known := range part.items {
			places = append(places, known.Origin)
		}
	}
	for _, place := range places {
		if isBelow(place, i.Origin) {
			if i.Real == "" {
				return nil
			}
			if real, err := r.fs.Real(i.Origin); err == nil && real == i.Real {
				return nil
			}
		}
	}
	return upgrade.NewFault("SB-2034", upgrade.KindVerify, nil, "path", i.place())
}

// dropNested leaves out what another move brings along: a settings file inside of the .ear comes with the .ear.
func (r *restorer) dropNested() {
	all := r.moves
	r.moves = slices.DeleteFunc(slices.Clone(all), func(m move) bool {
		return slices.ContainsFunc(all, func(o move) bool { return o.Dest != m.Dest && isBelow(o.Dest, m.Dest) })
	})
	seen := map[string]bool{}
	r.moves = slices.DeleteFunc(r.moves, func(m move) bool {
		twice := seen[m.Dest]
		seen[m.Dest] = true
		return twice
	})
}

func (r *restorer) isEmpty() (bool, error) {
	if r.o.InPlace {
		return false, nil
	}
	list, err := r.fs.ReadDir(r.o.To, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, restoreFault(r.o.To, err)
	}
	return len(list) == 0, nil
}

// refuse stops before any byte when the backup would be moved with its target, or there is no room.
func (r *restorer) refuse() error {
	for _, m := range r.moves {
		if isBelow(m.Dest, r.dir) || isBelow(r.dir, m.Dest) {
			return upgrade.NewFault("SB-2035", upgrade.KindBlocked, nil, "path", m.Dest, "backup", r.dir)
		}
	}
	if len(r.moves) == 0 && r.database != nil {
		return nil
	}
	if len(r.moves) == 0 {
		return upgrade.NewFault("SB-2032", upgrade.KindUsage, nil, "part", r.named(), "path", r.dir)
	}
	base, err := nearest(r.fs, r.moves[0].Dest)
	if err != nil {
		return restoreFault(r.moves[0].Dest, err)
	}
	real, err := r.fs.Real(base)
	if err != nil {
		return restoreFault(base, err)
	}
	return roomFor(r.fs, real, r.bytes())
}

// prepare clears what an earlier restore left under our names, and makes the folders above the targets.
func (r *restorer) prepare() error {
	for _, m := range r.moves {
		if err := mkdirAll(r.fs, filepath.Dir(m.Dest)); err != nil {
			return restoreFault(filepath.Dir(m.Dest), err)
		}
		if err := r.clearStaged(m); err != nil {
			return restoreFault(m.Staged, err)
		}
		if m.strip {
			if err := r.fs.Mkdir(m.Staged, 0o755); err != nil {
				return restoreFault(m.Staged, err)
			}
		}
	}
	return nil
}

// clearStaged removes staged states of interrupted restores to the same place. Those that were being swapped have a journal and are not here.
func (r *restorer) clearStaged(m move) error {
	dir, prefix := filepath.Dir(m.Dest), filepath.Base(m.Dest)+stagedSuffix
	list, err := r.fs.ReadDir(dir, 0)
	if err != nil {
		return err
	}
	for _, info := range list {
		stamp, ours := strings.CutPrefix(info.Name, prefix)
		if _, err := time.Parse("20060102T150405Z", stamp); ours && err == nil {
			if err := removeTree(r.fs, filepath.Join(dir, info.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}
