package backup

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"sort"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// verifiers read side by side: more of them than two only make a disk seek.
const verifiers = 2

// verifier compares one backup with its manifest.
type verifier struct {
	fs   FS
	rep  op.Reporter
	dir  string
	h    header
	sums *sumsCheck
	work chan *task
	gate gate
	ctx  context.Context //nolint:containedctx // of one call

	mu       sync.Mutex
	problems []Mismatch
	missing  []entry
	extra    []node
}

func verify(ctx context.Context, rep op.Reporter, p Ports, dir string) (Report, error) {
	start := p.now()
	dir, err := findBackup(p.FS, dir)
	if err != nil {
		return Report{Backup: dir, Problems: []Mismatch{}}, err
	}
	v := &verifier{fs: p.FS, rep: rep, dir: dir}
	sum, err := v.run(ctx)
	report := v.report(p.now().Sub(start), sum)
	if err != nil {
		report.OK = false // what could not be compared is not good
		return report, orStopped(ctx, err)
	}
	if !report.OK {
		return report, upgrade.NewFault("SB-2020", upgrade.KindVerify, nil, "path", dir,
			"count", itoa(len(report.Problems)), "first", report.Problems[0].Path, "kind", string(report.Problems[0].Kind))
	}
	report.State = Sealed
	now := standingOf(readProofs(p.FS, dir, report.ManifestSHA256), hasDump(v.h))
	if report.Pending = now.pending; now.proven {
		report.State = Proven
	}
	return report, nil
}

func (v *verifier) report(spent time.Duration, sum string) Report {
	sort.Slice(v.problems, func(i, j int) bool {
		a, b := v.problems[i], v.problems[j]
		return a.Path < b.Path || a.Path == b.Path && a.Kind < b.Kind
	})
	if v.problems == nil {
		v.problems = []Mismatch{}
	}
	return Report{
		Backup: v.dir, OK: len(v.problems) == 0, Problems: v.problems, Files: v.h.Totals.Files, Bytes: v.h.Totals.Bytes,
		Seconds: spent.Seconds(), ManifestSHA256: sum,
	}
}

func (v *verifier) add(path string, kind ProblemKind, detail string) {
	v.mu.Lock()
	v.problems = append(v.problems, Mismatch{Path: path, Kind: kind, Detail: detail})
	v.mu.Unlock()
	v.rep.Problem(upgrade.NewFault("SB-2050", upgrade.KindVerify, nil, "path", path, "kind", string(kind), "detail", detail))
}

// run compares all. Its error is for what kept it from comparing; differences are problems.
func (v *verifier) run(ctx context.Context) (string, error) {
	v.sums = openSums(v.fs, v.dir)
	defer v.sums.close()
	line := &conveyor{mem: &memory{fs: v.fs, whole: true}}
	line.ctx, line.cancel = context.WithCancel(ctx)
	defer line.cancel()
	v.ctx, v.work, v.gate = line.ctx, make(chan *task, window), newGate(line.mem, verifiers, chunk)
	line.stage(verifiers, v.work, nil, v.checkTask)
	var sealed sealedManifest
	var read error
	line.run(func() error {
		defer close(v.work)
		sealed, read = v.readAll()
		return v.ctx.Err()
	})
	if err := line.wait(); err != nil {
		return "", err
	}
	sum := ""
	if sealed.read {
		sum = hexSum(sealed.sum)
	}
	if err := v.judge(ctx, read, sum); err != nil {
		return sum, err
	}
	if err := v.topLevel(); err != nil {
		return sum, err
	}
	return sum, v.renamed(ctx)
}

// readAll reads the manifest and walks the data beside it.
func (v *verifier) readAll() (sealedManifest, error) {
	tree := newMerge(walkDataWith(v.fs, v.dir, func(s Skipped) {
		rel, _ := filepath.Rel(v.dir, s.Path)
		v.add(filepath.ToSlash(rel), Extra, s.Why)
	}))
	defer tree.stop()
	sealed, err := readSealed(v.fs, v.dir, func(h header) error {
		v.h = h
		v.rep.Phase("verifying", h.Totals.Bytes, op.Bytes)
		return nil
	}, func(e entry) error {
		if e.Type == typeFile {
			v.sums.expect(sumLine(e.Sum, e.Path))
		}
		if v.ctx.Err() != nil {
			return v.ctx.Err()
		}
		return tree.upTo(&e, v.pair)
	})
	if err == nil {
		err = tree.rest(v.pair)
	}
	return sealed, err
}

// judge turns what the reading of the manifest said into problems.
func (v *verifier) judge(ctx context.Context, read error, sum string) error {
	var walk *walkError
	var newer errNewer
	switch {
	case read == nil:
		for _, d := range v.h.Documents {
			v.sums.expect(d.SHA256 + "  " + d.Path + "\n")
			v.document(ctx, d)
		}
		if bad := v.sums.finish(sum); bad != nil {
			v.add(bad.Path, bad.Kind, bad.Detail)
		}
		return nil
	case errors.As(read, &walk):
		rel, _ := filepath.Rel(v.dir, walk.place)
		if errors.Is(walk.err, fs.ErrNotExist) {
			v.add(filepath.ToSlash(rel), Missing, "")
		} else {
			v.add(filepath.ToSlash(rel), Content, "cannot be read: "+walk.err.Error())
		}
		return nil
	case errors.As(read, &newer):
		if bad := v.sums.finish(sum); bad == nil || bad.Path != manifestName {
			return manifestFault(v.dir, read)
		}
		v.add(manifestName, Manifest, "it claims a later format, and its hash is not the one that SHA256SUMS has")
	case errors.Is(read, fs.ErrNotExist):
		v.add(manifestName, Missing, "without it the folder is no backup")
	default:
		v.add(manifestName, Manifest, read.Error())
	}
	v.problems = v.problems[len(v.problems)-1:] // what was compared with a broken manifest means nothing
	v.missing, v.extra = nil, nil
	return v.bySums(ctx)
}

// pair judges one path: an entry of the manifest, what the folder has, or both.
func (v *verifier) pair(e *entry, n *node) error {
	switch {
	case n == nil:
		v.add(e.Path, Missing, "")
		v.missing = append(v.missing, *e)
	case e == nil:
		v.add(n.Path, Extra, "")
		v.extra = append(v.extra, *n)
	case plainType(e.Type) != n.Type:
		v.add(e.Path, Content, "was a "+plainType(e.Type)+", is a "+n.Type)
	case e.Type == typeLink && e.Target != n.Target:
		v.add(e.Path, Content, "the link leads to "+n.Target)
	case e.Type == typeFile && e.Size != n.Size:
		v.add(e.Path, Size, itoa64(e.Size)+" bytes were sealed, there are "+itoa64(n.Size))
	case e.Type == typeFile:
		t := &task{node: *n}
		t.entry = *e
		if !send(v.ctx, v.work, t) {
			return v.ctx.Err()
		}
	}
	return nil
}

func plainType(t string) string {
	if t == typeParent {
		return typeDir
	}
	return t
}

// checkTask reads one file and compares its hash.
func (v *verifier) checkTask(ctx context.Context, l *lane, t *task) error {
	v.rep.Item(t.Path)
	ring, err := v.gate.enterFor(ctx, t.Size)
	if err != nil {
		return err
	}
	defer v.gate.leave(ring)
	sum, _, err := l.rereadWith(ctx, ring, t.place, func(piece []byte) error {
		v.rep.Add(int64(len(piece)))
		return nil
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		v.add(t.Path, Content, "cannot be read: "+err.Error())
	case sum != t.Sum:
		v.add(t.Path, Content, "")
	}
	return nil
}

// document compares a sealed file that is no data.
func (v *verifier) document(ctx context.Context, d document) {
	l := newLane(v.fs)
	place := filepath.Join(v.dir, d.Path)
	info, err := v.fs.Lstat(place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.add(d.Path, Missing, "")
		return
	case err != nil:
		v.add(d.Path, Content, "cannot be looked at: "+err.Error())
		return
	case info.Size != d.Size:
		v.add(d.Path, Size, "")
		return
	}
	sum, _, err := l.reread(ctx, place)
	want, _ := hex.DecodeString(d.SHA256)
	if err != nil || string(sum[:]) != string(want) {
		v.add(d.Path, Content, "")
	}
}

// topLevel finds what stands beside the files of a backup and is none of them.
func (v *verifier) topLevel() error {
	list, err := v.fs.ReadDir(v.dir, 0)
	if err != nil {
		return readFault(v.dir, err)
	}
	for _, info := range list {
		switch info.Name {
		case dataDir, manifestName, sumsName, guideName, proofName, workDir:
		default:
			v.add(info.Name, Extra, "")
		}
	}
	return nil
}

// renamed finds files that are missing under one name and there under another. That both are problems stays.
func (v *verifier) renamed(ctx context.Context) error {
	bySize := map[int64][]entry{}
	for _, e := range v.missing {
		if e.Type == typeFile && e.Size > 0 {
			bySize[e.Size] = append(bySize[e.Size], e)
		}
	}
	l := newLane(v.fs)
	for _, n := range v.extra {
		if n.Type != typeFile || len(bySize[n.Size]) == 0 {
			continue
		}
		sum, _, err := l.reread(ctx, n.place)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue // it is a problem already
		}
		for _, e := range bySize[n.Size] {
			if e.Sum == sum {
				v.add(e.Path, Name, "its content stands under the name "+n.Path)
			}
		}
	}
	return nil
}
