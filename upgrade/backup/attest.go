package backup

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Attestation is what a person says of a test restore of the database that was made by hand.
type Attestation struct {
	By     string // the person
	Why    string // what was restored, where to, and what was compared
	Failed bool   // it did not come back
}

// Attest records a person's word on the test restore of the database. It needs a backup that holds a dump, and manifest and SHA256SUMS must agree; the files
// of the backup are not read again. The report's state is what the backup has reached with it: proven only where a test restore of the files passed too.
func Attest(ctx context.Context, p Ports, dir string, a Attestation) (Report, error) {
	start := p.now()
	dir, err := findBackup(p.FS, dir)
	report := Report{Backup: dir, Problems: []Mismatch{}}
	if err != nil {
		return report, err
	}
	if strings.TrimSpace(a.By) == "" || strings.TrimSpace(a.Why) == "" {
		return report, upgrade.NewFault("SB-2435", upgrade.KindUsage, nil)
	}
	h, err := headerOf(p.FS, dir)
	if err != nil {
		return asProblem(report, manifestName, Manifest, err), err
	}
	if !hasDump(h) {
		return report, upgrade.NewFault("SB-2436", upgrade.KindUsage, nil, "path", dir)
	}
	s := &stager{fs: p.FS, rep: op.Silent{}, dir: dir, h: h, keep: func(string) bool { return false }}
	if err := s.stage(ctx); err != nil { // nothing is staged: manifest and sums are read and compared
		return fromFault(report, orStopped(ctx, err)), orStopped(ctx, err)
	}
	proof := Proof{At: start.UTC(), OK: !a.Failed, ManifestSHA256: s.sum, By: p.Host, Person: strings.TrimSpace(a.By), Why: strings.TrimSpace(a.Why)}
	if a.Failed {
		proof.Problems = 1
	}
	history, err := addProof(p.FS, dir, proof)
	if err != nil {
		return report, err
	}
	now := standingOf(history, true)
	report.OK, report.State, report.ManifestSHA256, report.Pending = !a.Failed, Sealed, s.sum, now.pending
	report.Files, report.Bytes, report.Seconds = h.Totals.Files, h.Totals.Bytes, p.now().Sub(start).Seconds()
	if now.proven {
		report.State = Proven
		return report, nil
	}
	if a.Failed {
		return report, upgrade.NewFault("SB-2437", upgrade.KindVerify, nil, "path", dir, "by", proof.Person, "why", proof.Why)
	}
	report.Pending = "the files were not proven by a test restore since"
	return report, upgrade.NewFault("SB-2438", upgrade.KindWaiting, nil, "path", dir)
}

// verifyPart reads the files of one part again, in the backup, and compares them with the manifest.
func verifyPart(ctx context.Context, fsys FS, dir, part string) error {
	l := newLane(fsys)
	_, err := readSealed(fsys, dir, func(header) error { return nil }, func(e entry) error {
		if e.Type != typeFile || partOf(e.Path) != part {
			return ctx.Err()
		}
		place := filepath.Join(dir, filepath.FromSlash(e.Path))
		sum, n, err := l.reread(ctx, place)
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return readFault(place, err)
		case n != e.Size || sum != e.Sum:
			return badBackup(dir, e.Path, Content)
		}
		return nil
	})
	if _, ok := upgrade.AsFault(err); err == nil || ok || ctx.Err() != nil {
		return err
	}
	return manifestFault(dir, err)
}
