package backup

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
)

func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

// bySums compares the files with SHA256SUMS alone, when the manifest is of no use: what is still good can then be told from what is not.
func (v *verifier) bySums(ctx context.Context) error {
	r, err := v.fs.OpenDisk(filepath.Join(v.dir, sumsName))
	if errors.Is(err, fs.ErrNotExist) {
		v.add(sumsName, Missing, "")
		return nil
	}
	if err != nil {
		v.add(sumsName, Manifest, err.Error())
		return nil
	}
	defer r.Close()
	l := newLane(v.fs)
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxEntry)
	for line := 1; scan.Scan(); line++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		sum, path, ok := parseSumLine(scan.Text())
		if !ok || path != guideName && path != manifestName && checkPath(path) != nil {
			v.add(sumsName, Manifest, "line "+itoa(line)+" is no line of ours")
			continue
		}
		if path != manifestName {
			v.bySum(ctx, l, path, sum)
		}
	}
	if scan.Err() != nil {
		v.add(sumsName, Manifest, scan.Err().Error())
	}
	return nil
}

func (v *verifier) bySum(ctx context.Context, l *lane, path string, want [32]byte) {
	got, _, err := l.reread(ctx, native(v.dir, path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.add(path, Missing, "")
	case err != nil && ctx.Err() == nil:
		v.add(path, Content, "cannot be read: "+err.Error())
	case err == nil && got != want:
		v.add(path, Content, "")
	}
}

// parseSumLine reads a line as sha256sum writes it, escaped or not, text or binary.
func parseSumLine(line string) (sum [32]byte, path string, ok bool) {
	line, escaped := strings.CutPrefix(line, `\`)
	if len(line) < 67 || line[64] != ' ' || line[65] != ' ' && line[65] != '*' {
		return sum, "", false
	}
	raw, err := hex.DecodeString(line[:64])
	if err != nil {
		return sum, "", false
	}
	copy(sum[:], raw)
	path = line[66:]
	if escaped {
		path = sumUnescape.Replace(path)
	}
	return sum, path, true
}

var sumUnescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
