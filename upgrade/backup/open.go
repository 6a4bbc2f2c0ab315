package backup

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// findBackup gives the folder of a backup: dir itself, or the only backup in it.
func findBackup(fsys FS, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", upgrade.NewFault("SB-2026", upgrade.KindUsage, err, "path", dir)
	}
	if real, err := fsys.Real(dir); err == nil {
		dir = real // a link to a backup is a name of it
	}
	list, err := fsys.ReadDir(dir, 0)
	if err != nil {
		return "", upgrade.NewFault("SB-2026", upgrade.KindUsage, err, "path", dir)
	}
	var below []string
	for _, info := range list {
		switch {
		case info.Name == manifestName || info.Name == sumsName || info.Name == workDir:
			return dir, nil // a backup, a damaged one or an unfinished one: the caller tells which
		case info.Mode.IsDir():
			if _, err := fsys.Lstat(filepath.Join(dir, info.Name, manifestName)); err == nil {
				below = append(below, info.Name)
			}
		}
	}
	switch len(below) {
	case 1:
		return filepath.Join(dir, below[0]), nil
	case 0:
		return "", upgrade.NewFault("SB-2021", upgrade.KindVerify, nil, "path", dir)
	}
	return "", upgrade.NewFault("SB-2025", upgrade.KindUsage, nil, "path", dir, "count", itoa(len(below)), "names", strings.Join(below, ", "))
}

// sealedManifest reads a manifest and hashes it on the way.
type sealedManifest struct {
	sum  [32]byte
	read bool // to its end
}

// readSealed reads the manifest of a backup. The sum is that of the whole file even when the reading of it failed in the middle.
func readSealed(fsys FS, dir string, onHeader func(header) error, onEntry func(entry) error) (sealedManifest, error) {
	var m sealedManifest
	r, err := fsys.OpenDisk(filepath.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	defer r.Close()
	hash := sha256.New()
	in := io.TeeReader(bufio.NewReaderSize(r, 1<<16), hash)
	err = readManifest(in, onHeader, onEntry)
	if _, restErr := io.Copy(io.Discard, in); restErr == nil {
		hash.Sum(m.sum[:0])
		m.read = true
	}
	return m, err
}

// manifestFault tells an unusable manifest by the reason.
func manifestFault(dir string, err error) error {
	var newer errNewer
	switch {
	case errors.As(err, &newer):
		return upgrade.NewFault("SB-2023", upgrade.KindUnsupported, nil, "path", dir, "format", itoa(newer.format), "tool", newer.tool,
			"known", itoa(manifestFormat))
	case errors.Is(err, fs.ErrNotExist):
		return upgrade.NewFault("SB-2021", upgrade.KindVerify, nil, "path", dir)
	}
	return upgrade.NewFault("SB-2022", upgrade.KindVerify, err, "path", filepath.Join(dir, manifestName), "detail", err.Error())
}

// sumsCheck compares SHA256SUMS with what the manifest says it must be, line by line.
type sumsCheck struct {
	r    io.Closer
	in   *bufio.Reader
	line int
	bad  *Mismatch
}

func openSums(fsys FS, dir string) *sumsCheck {
	s := &sumsCheck{}
	r, err := fsys.OpenDisk(filepath.Join(dir, sumsName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.bad = &Mismatch{Path: sumsName, Kind: Missing}
	case err != nil:
		s.bad = &Mismatch{Path: sumsName, Kind: Manifest, Detail: err.Error()}
	default:
		s.r, s.in = r, bufio.NewReaderSize(r, 1<<16)
	}
	return s
}

// expect compares the next line; after the first difference the rest does not matter.
func (s *sumsCheck) expect(line string) {
	s.line++
	if s.bad != nil {
		return
	}
	got := make([]byte, len(line))
	if _, err := io.ReadFull(s.in, got); err != nil || string(got) != line {
		s.differs()
	}
}

func (s *sumsCheck) differs() {
	s.bad = &Mismatch{Path: sumsName, Kind: Manifest, Detail: fmt.Sprintf("line %d is not what the manifest says", s.line)}
}

// finish expects the line of the manifest and the end of the file, and gives what was wrong, nil for nothing. When the last line names another hash
// than the manifest has, the manifest is what changed, as sha256sum -c says too; else it is SHA256SUMS.
func (s *sumsCheck) finish(manifest string) *Mismatch {
	defer s.close()
	if s.in == nil {
		return s.bad
	}
	s.line++
	rest, err := s.rest()
	if err != nil {
		return &Mismatch{Path: sumsName, Kind: Manifest, Detail: err.Error()}
	}
	last := rest[strings.LastIndexByte(strings.TrimSuffix(rest, "\n"), '\n')+1:]
	if sum, path, ok := parseSumLine(strings.TrimSuffix(last, "\n")); ok && path == manifestName && hexSum(sum) != manifest {
		return &Mismatch{Path: manifestName, Kind: Manifest, Detail: "its hash is not the one that SHA256SUMS has"}
	}
	if s.bad == nil && rest != manifest+"  "+manifestName+"\n" {
		s.differs()
	}
	return s.bad
}

// rest reads to the end and gives its last bytes, enough for the line of the manifest and to see whether more stands before it.
func (s *sumsCheck) rest() (string, error) {
	const keep = 1024
	var last []byte
	for {
		piece := make([]byte, keep)
		n, err := io.ReadFull(s.in, piece)
		last = append(last, piece[:n]...)
		last = last[max(0, len(last)-2*keep):]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return string(last), nil
		}
		if err != nil {
			return "", err
		}
	}
}

func (s *sumsCheck) close() {
	if s.r != nil {
		_ = s.r.Close() // it was only read
		s.r = nil
	}
}
