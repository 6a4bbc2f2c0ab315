package install

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/domino"
	"github.com/springboard-leap/springboard/platform/install/liberty"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/websphere"
	"github.com/springboard-leap/springboard/upgrade"
)

// named describes what a person named: a folder of any level, or one file.
func (d *detection) named(ctx context.Context, name string) error {
	path, info, err := d.locate(name)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return upgrade.NewFault("SB-1004", upgrade.KindFailed, err, "file", name)
		}
		return upgrade.NewFault("SB-1001", upgrade.KindFailed, err, "path", name, "root", d.s.Root.Dir())
	}
	if !info.IsDir() {
		return d.file(path)
	}
	if _, err := d.s.Root.ReadDir(path); err != nil {
		return upgrade.NewFault("SB-1004", upgrade.KindFailed, err, "file", path)
	}
	return d.folder(ctx, path)
}

// locate finds a named path: below the root already, as a native path of the root, or, for a path that is nowhere there, as it is.
func (d *detection) locate(name string) (string, fs.FileInfo, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", nil, err
	}
	candidates := []string{abs}
	if !d.s.Root.Host() {
		if !d.s.Root.Below(abs) {
			candidates = []string{d.s.Root.Resolve(name), abs}
			if !rootfs.IsAbs(name) {
				candidates = []string{d.s.Root.Under(d.s.Root.Dir(), name), abs}
			}
		}
	}
	var first error
	for _, c := range candidates {
		info, err := d.s.Root.Stat(c)
		if err == nil {
			return c, info, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", nil, first
}

// folder describes a folder: it may be an installation, lie within one, or hold some.
func (d *detection) folder(ctx context.Context, path string) error {
	if d.itself(path) {
		return nil
	}
	before := len(d.s.Looked)
	if err := d.walk(ctx, []string{path}, d.opts.MaxFolders); err != nil {
		return err
	}
	if len(d.s.Looked) > before+1 {
		return nil
	}
	for dir := filepath.Dir(path); len(dir) > len(d.s.Root.Dir()) && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if d.itself(dir) {
			return nil
		}
	}
	return d.loose(path)
}

// maxLoose bounds the files of a folder that are described one by one.
const maxLoose = 200

// loose describes the configuration files of a folder that is no installation: somebody collected them there.
func (d *detection) loose(dir string) error {
	found := len(d.s.Looked)
	for i, name := range d.s.Root.Entries(dir, false) {
		ext := strings.ToLower(filepath.Ext(name))
		if i >= maxLoose || (ext != ".xml" && ext != ".ini" && !strings.Contains(strings.ToLower(name), "notes.ini")) {
			continue
		}
		if err := d.file(d.s.Root.Under(dir, name)); err != nil {
			return err
		}
	}
	if len(d.s.Looked) == found && len(d.single) == 0 {
		d.s.Look(dir, "Leap on WebSphere or Liberty, or Domino Leap", "nothing of them in or around this folder")
	}
	return nil
}

// itself adds what a folder itself is.
func (d *detection) itself(dir string) bool {
	s := d.s
	switch {
	case websphere.IsRoot(s, dir):
		d.was.AddRoot(dir)
	case websphere.IsProfile(s, dir):
		d.was.AddProfile(dir)
	case liberty.IsServer(s, dir):
		d.liberty.AddServer(dir)
	case d.liberty.AddInstall(dir):
	default:
		data, program := d.domino.AddData(dir), d.domino.AddProgram(dir)
		return data || program
	}
	return true
}

// file describes a single file, together with what it belongs to when it lies in an installation.
func (d *detection) file(path string) error {
	dir, base := filepath.Dir(path), strings.ToLower(filepath.Base(path))
	if strings.Contains(base, "notes.ini") || domino.IsINI(d.s, path) {
		d.domino.AddINI(path)
		return nil
	}
	if profile := profileAround(path); profile != "" && websphere.HasNodes(d.s, profile) {
		d.was.AddProfile(profile)
		return nil
	}
	if strings.HasSuffix(base, ".xml") || strings.HasSuffix(base, ".xmi") {
		return d.xml(path)
	}
	for at := dir; len(at) >= len(d.s.Root.Dir()) && at != filepath.Dir(at); at = filepath.Dir(at) {
		if d.itself(at) {
			return nil
		}
	}
	d.s.Look(path, "a configuration file of WebSphere, Liberty or Domino", "a file that is none of them")
	return nil
}

// profileAround is the profile that a file of its configuration lies in.
func profileAround(path string) string {
	slashed := filepath.ToSlash(path)
	if i := strings.Index(slashed, "/config/cells/"); i > 0 {
		return filepath.FromSlash(slashed[:i])
	}
	return ""
}

// xml describes an XML file by its root element.
func (d *detection) xml(path string) error {
	doc := d.s.XML(path)
	if doc == nil {
		return nil // recorded as a problem
	}
	if websphere.IsConfig(doc) {
		d.single = append(d.single, websphere.DescribeFile(d.s, d.was, doc)...)
		return nil
	}
	if liberty.IsConfig(doc) {
		d.liberty.AddFile(path)
		return nil
	}
	d.s.Look(path, "a configuration file of WebSphere or Liberty", "XML of another kind: <"+doc.Root.Name+">")
	return nil
}
