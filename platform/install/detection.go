package install

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"

	"github.com/springboard-leap/springboard/platform/install/domino"
	"github.com/springboard-leap/springboard/platform/install/liberty"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/websphere"
	"github.com/springboard-leap/springboard/platform/install/winreg"
	"github.com/springboard-leap/springboard/upgrade"
)

func count(n int) string { return strconv.Itoa(n) }

// detection is one run: the finders of the three runtimes collect places, then each describes what it has.
type detection struct {
	opts    Options
	s       *survey.Survey
	was     *websphere.Finder
	liberty *liberty.Finder
	domino  *domino.Finder
	single  []upgrade.Installation // what single files tell
}

func newDetection(opts Options) (*detection, error) {
	root, err := rootfs.New(opts.Root)
	if err != nil {
		return nil, upgrade.NewFault("SB-1000", upgrade.KindFailed, err, "root", opts.Root, "detail", reason(err))
	}
	if opts.Registry == nil && root.Host() {
		opts.Registry = winreg.System()
	}
	s := &survey.Survey{Root: root, Looked: []survey.Place{}}
	return &detection{opts: opts, s: s, was: websphere.NewFinder(s), liberty: liberty.NewFinder(s), domino: domino.NewFinder(s)}, nil
}

// reason is the inner words of an error about a file, whose path is told elsewhere.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (d *detection) run(ctx context.Context) (Result, error) {
	if len(d.opts.Paths) == 0 {
		d.usual()
		if err := d.walk(ctx, []string{d.s.Root.Dir()}, d.opts.MaxFolders); err != nil {
			return d.result(nil), err
		}
	}
	for _, path := range d.opts.Paths {
		if err := d.named(ctx, path); err != nil {
			return d.result(nil), err
		}
	}
	found, err := d.describe(ctx)
	if err == nil && len(found) == 0 && len(d.opts.Paths) > 0 && len(d.s.Problems) > 0 {
		err = d.s.Problems[0] // the named file is all there is, and it cannot be read
	}
	return d.result(found), err
}

func (d *detection) describe(ctx context.Context) ([]upgrade.Installation, error) {
	named := len(d.opts.Paths) > 0
	var all []upgrade.Installation
	for _, describe := range []func(context.Context, bool) ([]upgrade.Installation, error){d.was.Describe, d.liberty.Describe, d.domino.Describe} {
		found, err := describe(ctx, named)
		all = append(all, found...)
		if err != nil {
			return all, err
		}
	}
	return append(all, d.single...), nil
}

func (d *detection) result(found []upgrade.Installation) Result {
	if found == nil {
		found = []upgrade.Installation{}
	}
	return Result{Installations: unique(found), Looked: d.s.Looked, Notes: d.s.Notes, Problems: d.s.Problems}
}

// within is a path without its root: an id is the same wherever a copy is mounted.
func within(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		rel = path
	}
	return filepath.ToSlash(rel)
}

// unique gives installations with the same id a suffix made of their home.
func unique(found []upgrade.Installation) []upgrade.Installation {
	times := map[string]int{}
	for _, in := range found {
		times[in.ID]++
	}
	for i := range found {
		if times[found[i].ID] > 1 {
			found[i].ID += "-" + shortHash(within(found[i].Root, found[i].Home)+"\x00"+within(found[i].Root, found[i].Data))
		}
	}
	return found
}
