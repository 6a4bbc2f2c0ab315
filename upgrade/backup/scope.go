package backup

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sort"

	"github.com/springboard-leap/springboard/upgrade"
)

// scopePart is a part before it is measured.
type scopePart struct {
	name  string
	items []item
	// lost names what should be there by the installation's own description and is not.
	lost []string
	what string // one phrase for a person
	out  string // why it is not to be had, where that is known
}

// scopeOf lists the parts of a product with the places that exist. Sources: the vendor's instructions (database, .ear and settings for Leap; volt,
// osgi/volt and settings for Domino Leap), and the mappings that a new .ear needs again.
// daos is what a person says of DAOS: a folder, DAOSNone, or nothing.
func scopeOf(fsys FS, inst upgrade.Installation, daos string) ([]scopePart, error) {
	s := scoper{fs: fsys, inst: inst}
	if inst.Product == upgrade.DominoLeap {
		s.part(PartVolt, "the folder of its databases", inst.AppData)
		s.part(PartProgram, "the program files that an upgrade replaces", inst.Program, inst.LinkFile)
		s.part(PartSettings, "the settings of server and product", settingsPlaces(inst)...)
		s.daos(daos)
	} else {
		s.part(PartEar, "the installed application", inst.Program, s.deployment())
		s.part(PartSettings, "settings, extensions and resource mappings", append(settingsPlaces(inst), s.cellFiles()...)...)
	}
	sort.Slice(s.parts, func(i, j int) bool { return s.parts[i].name < s.parts[j].name })
	return s.parts, s.err
}

type scoper struct {
	fs    FS
	inst  upgrade.Installation
	parts []scopePart
	err   error
}

func settingsPlaces(inst upgrade.Installation) []string {
	var places []string
	for _, f := range inst.SettingsFiles {
		if f.Exists {
			places = append(places, f.Path)
		}
	}
	return append(places, inst.Extensions.Dirs...)
}

// deployment is WAS's record of how the application is deployed: its modules, and the mail session and data source it was mapped to.
func (s *scoper) deployment() string {
	if s.inst.Runtime != upgrade.WAS || s.inst.Cell == "" || s.inst.Program == "" {
		return ""
	}
	return s.ifThere(filepath.Join(s.inst.Home, "config", "cells", s.inst.Cell, "applications", filepath.Base(s.inst.Program)))
}

// cellFiles are the cell's virtual hosts, resources and variables, which are asked for again when the application is installed anew.
func (s *scoper) cellFiles() []string {
	if s.inst.Runtime != upgrade.WAS || s.inst.Cell == "" {
		return nil
	}
	var places []string
	for _, name := range []string{"virtualhosts.xml", "resources.xml", "variables.xml"} {
		places = append(places, s.ifThere(filepath.Join(s.inst.Home, "config", "cells", s.inst.Cell, name)))
	}
	return places
}

func (s *scoper) ifThere(place string) string {
	if _, err := s.fs.Lstat(place); err != nil {
		return ""
	}
	return place
}

// part adds a part with those of its places that exist.
func (s *scoper) part(name, what string, places ...string) {
	p := scopePart{name: name, what: what}
	seen := map[string]bool{}
	for _, place := range places {
		if place == "" || seen[filepath.Clean(place)] {
			continue
		}
		place = filepath.Clean(place)
		seen[place] = true
		it, err := s.item(place)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			p.lost = append(p.lost, place)
		case err != nil:
			s.fail(place, err)
		default:
			p.items = append(p.items, it)
		}
	}
	s.parts = append(s.parts, p)
}

func (s *scoper) fail(place string, err error) {
	if s.err == nil {
		s.err = upgrade.NewFault("SB-2007", upgrade.KindBlocked, err, "path", place)
	}
}

// item describes one place. A link is followed here and only here: whoever names volt means its content.
func (s *scoper) item(place string) (item, error) {
	info, err := s.fs.Lstat(place)
	if err != nil {
		return item{}, err
	}
	it := item{Rel: belowRoot(s.inst.Root, place), Origin: place, Dir: info.Mode.IsDir()}
	if info.Mode&fs.ModeSymlink == 0 {
		return it, nil
	}
	if it.Real, err = s.fs.Real(place); err != nil {
		return item{}, err
	}
	info, err = s.fs.Lstat(it.Real)
	it.Dir = info.Mode.IsDir()
	return it, err
}

// Places lists every file and folder that a backup of the installation may hold, whether it exists now or not: a restore in place touches nothing
// else.
func Places(inst upgrade.Installation) []string {
	var places []string
	for _, f := range inst.SettingsFiles {
		places = append(places, f.Path)
	}
	places = append(places, inst.Extensions.Dirs...)
	places = append(places, inst.Program, inst.AppData, inst.LinkFile)
	if inst.Cell != "" {
		places = append(places, filepath.Join(inst.Home, "config", "cells", inst.Cell))
	}
	if inst.Data != "" {
		places = append(places, filepath.Join(inst.Data, "DAOS"), filepath.Join(inst.Data, "daoscat.nsf"), filepath.Join(inst.Data, "daos.cfg"))
	}
	if inst.DataSource != nil && inst.DataSource.Kind == "sqlite" {
		places = append(places, inst.DataSource.Database)
	}
	kept := places[:0]
	for _, p := range places {
		if p != "" {
			kept = append(kept, filepath.Clean(p))
		}
	}
	return kept
}
