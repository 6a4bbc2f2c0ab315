package probe

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// shippedLimit bounds one file taken out of an archive.
const shippedLimit = 4 << 20

// Shipped takes files out of an enterprise archive (.ear), by their slash-separated paths in the expanded application: what stands in an inner archive
// (builder.war/...) is found there. Wanted files that the archive does not hold are left out. An archive that cannot be read is an error.
func Shipped(archive string, wanted []string) (map[string][]byte, error) {
	r, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found := map[string][]byte{}
	return found, shippedIn(&r.Reader, "", wanted, found)
}

func shippedIn(r *zip.Reader, below string, wanted []string, found map[string][]byte) error {
	for _, f := range r.File {
		name := path.Join(below, strings.ReplaceAll(f.Name, `\`, "/"))
		switch {
		case contains(wanted, name):
			data, err := readEntry(f)
			if err != nil {
				return err
			}
			found[name] = data
		case below == "" && !f.FileInfo().IsDir() && hasBelow(wanted, name+"/"):
			if err := shippedInner(f, name, wanted, found); err != nil {
				return err
			}
		}
	}
	return nil
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

func hasBelow(names []string, prefix string) bool {
	for _, n := range names {
		if len(n) > len(prefix) && strings.EqualFold(n[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

func readEntry(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > shippedLimit {
		return nil, &fs.PathError{Op: "read", Path: f.Name, Err: errors.New("larger than 4 MB")}
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, shippedLimit+1))
	if err == nil && len(data) > shippedLimit {
		return nil, &fs.PathError{Op: "read", Path: f.Name, Err: errors.New("larger than 4 MB")}
	}
	return data, err
}

// shippedInner looks into an inner archive. It is unpacked into a temporary file: an inner archive may hold hundreds of megabytes.
func shippedInner(f *zip.File, name string, wanted []string, found map[string][]byte) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	temp, err := os.CreateTemp("", "springboard-war-*")
	if err != nil {
		return err
	}
	defer func() { _ = temp.Close(); _ = os.Remove(temp.Name()) }()
	n, err := io.Copy(temp, io.LimitReader(in, int64(f.UncompressedSize64)+1)) //nolint:gosec // one more than it says it has, to see that it lies
	if err != nil {
		return err
	}
	if uint64(n) > f.UncompressedSize64 { //nolint:gosec // n is not negative
		return &fs.PathError{Op: "read", Path: f.Name, Err: errors.New("the archive is damaged")}
	}
	inner, err := zip.NewReader(temp, n)
	if err != nil {
		return err
	}
	return shippedIn(inner, name, wanted, found)
}
