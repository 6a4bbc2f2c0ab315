package install

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// The walk looks in unusual places. It is bounded, so that it ends soon on a large file system: by depth, by the number of folders, and by leaving
// out folders that hold no software.
const (
	maxDepth   = 8
	maxFolders = 20000
	maxEntries = 4000 // a folder with more is data
)

// never are folders at the root of a file system that hold no installations; on a copied file system they are mostly not there.
var never = map[string]bool{
	"proc": true, "sys": true, "dev": true, "run": true, "tmp": true, "boot": true, "lost+found": true, "bin": true, "sbin": true, "lib": true, "lib64": true,
	"etc": true, "net": true, "mnt": true, "media": true, "afs": true, "nfs": true, "cdrom": true, "snap": true,
	"Windows": true, "$Recycle.Bin": true, "System Volume Information": true, "Recovery": true, "PerfLogs": true,
}

// skip are folders by name, wherever they are: large and never an installation.
var skip = map[string]bool{
	".git": true, "node_modules": true, ".cache": true, "__pycache__": true, ".m2": true, ".gradle": true, "WinSxS": true, "site-packages": true,
	"ffdc": true, "tranlog": true, "wstemp": true, "javadoc": true,
}

// walk looks below the given folders, level by level, for what the usual places did not have.
func (d *detection) walk(ctx context.Context, level []string, budget int) error {
	if budget <= 0 {
		budget = maxFolders
	}
	start := level[0]
	seen := 0
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		var next []string
		for _, dir := range level {
			if err := ctx.Err(); err != nil {
				return err
			}
			if seen++; seen > budget {
				d.s.Look(start, "installations in unusual places", "stopped after "+count(budget)+" folders: name the folder if something is missing")
				return nil
			}
			next = append(next, d.visit(dir, depth == 0)...)
		}
		level = next
	}
	d.s.Look(start, "installations in unusual places", count(seen)+" folders looked at")
	return nil
}

// visit looks at one folder and gives those below it that are worth a look. Links are not followed: what they lead to is met by itself.
func (d *detection) visit(dir string, top bool) []string {
	entries, err := d.s.Root.ReadDir(dir)
	if err != nil {
		d.unreadable(dir, err)
		return nil
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
		if lower := strings.ToLower(e.Name()); lower == "notes.ini" {
			names[lower] = true
		}
	}
	if d.marker(dir, names) || len(entries) > maxEntries {
		return nil
	}
	var below []string
	for _, e := range entries {
		if !e.IsDir() || e.Type()&fs.ModeSymlink != 0 || skip[e.Name()] || (top && d.topSkip(e.Name())) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if d.s.Root.Host() && isMountOfNetwork(path) {
			d.s.Look(path, "installations in unusual places", "a network file system, left out: name the folder if it should be looked at")
			continue
		}
		below = append(below, path)
	}
	return below
}

// unreadable tells of a folder that the walk may not look into. On the machine itself there are always some that are none of this user's business;
// in a copy it is a problem.
func (d *detection) unreadable(dir string, err error) {
	if d.s.Root.Host() && errors.Is(err, fs.ErrPermission) {
		d.s.Look(dir, "installations in unusual places", "may not be read by this user")
		return
	}
	d.s.Problem(dir, err)
}

// topSkip tells which folders at the very top are left out. Below a root of a copy only the kernel's are: the rest was copied on purpose.
func (d *detection) topSkip(name string) bool {
	if d.s.Root.Host() && len(d.opts.Paths) == 0 {
		return never[name]
	}
	return name == "proc" || name == "sys" || name == "dev"
}
