package backup

import (
	"cmp"
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// slack is what manifest, sums and folders need beside the files.
const slack = 1 << 20

// spareNames are the files and folders of a backup beside its data, and those of its work.
const spareNames = 64

// volumes compares what is needed with what is free, and finds targets that are no place for a backup.
func (pl *planner) volumes() {
	target := Volume{Space: pl.space, Path: pl.plan.To, Role: "target", Needed: pl.room + slack}
	pl.resumes(&target)
	pl.plan.Volumes = []Volume{target}
	if target.Needed > target.Free {
		pl.plan.problem(true, upgrade.NewFault("SB-2005", upgrade.KindBlocked, nil, "path", pl.plan.To,
			"needed", strconv.FormatInt(target.Needed, 10), "free", strconv.FormatInt(target.Free, 10)))
	}
	if pl.space.FreeFiles > 0 && pl.names+spareNames > pl.space.FreeFiles {
		pl.plan.problem(true, upgrade.NewFault("SB-2048", upgrade.KindBlocked, nil, "path", pl.plan.To,
			"needed", strconv.FormatInt(pl.names+spareNames, 10), "free", strconv.FormatInt(pl.space.FreeFiles, 10)))
	}
	if pl.space.MaxFile > 0 && pl.largest.Size > pl.space.MaxFile {
		pl.plan.problem(true, upgrade.NewFault("SB-2008", upgrade.KindBlocked, nil, "path", pl.largest.Path,
			"type", pl.space.Type, "limit", strconv.FormatInt(pl.space.MaxFile, 10)))
	}
	seen := map[string]bool{}
	for _, part := range pl.plan.Parts {
		if part.In {
			for _, i := range part.items {
				pl.source(i, seen)
			}
		}
	}
}

// source checks one item against the target and notes its volume.
func (pl *planner) source(i item, seen map[string]bool) {
	if i.Dir && pl.isInside(i.place()) {
		pl.plan.problem(true, upgrade.NewFault("SB-2003", upgrade.KindBlocked, nil, "target", pl.plan.To, "source", i.Origin))
		return
	}
	if pl.contains(i.place()) {
		pl.plan.problem(false, upgrade.NewFault("SB-2004", upgrade.KindPartial, nil, "target", pl.plan.To, "source", i.Origin))
	}
	s, err := pl.p.FS.Space(i.place())
	if err != nil || seen[s.Volume] {
		return
	}
	seen[s.Volume] = true
	pl.plan.Volumes = append(pl.plan.Volumes, Volume{Space: s, Path: i.Origin, Role: "source"})
	if s.Volume == pl.space.Volume {
		pl.plan.problem(false, upgrade.NewFault("SB-2006", upgrade.KindPartial, nil, "target", pl.plan.To, "source", i.Origin))
	}
}

// isInside tells that the target lies in a source, by identity of every folder above it, so that links and other spellings don't hide it.
func (pl *planner) isInside(source string) bool {
	if isBelow(source, pl.plan.To) {
		return true
	}
	at, err := pl.p.FS.Real(pl.base)
	if err != nil {
		return false
	}
	for {
		if same, err := pl.p.FS.SameFile(at, source); err == nil && same {
			return true
		}
		up := filepath.Dir(at)
		if up == at {
			return false
		}
		at = up
	}
}

// contains tells that a source lies in the target folder.
func (pl *planner) contains(source string) bool {
	if pl.base != pl.plan.To {
		return false // a folder that does not exist contains nothing
	}
	real, err := pl.p.FS.Real(pl.base)
	return err == nil && isBelow(real, source) && filepath.Dir(real) != real
}

// resumes looks for an unfinished backup; what it holds needs no room again.
func (pl *planner) resumes(target *Volume) {
	if pl.o.Fresh {
		return
	}
	dir := findUnfinished(pl.p.FS, pl.plan.To, planKey(pl.plan))
	if dir == "" {
		return
	}
	pl.plan.Resumes = dir
	var held int64
	walkTree(pl.p.FS, filepath.Join(dir, dataDir), dataDir, nil, func(n node, err error) bool {
		if err == nil {
			held += (n.Size + clusterSize - 1) / clusterSize * clusterSize
		}
		return err == nil
	})
	target.Needed = max(slack, target.Needed-held)
}

// checkLink notes a link whose content is in no part.
func (pl *planner) checkLink(n node) {
	to := filepath.FromSlash(n.Target)
	if !filepath.IsAbs(to) {
		to = filepath.Join(filepath.Dir(n.place), to)
	}
	for _, part := range pl.plan.Parts {
		for _, i := range part.items {
			if part.In && (isBelow(i.Origin, to) || isBelow(i.place(), to)) {
				return
			}
		}
	}
	pl.away++
	pl.afar = cmp.Or(pl.afar, n.place)
}

// links warns of links out of the backup: they come back as links, the content they name does not.
func (pl *planner) links() {
	if pl.away > 0 {
		pl.plan.problem(false, upgrade.NewFault("SB-2017", upgrade.KindPartial, nil, "count", strconv.Itoa(pl.away), "path", pl.afar))
	}
}

// daos warns of attachments that are encrypted with the server's key.
func (pl *planner) daos() {
	if pl.inst.Product == upgrade.DominoLeap && !knowsDAOS(pl.p.FS, pl.inst, pl.o.DAOS) {
		pl.plan.problem(false, upgrade.NewFault("SB-2441", upgrade.KindPartial, nil, "data", pl.inst.Data))
	}
	for _, part := range pl.plan.Parts {
		if part.Name == PartDAOS && part.In {
			pl.plan.problem(false, upgrade.NewFault("SB-2046", upgrade.KindPartial, nil, "path", part.Paths[0]))
		}
	}
}

// rest asks whether the installation rests.
func (pl *planner) rest(ctx context.Context) {
	rest, busy, faults := restOf(ctx, pl.p, pl.inst, pl.plan.Parts, pl.o.WhileRunning)
	found, more := connections(ctx, pl.p, pl.plan.Parts, pl.o.WhileRunning, &rest)
	pl.plan.Rest, pl.plan.Busy, pl.plan.Sessions = rest, busy, found
	faults = append(faults, more...)
	for _, f := range faults {
		pl.plan.problem(f.Kind == upgrade.KindBlocked, f)
	}
}

// restOf is the proof of quiescence as far as the system gives one. A fault of KindBlocked refuses the backup, the others are warnings.
func restOf(ctx context.Context, p Ports, inst upgrade.Installation, parts []Part, whileRunning bool) (Rest, []Process, []*upgrade.Fault) {
	rest := Rest{Processes: "unknown", OpenFiles: "unknown", WhileRunning: whileRunning}
	if p.Quiet == nil {
		return rest, nil, []*upgrade.Fault{upgrade.NewFault("SB-2011", upgrade.KindPartial, nil)}
	}
	var faults []*upgrade.Fault
	running, known, err := p.Quiet.Running(ctx, inst)
	rest.Processes = verdict(running, known && err == nil)
	rest.Asked = append(rest.Asked, askedProcesses(rest.Processes, running))
	if rest.Processes == "unknown" {
		faults = append(faults, upgrade.NewFault("SB-2011", upgrade.KindPartial, err))
	}
	var roots []string
	for _, part := range parts {
		for _, i := range part.items {
			if part.In {
				roots = append(roots, i.place())
			}
		}
	}
	faults = append(faults, refuse("SB-2009", running, whileRunning)...)
	faults = append(faults, services(ctx, p, inst, &rest)...)
	open, known, err := p.Quiet.OpenFiles(ctx, roots)
	rest.OpenFiles = verdict(open, known && err == nil)
	rest.Asked = append(rest.Asked, askedFiles(rest.OpenFiles, open, roots))
	faults = append(faults, refuse("SB-2010", open, whileRunning)...)
	return rest, append(running, open...), faults
}

func verdict(found []Process, known bool) string {
	switch {
	case len(found) > 0:
		return "found"
	case known:
		return "none"
	}
	return "unknown"
}

func refuse(code string, found []Process, whileRunning bool) []*upgrade.Fault {
	for _, proc := range found {
		if proc.Practice {
			continue
		}
		kind := upgrade.KindBlocked
		if whileRunning {
			kind, code = upgrade.KindPartial, "SB-2042"
		}
		return []*upgrade.Fault{upgrade.NewFault(code, kind, nil, "process", proc.Name, "pid", strconv.Itoa(proc.PID),
			"how", proc.How, "path", proc.File, "count", strconv.Itoa(len(found)))}
	}
	return nil
}

// planKey identifies what a plan backs up: only an unfinished backup of just the same is continued.
func planKey(p Plan) string {
	var b strings.Builder
	b.WriteString(p.Installation.ID + "\n" + p.Installation.Root + "\n")
	if p.Compress {
		b.WriteString(compression + "\n")
	}
	for _, part := range p.Parts {
		if part.In {
			b.WriteString(part.Name + "\n")
			for _, i := range part.items {
				b.WriteString(i.Rel + "\x00" + i.Origin + "\n")
			}
		}
	}
	return b.String()
}
