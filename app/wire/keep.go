package wire

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// keptKinds are the settings files that are kept: those that Springboard, the offline phase or an upgrade may change. Files that hold passwords by their
// nature (data sources, security.xml) are not among them.
var keptKinds = map[string]bool{"leap-config": true, "fsp": true, "was-server": true, "liberty-server": true, "bootstrap": true, "rcpinstall": true,
	"notes-ini": true, "volt-link": true}

// programLimit bounds how many files of the program folder are kept, programBytes how large one of them may be.
const (
	programLimit = 400
	programBytes = 1 << 20
)

func (d *Desk) keeper(f *run.Folder) settings.Keeper {
	return settings.Keeper{Files: d.files(), Dir: f.Path("kept"), Now: d.now}
}

// keep copies the settings files into the run as they are, as long as the new version is not there. What cannot be read is told in Springboard's own log:
// a file that this user may not read is no reason not to begin a run.
func (d *Desk) keep(ctx context.Context, f *run.Folder) {
	inst, err := d.Again(ctx) // what was detected before may be of before the upgrade
	if err != nil || inst.ID != f.Meta.Installation || inst.Version != f.Meta.Version {
		return
	}
	originals := []settings.Original{}
	for _, s := range inst.SettingsFiles {
		if s.Exists && keptKinds[s.Kind] {
			originals = append(originals, settings.Original{File: s.Path, Kind: s.Kind, Node: s.Node})
		}
	}
	if inst.Product == upgrade.Leap {
		originals = d.withShipped(inst, append(originals, programFiles(inst, originals)...))
	}
	if err := d.keeper(f).Keep(originals); err != nil {
		d.log.WithError(err).Warn("some settings files are not kept in the run")
	}
}

// programFiles are the texts in the folder that an upgrade replaces, which a site may have customised.
func programFiles(inst upgrade.Installation, have []settings.Original) []settings.Original {
	known := map[string]bool{}
	for _, o := range have {
		known[o.File] = true
	}
	out := []settings.Original{}
	_ = filepath.WalkDir(inst.Program, func(p string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || known[p] {
			return nil //nolint:nilerr // a folder that cannot be listed has nothing to keep
		}
		switch strings.ToLower(filepath.Ext(p)) {
		case ".properties", ".xml", ".xmi":
		default:
			return nil
		}
		if fi, err := e.Info(); err != nil || fi.Size() > programBytes {
			return nil //nolint:nilerr // it is gone
		}
		out = append(out, settings.Original{File: p, Kind: settings.KindProgram})
		if len(out) == programLimit {
			return fs.SkipAll
		}
		return nil
	})
	return out
}

// withShipped adds what the vendor delivered: WebSphere keeps the archive that was installed in its configuration, and an edit of the expanded files
// does not reach it.
func (d *Desk) withShipped(inst upgrade.Installation, originals []settings.Original) []settings.Original {
	archive := installedArchive(inst)
	if archive == "" {
		return originals
	}
	rel, wanted := map[int]string{}, []string{}
	for i, o := range originals {
		if r, below := programRel(inst, o.File); below {
			rel[i], wanted = r, append(wanted, r)
		}
	}
	found, err := probe.Shipped(archive, wanted)
	if err != nil {
		d.log.WithError(err).Warn("the installed archive could not be read, so what the vendor shipped is not known")
		return originals
	}
	for i, r := range rel {
		if data, ok := found[r]; ok {
			originals[i].Shipped, originals[i].ShippedFrom = data, archive
		}
	}
	return originals
}

// programRel is the slash-separated path of a file within the program folder.
func programRel(inst upgrade.Installation, file string) (string, bool) {
	rel, err := filepath.Rel(inst.Program, file)
	if inst.Program == "" || err != nil || strings.HasPrefix(rel, "..") {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// installedArchive is WebSphere's own copy of the .ear that was installed; empty when there is none.
func installedArchive(inst upgrade.Installation) string {
	if inst.Runtime != upgrade.WAS || inst.Program == "" || inst.Cell == "" {
		return ""
	}
	name := filepath.Base(inst.Program)
	file := filepath.Join(inst.Home, "config", "cells", inst.Cell, "applications", name, name)
	if fi, err := os.Stat(file); err != nil || !fi.Mode().IsRegular() {
		return ""
	}
	return file
}
