package backup

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"sort"

	"github.com/springboard-leap/springboard/upgrade"
)

func list(ctx context.Context, p Ports, parents []string) ([]Summary, error) {
	found := []Summary{}
	for _, parent := range parents {
		parent, err := filepath.Abs(parent)
		if err != nil {
			return nil, upgrade.NewFault("SB-2026", upgrade.KindUsage, err, "path", parent)
		}
		entries, err := p.FS.ReadDir(parent, 0)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue // no backup was made there yet
			}
			return nil, upgrade.NewFault("SB-2026", upgrade.KindUsage, err, "path", parent)
		}
		if s, ok := summarize(p.FS, parent); ok {
			found = append(found, s)
			continue
		}
		for _, info := range entries {
			if ctx.Err() != nil {
				return nil, stopped(ctx)
			}
			if !info.Mode.IsDir() {
				continue
			}
			if s, ok := summarize(p.FS, filepath.Join(parent, info.Name)); ok {
				found = append(found, s)
			}
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if !found[i].Created.Equal(found[j].Created) {
			return found[i].Created.After(found[j].Created)
		}
		return found[i].Backup < found[j].Backup
	})
	return found, nil
}

// summarize describes a folder when it is a backup, finished or not. Only the header of the manifest is parsed; the sum needs the whole file.
func summarize(fsys FS, dir string) (Summary, bool) {
	s := Summary{Backup: dir, Parts: []string{}}
	if isUnfinished(fsys, dir) {
		info, err := fsys.Lstat(dir)
		if err == nil {
			s.Created = info.ModTime
		}
		s.Incomplete, s.Problem = true, "it was not finished; the same backup started again continues it"
		return s, true
	}
	r, err := fsys.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return s, false
	}
	defer r.Close()
	hash := sha256.New()
	in := io.TeeReader(r, hash)
	var h header
	err = readManifest(in, func(got header) error { h = got; return errEnough }, nil)
	if !errors.Is(err, errEnough) {
		s.Problem = manifestName + " cannot be used: " + err.Error()
		var newer errNewer
		if errors.As(err, &newer) {
			s.Problem = "made by a newer Springboard (" + newer.Error() + ")"
		}
		return s, true
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		s.Problem = err.Error()
		return s, true
	}
	s.State, s.Created, s.Installation = Sealed, h.Created, h.Installation
	s.Files, s.Bytes, s.Stored, s.WhileRunning = h.Totals.Files, h.contentBytes(), h.Totals.Bytes, h.Rest.WhileRunning
	s.Reread, s.Compression = cmp.Or(h.Reread, ReadBackDisk), h.Compression
	for _, part := range h.Parts {
		s.Parts = append(s.Parts, part.Name)
	}
	s.ManifestSHA256 = hexSum([32]byte(hash.Sum(nil)))
	s.Proofs = readProofs(fsys, dir, s.ManifestSHA256)
	for _, part := range h.Parts {
		if part.Dump != nil {
			s.Database = dumpTitle(*part.Dump)
		}
	}
	now := standingOf(s.Proofs, hasDump(h))
	if s.Pending = now.pending; now.proven {
		s.State = Proven
	}
	return s, true
}
