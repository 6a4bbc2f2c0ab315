package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// prove is a test restore: into a folder of its own, compared, and removed again.
func prove(ctx context.Context, rep op.Reporter, p Ports, dir, scratch string) (Report, error) {
	start := p.now()
	dir, err := findBackup(p.FS, dir)
	report := Report{Backup: dir, Problems: []Mismatch{}}
	if err != nil {
		return report, err
	}
	h, err := headerOf(p.FS, dir)
	if err != nil {
		return asProblem(report, manifestName, Manifest, err), err
	}
	if scratch == "" {
		scratch = filepath.Dir(dir)
	}
	place, err := scratchFolder(p, scratch, start)
	if err != nil {
		return report, err
	}
	rep.Phase("restoring into a scratch folder", h.contentBytes(), op.Bytes)
	pr := &prover{p: p, rep: rep, h: h, dir: dir, place: place}
	pr.tellLeft()
	err = pr.run(ctx)
	if clearErr := removeTree(p.FS, place); err == nil && clearErr != nil {
		err = restoreFault(place, clearErr)
	}
	report.Files, report.Bytes, report.ManifestSHA256 = pr.count.Files, pr.content, pr.sum
	report.Warnings, report.Seconds = pr.warnings, p.now().Sub(start).Seconds()
	if err != nil {
		err = orStopped(ctx, err)
		if upgrade.KindOf(err) == upgrade.KindVerify {
			report = fromFault(report, err)
			pr.recordFailure(ctx, start)
		}
		return report, err
	}
	history, err := pr.record(start, true)
	if err != nil {
		return report, err
	}
	now := standingOf(history, hasDump(h))
	report.OK, report.State, report.Database = true, Sealed, pr.database
	if now.proven {
		report.State = Proven
		return report, nil
	}
	report.Pending, report.Commands = now.pending, pr.byHand
	return report, upgrade.NewFault("SB-2434", upgrade.KindWaiting, nil, "path", dir, "why", now.pending)
}

// scratchFolder makes a new folder below scratch.
func scratchFolder(p Ports, scratch string, at time.Time) (string, error) {
	scratch, err := filepath.Abs(scratch)
	if err != nil {
		return "", restoreFault(scratch, err)
	}
	if err := mkdirAll(p.FS, scratch); err != nil {
		return "", restoreFault(scratch, err)
	}
	for n := 1; ; n++ {
		place := filepath.Join(scratch, scratchPrefix+at.UTC().Format("20060102T150405Z")+"-"+itoa(n))
		if err = p.FS.Mkdir(place, 0o700); err == nil {
			return place, nil
		}
		if n >= 100 || !errors.Is(err, fs.ErrExist) {
			return "", restoreFault(place, err)
		}
	}
}

const scratchPrefix = "springboard-prove-"

// tellLeft names scratch folders beside this one: a proof that was killed could not remove its own. They are not removed, for another may be at work.
func (pr *prover) tellLeft() {
	list, err := pr.p.FS.ReadDir(filepath.Dir(pr.place), 0)
	if err != nil {
		return // what cannot be listed cannot be told; the proof does not depend on it
	}
	for _, info := range list {
		if place := filepath.Join(filepath.Dir(pr.place), info.Name); strings.HasPrefix(info.Name, scratchPrefix) && place != pr.place {
			pr.warnings = append(pr.warnings, "a test restore that did not come to its end left "+place+": remove it, unless one is at work")
		}
	}
}

type prover struct {
	p        Ports
	rep      op.Reporter
	h        header
	dir      string
	place    string
	sum      string
	count    totals
	content  int64
	nsf, odd atomic.Int64
	database string
	pending  string   // why the database was not restored
	byHand   []string // commands for a person who does it
	warnings []string
}

func (pr *prover) run(ctx context.Context) error {
	if err := roomFor(pr.p.FS, pr.place, pr.h.contentBytes()); err != nil {
		return err
	}
	s := &stager{fs: pr.p.FS, rep: pr.rep, dir: pr.dir, h: pr.h, seen: pr.look}
	if err := pr.p.FS.Mkdir(filepath.Join(pr.place, "files"), 0o700); err != nil {
		return restoreFault(pr.place, err)
	}
	// Parts may share a path (a settings file inside of the .ear): each is restored into a folder of its own.
	for _, part := range pr.h.Parts {
		m := move{Prefix: dataDir + "/" + part.Name, Staged: filepath.Join(pr.place, "files", part.Name)}
		if err := pr.p.FS.Mkdir(m.Staged, 0o700); err != nil {
			return restoreFault(m.Staged, err)
		}
		s.moves = append(s.moves, m)
	}
	err := s.stage(ctx)
	pr.sum, pr.count, pr.content = s.sum, s.count, s.content
	if err != nil {
		return err
	}
	if s.count != pr.h.Totals {
		return badBackup(pr.dir, manifestName, Manifest)
	}
	if odd := pr.odd.Load(); odd > 0 {
		pr.warnings = append(pr.warnings, itoa64(odd)+" of "+itoa64(pr.nsf.Load())+" NSF files do not begin as an NSF file does; the copy is what the source was")
	}
	return pr.proveDump(ctx)
}

// nsfHeads are the first bytes of an NSF file: the signature of a database, then the size of its header, 0x0300 or 0x0400 (the magic numbers that
// file(1) knows as Lotus Notes and IBM Notes databases).
var nsfHeads = []string{"\x1a\x00\x00\x03\x00\x00", "\x1a\x00\x00\x04\x00\x00"}

// look reads the header of every NSF file that was restored.
func (pr *prover) look(e entry, _ *lane, place string) error {
	if ext := filepath.Ext(e.logical()); !strings.EqualFold(ext, ".nsf") && !strings.EqualFold(ext, ".ntf") {
		return nil
	}
	pr.nsf.Add(1)
	r, err := pr.p.FS.Open(place)
	if err != nil {
		return readFault(place, err)
	}
	defer r.Close()
	head := make([]byte, 6)
	if _, err := io.ReadFull(r, head); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return readFault(place, err)
	}
	if string(head) != nsfHeads[0] && string(head) != nsfHeads[1] {
		pr.odd.Add(1)
	}
	return nil
}

// proveDump lets the database's tool restore what it dumped. Where it cannot, the dump was compared and no more: a person must restore it.
func (pr *prover) proveDump(ctx context.Context) error {
	for _, part := range pr.h.Parts {
		if part.Dump == nil {
			continue
		}
		if pr.p.Dumper == nil {
			pr.pending = "the dump of the database was compared, not restored: its tool is not known here"
			continue
		}
		scratch := filepath.Join(pr.place, "database")
		if err := pr.p.FS.Mkdir(scratch, 0o700); err != nil {
			return restoreFault(scratch, err)
		}
		place := filepath.Dir(filepath.Join(pr.place, "files", part.Name, filepath.FromSlash(part.Items[0].Rel)))
		if part.Items[0].Dir {
			place = dumpFolder(filepath.Join(pr.place, "files"), part)
		}
		note, err := pr.p.Dumper.Prove(ctx, pr.rep, place, scratch, *part.Dump)
		switch {
		case errors.Is(err, ErrUnsupported):
			pr.pending = "the dump of the database was compared, not restored: " + note
			if by, can := pr.p.Dumper.(ByHand); can {
				pr.byHand = by.ProveByHand(dumpFolder(filepath.Join(pr.dir, dataDir), part), *part.Dump)
			}
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return upgrade.NewFault("SB-2045", upgrade.KindVerify, err, "path", pr.dir)
		default:
			pr.database = note
		}
	}
	return nil
}

// dumpFolder is the folder of a part's dump below a folder of parts.
func dumpFolder(parts string, part manifestPart) string {
	return filepath.Join(parts, part.Name, filepath.FromSlash(part.Items[0].Rel))
}

// dumpTitle names a dump in words.
func dumpTitle(d Dumped) string {
	if d.What != "" {
		return d.What
	}
	return "a dump by " + d.Tool
}

// recordFailure writes a failed proof down, so that an earlier one is not believed any more. A medium that cannot be written keeps its history.
func (pr *prover) recordFailure(ctx context.Context, at time.Time) {
	if pr.sum == "" {
		l := newLane(pr.p.FS)
		sum, _, err := l.reread(ctx, filepath.Join(pr.dir, manifestName))
		if err != nil {
			return
		}
		pr.sum = hexSum(sum)
	}
	_, _ = pr.record(at, false)
}

// record writes the outcome down and gives the history that it then stands in.
func (pr *prover) record(at time.Time, ok bool) ([]Proof, error) {
	proof := Proof{At: at.UTC(), OK: ok, ManifestSHA256: pr.sum, Files: pr.count.Files, Bytes: pr.content, NSF: pr.nsf.Load(),
		Database: pr.database, Pending: pr.pending, By: pr.p.Host}
	if !ok {
		proof.Problems = 1
	}
	return addProof(pr.p.FS, pr.dir, proof)
}

// asProblem puts what keeps a manifest from being read into the report.
func asProblem(r Report, path string, kind ProblemKind, err error) Report {
	if upgrade.KindOf(err) == upgrade.KindVerify {
		r.Problems = append(r.Problems, Mismatch{Path: path, Kind: kind, Detail: err.Error()})
	}
	return r
}

// fromFault puts the file that a verification fault names into the report.
func fromFault(r Report, err error) Report {
	f, _ := upgrade.AsFault(err)
	m := Mismatch{Path: f.Args["first"], Kind: ProblemKind(f.Args["kind"])}
	if m.Path == "" {
		m = Mismatch{Path: f.Args["path"], Kind: Content}
	}
	r.Problems = append(r.Problems, m)
	return r
}

// roomFor refuses a restore that the volume has no room for.
func roomFor(fsys FS, place string, bytes int64) error {
	space, err := fsys.Space(place)
	if err != nil {
		return restoreFault(place, err)
	}
	if needed := bytes + slack; needed > space.Free {
		return upgrade.NewFault("SB-2005", upgrade.KindBlocked, nil, "path", place, "needed", itoa64(needed), "free", itoa64(space.Free))
	}
	return nil
}
