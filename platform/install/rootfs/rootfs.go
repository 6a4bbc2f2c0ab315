// Package rootfs turns the paths that configuration files hold (native paths of the server, /opt/IBM/... or C:\...) into paths that can be
// opened here. The server may be this machine, or a file system that was copied or mounted below some folder: then nothing outside that folder is
// ever touched, symbolic links are followed as the server would follow them, and Windows drives are looked for where copies have them.
package rootfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/logs/logfile"
)

// maxLinks is how many symbolic links one path may have before it counts as a loop, as on Linux.
const maxLinks = 40

// maxFile is the largest configuration file that is read: real ones are below 10 MB, a larger one is something else.
const maxFile = 64 << 20

// ErrTooLarge is for files that are too large to be configuration.
var ErrTooLarge = errors.New("file is too large to be a configuration file")

// ErrNotRegular is for devices, pipes and sockets: opening one could block for ever.
var ErrNotRegular = errors.New("not a regular file")

// Root is a file system as the server sees it. Immutable, any goroutine.
type Root struct {
	dir     string // absolute and clean; the machine's own root for host
	host    bool
	windows bool // names are compared without regard to case
	moved   []mapping
}

type mapping struct{ native, dir string }

// New gives the file system below dir; "" and "/" are the machine's own. It fails when dir is not a folder.
func New(dir string) (*Root, error) {
	if dir == "" || dir == "/" || dir == string(filepath.Separator) {
		return &Root{dir: string(filepath.Separator), host: true, windows: runtime.GOOS == "windows"}, nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: abs, Err: errors.New("not a folder")}
	}
	r := &Root{dir: abs, windows: runtime.GOOS == "windows"}
	r.windows = r.windows || r.looksLikeWindows()
	return r, nil
}

// looksLikeWindows tells a copied Windows file system by the folders that each has.
func (r *Root) looksLikeWindows() bool {
	for _, dir := range append(r.drives('C'), r.dir) {
		for _, name := range []string{"Windows", "Program Files", "Program Files (x86)"} {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() {
				return true
			}
		}
	}
	return false
}

// Dir is the folder of the root; "/" for the machine itself.
func (r *Root) Dir() string { return r.dir }

// Host tells whether the root is the machine itself.
func (r *Root) Host() bool { return r.host }

// Windows tells whether the file system is one of Windows.
func (r *Root) Windows() bool { return r.windows }

// WithMoved gives a Root that knows that the server's folder native now stands at dir: a profile that was copied by itself.
func (r *Root) WithMoved(native, dir string) *Root {
	c := *r
	c.moved = append([]mapping{{native: cleanNative(native), dir: dir}}, r.moved...)
	return &c
}

// Resolve gives the openable path of a native path, absolute. A path that is openable already is given back. What does not exist gets the path
// where it would be.
func (r *Root) Resolve(native string) string {
	native = strings.TrimSpace(native)
	for _, m := range r.moved {
		if rest, ok := below(cleanNative(native), m.native); ok {
			return r.Under(m.dir, rest)
		}
	}
	if r.Below(native) {
		rel, err := filepath.Rel(r.dir, filepath.Clean(native))
		if err != nil || !r.windows && !strings.Contains(rel, `\`) {
			return filepath.Clean(native)
		}
		return r.Under(r.dir, rel) // a variable with an openable value, and the rest as Windows writes it
	}
	if r.host {
		return r.onHost(native)
	}
	if drive, rest, ok := SplitWindows(native); ok {
		return r.windowsPath(drive, rest)
	}
	p, _ := r.walk(r.dir, split(native), r.windows)
	return p
}

// onHost is a path of this machine. One with backslashes that is not there is a variable's openable value with the rest as Windows writes it: a
// copy of a Windows server that was named without a root.
func (r *Root) onHost(native string) string {
	path := filepath.Clean(native)
	if filepath.Separator == '/' && filepath.IsAbs(path) && strings.Contains(path, `\`) {
		if _, err := os.Lstat(path); err != nil {
			return filepath.Clean(strings.ReplaceAll(path, `\`, "/"))
		}
	}
	return path
}

// Under gives the openable path of a relative path below an openable folder, with links followed within the root.
func (r *Root) Under(dir string, rel ...string) string {
	parts := split(strings.Join(rel, "/"))
	if r.host && !r.windows {
		return filepath.Join(append([]string{dir}, parts...)...)
	}
	p, _ := r.walk(dir, parts, r.windows)
	return p
}

// Below tells whether a path lies in the root's folder already. Nothing does for the machine itself.
func (r *Root) Below(path string) bool {
	if r.host || !filepath.IsAbs(path) {
		return false
	}
	rel, err := filepath.Rel(r.dir, filepath.Clean(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// walk follows parts from dir, one by one. left counts parts that do not exist.
func (r *Root) walk(dir string, parts []string, fold bool) (path string, left int) {
	links := 0
	at := dir
	for len(parts) > 0 {
		part := parts[0]
		parts = parts[1:]
		if part == ".." {
			at = r.parent(at)
			continue
		}
		next := filepath.Join(at, part)
		info, err := os.Lstat(next)
		if err != nil && fold {
			if name, ok := foldName(at, part); ok {
				next = filepath.Join(at, name)
				info, err = os.Lstat(next)
			}
		}
		if err != nil {
			return r.beyond(next, parts), len(parts) + 1
		}
		if info.Mode()&fs.ModeSymlink == 0 || r.host {
			at = next
			continue
		}
		links++
		target, err := os.Readlink(next)
		if err != nil || links > maxLinks {
			return r.beyond(next, parts), len(parts) + 1
		}
		if isRooted(target) {
			at = r.dir
			if _, rest, ok := SplitWindows(target); ok {
				target = rest
			}
		}
		parts = append(split(target), parts...)
	}
	return at, 0
}

// beyond is where the rest of a path would be behind a place that does not exist; it never leaves the root either.
func (r *Root) beyond(at string, parts []string) string {
	for _, part := range parts {
		if part == ".." {
			at = r.parent(at)
		} else {
			at = filepath.Join(at, part)
		}
	}
	return at
}

func isRooted(target string) bool {
	_, _, windows := SplitWindows(target)
	return windows || strings.HasPrefix(target, "/")
}

// parent never leaves the root.
func (r *Root) parent(dir string) string {
	if dir == r.dir {
		return dir
	}
	return filepath.Dir(dir)
}

// foldName finds the entry of dir that differs from name in case only.
func foldName(dir, name string) (string, bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), name) {
			return e.Name(), true
		}
	}
	return "", false
}

// open gives the path to open for an openable path: the same, with links that the server set resolved within the root.
func (r *Root) open(path string) (string, error) {
	if r.host || !r.Below(path) {
		return path, nil
	}
	rel, err := filepath.Rel(r.dir, filepath.Clean(path))
	if err != nil {
		return "", err
	}
	if rel == "." {
		return r.dir, nil
	}
	p, left := r.walk(r.dir, split(filepath.ToSlash(rel)), r.windows)
	if left > 0 {
		if _, err := os.Lstat(p); err != nil {
			return "", err
		}
		return "", &fs.PathError{Op: "open", Path: path, Err: fmt.Errorf("too many symbolic links: %w", fs.ErrNotExist)}
	}
	return p, nil
}

// Stat is os.Stat within the root.
func (r *Root) Stat(path string) (fs.FileInfo, error) {
	p, err := r.open(path)
	if err != nil {
		return nil, err
	}
	return os.Stat(p)
}

// IsDir tells whether path is a folder.
func (r *Root) IsDir(path string) bool {
	info, err := r.Stat(path)
	return err == nil && info.IsDir()
}

// IsFile tells whether path is a regular file.
func (r *Root) IsFile(path string) bool {
	info, err := r.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// ReadDir is os.ReadDir within the root.
func (r *Root) ReadDir(path string) ([]fs.DirEntry, error) {
	p, err := r.open(path)
	if err != nil {
		return nil, err
	}
	return os.ReadDir(p)
}

// Same tells whether two openable paths are one file or folder, by links for example.
func (r *Root) Same(a, b string) bool {
	if a == b {
		return true
	}
	x, err := r.Stat(a)
	if err != nil {
		return false
	}
	y, err := r.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// Open opens a regular file within the root; anything else is refused, for opening a pipe could block.
func (r *Root) Open(path string) (*os.File, error) {
	p, err := r.open(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(p)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	return logfile.Open(p)
}

// ReadFile reads a configuration file whole.
func (r *Root) ReadFile(path string) ([]byte, error) {
	f, err := r.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrTooLarge}
	}
	return data, nil
}

// Entries lists the names in a folder, folders only or files only; nil when there is no such folder.
func (r *Root) Entries(dir string, folders bool) []string {
	entries, err := r.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			isDir = r.IsDir(r.Under(dir, e.Name()))
		}
		if isDir == folders {
			names = append(names, e.Name())
		}
	}
	return names
}
