package backup

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

const incomplete = ".incomplete"

// The lists in the work folder of an unfinished backup.
const (
	scanned  = "scanned"  // what the source was before
	finished = "finished" // what was copied, flushed and read back
)

// creator makes one backup.
type creator struct {
	p       Ports
	fs      FS
	o       Options
	plan    Plan
	rep     op.Reporter
	started time.Time
	dir     string // the folder, unfinished until the seal
	final   string
	resumed bool
	reused  int64
	parts   map[string]*manifestPart
	rest    Rest
	busy    []Process
	pace    *pace
	warn    []Problem
	skipped []Skipped
	content int64    // bytes of the source that were copied
	plain   []string // files of a packed backup that stand as they are, the first ones
	large   []node   // to be copied first, the largest first
	seq     int64
	// copying and checking let few large files through at a time.
	copying, checking gate
}

func itoa(n int) string { return strconv.Itoa(n) }

func create(ctx context.Context, rep op.Reporter, p Ports, plan Plan, o Options) (Result, error) {
	if f := plan.Blocker(); f != nil {
		return Result{}, f
	}
	c := &creator{p: p, fs: p.FS, o: o, plan: plan, rep: rep, started: p.now(), parts: map[string]*manifestPart{}, pace: newPace(o.BWLimit, p.now)}
	if err := c.checkRest(ctx); err != nil {
		return Result{}, err
	}
	sum, err := c.run(ctx)
	result := Result{Backup: c.dir, Resumed: c.reused, Warnings: c.warn, Skipped: c.skipped, Seconds: p.now().Sub(c.started).Seconds()}
	for _, part := range c.parts {
		result.Files += part.Files
		result.Stored += part.Bytes
	}
	result.Bytes, result.Reread = c.content, cmp.Or(c.o.Reread, ReadBackDisk)
	if err != nil {
		return result, orStopped(ctx, err)
	}
	result.State, result.ManifestSHA256 = Sealed, hexSum(sum)
	return result, nil
}

// run is the order of things. Nothing before seal makes the folder a backup.
func (c *creator) run(ctx context.Context) (sum [32]byte, err error) {
	if err := c.openFolder(); err != nil {
		return sum, err
	}
	for _, part := range c.plan.Parts {
		if part.In {
			c.parts[part.Name] = &manifestPart{Name: part.Name, Items: part.items}
			if err := c.makeFolder(dataDir + "/" + part.Name); err != nil {
				return sum, err
			}
		}
	}
	if err := c.dump(ctx); err != nil {
		return sum, err
	}
	if err := c.scan(ctx); err != nil {
		return sum, err
	}
	c.rep.Phase("copying and reading back", c.plan.Bytes, op.Bytes)
	if err := c.copyAll(ctx); err != nil {
		return sum, err
	}
	if err := c.finishFolders(ctx); err != nil {
		return sum, err
	}
	c.rep.Phase("looking at the source again", 0, op.Items)
	if err := c.settle(ctx); err != nil {
		return sum, err
	}
	if err := c.checkRest(ctx); err != nil { // a server that was started meanwhile
		return sum, err
	}
	c.rep.Phase("sealing", 0, op.Items)
	return c.seal(ctx)
}

// checkRest asks again whether the installation rests: a plan may be old.
func (c *creator) checkRest(ctx context.Context) error {
	rest, busy, faults := restOf(ctx, c.p, c.plan.inst, c.plan.Parts, c.o.WhileRunning)
	_, more := connections(ctx, c.p, c.plan.Parts, c.o.WhileRunning, &rest)
	faults = append(faults, more...)
	c.rest, c.busy, c.warn = rest, busy, nil
	for _, f := range faults {
		if f.Kind == upgrade.KindBlocked {
			return f
		}
	}
	c.warn = append(c.warn, c.plan.Problems...) // those that block have refused the plan
	for _, f := range faults {
		if !slices.ContainsFunc(c.warn, func(p Problem) bool { return p.Code == f.Code }) { // come since the plan was made
			c.warn = append(c.warn, Problem{Code: f.Code, Args: f.Args, Fault: f})
			c.rep.Problem(f)
		}
	}
	for _, part := range c.parts {
		if part.Dump != nil {
			c.warn = append(c.warn, part.Dump.Warnings...)
		}
	}
	c.skipped = nil
	for _, part := range c.plan.Parts {
		if part.In {
			c.skipped = append(c.skipped, part.Skipped...)
		}
	}
	return nil
}

// openFolder continues an unfinished backup of the same plan, or begins a new one.
func (c *creator) openFolder() error {
	if err := mkdirAll(c.fs, c.plan.To); err != nil {
		return writeFault(c.plan.To, err)
	}
	key := planKey(c.plan)
	if !c.o.Fresh {
		if dir := findUnfinished(c.fs, c.plan.To, key); dir != "" {
			c.dir, c.resumed = dir, true
		}
	}
	if c.dir == "" {
		dir, err := c.newFolder()
		if err != nil {
			return writeFault(c.plan.To, err)
		}
		c.dir = dir
	}
	c.final = strings.TrimSuffix(c.dir, incomplete)
	if err := removeTree(c.fs, filepath.Join(c.dir, workDir)); err != nil {
		return writeFault(c.dir, err)
	}
	for _, dir := range []string{workDir, dataDir} {
		if err := c.fs.Mkdir(filepath.Join(c.dir, dir), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return writeFault(c.dir, err)
		}
	}
	if c.resumed {
		if err := c.clearParts(); err != nil {
			return err
		}
	}
	place := filepath.Join(c.dir, workDir, "plan")
	if err := c.fs.WriteFile(place, []byte(key), 0o600); err != nil {
		return writeFault(place, err)
	}
	return nil
}

// clearParts removes files that the try before had not finished: on a full disk the room is needed before the first file is copied.
func (c *creator) clearParts() error {
	var failed error
	walkTree(c.fs, filepath.Join(c.dir, dataDir), dataDir, nil, func(n node, err error) bool {
		if err == nil && n.Type == typeFile && isTempName(filepath.Base(n.place)) {
			err = c.fs.Remove(n.place)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = writeFault(n.place, err)
		}
		return failed == nil
	})
	return failed
}

// newFolder makes the folder of a new backup: the installation and the time, and a number when two begin in one second.
func (c *creator) newFolder() (string, error) {
	name := fileName(c.plan.Installation.ID) + "-" + c.started.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		try := name
		if n > 1 {
			try += "-" + itoa(n)
		}
		final := filepath.Join(c.plan.To, try)
		if _, err := c.fs.Lstat(final); err == nil {
			continue
		}
		err := c.fs.Mkdir(final+incomplete, 0o700)
		if err == nil {
			return final + incomplete, c.fs.SyncDir(c.plan.To)
		}
		if !errors.Is(err, fs.ErrExist) || n > 1000 {
			return "", err
		}
	}
}

// fileName makes an id a name for every file system.
func fileName(id string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, id)
	if name = strings.Trim(name, ".-"); name == "" {
		return "installation"
	}
	return name[:min(len(name), 120)]
}

// findUnfinished gives the newest folder below to that holds an unfinished backup of the same plan.
func findUnfinished(fsys FS, to, key string) string {
	list, err := fsys.ReadDir(to, 0)
	if err != nil {
		return ""
	}
	found, at := "", time.Time{}
	for _, info := range list {
		dir := filepath.Join(to, info.Name)
		if !info.Mode.IsDir() || !isUnfinished(fsys, dir) || found != "" && info.ModTime.Before(at) {
			continue
		}
		if text, err := readSmall(fsys, filepath.Join(dir, workDir, "plan")); err == nil && string(text) == key {
			found, at = dir, info.ModTime
		}
	}
	return found
}

// isUnfinished tells a folder with our work in it that was not sealed.
func isUnfinished(fsys FS, dir string) bool {
	if _, err := fsys.Lstat(filepath.Join(dir, manifestName)); err == nil {
		return false
	}
	info, err := fsys.Lstat(filepath.Join(dir, workDir))
	return err == nil && info.Mode.IsDir()
}
