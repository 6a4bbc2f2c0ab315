// Package liberty describes HCL Leap on Open Liberty or WebSphere Liberty, from a server's configuration: server.xml with its includes and
// drop-ins, bootstrap.properties, server.env, jvm.options and variables.
package liberty

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// Finder collects server folders and turns them into installations.
type Finder struct {
	s       *survey.Survey
	servers []place
}

type place struct {
	dir  string
	file string // server.xml, or the file that was named by itself
	name string
}

// NewFinder begins a collection.
func NewFinder(s *survey.Survey) *Finder { return &Finder{s: s} }

// IsConfig tells whether an XML file is configuration of Liberty. Tomcat's root element has a capital S.
func IsConfig(doc *xmlscan.Document) bool {
	return doc.Root.Name == "server" || doc.Root.Name == "client"
}

// IsServer tells whether a folder is a Liberty server's.
func IsServer(s *survey.Survey, dir string) bool {
	file := s.Root.Under(dir, "server.xml")
	if !s.Root.IsFile(file) {
		return false
	}
	doc := s.Peek(file)
	return doc != nil && IsConfig(doc)
}

// IsServerPlace tells whether a server's folder stands where servers stand, or holds what a server has beside its configuration. A lone server.xml
// is a sample or somebody's source: it is described only when it is named.
func IsServerPlace(s *survey.Survey, dir string) bool {
	parent := filepath.Dir(dir)
	if filepath.Base(parent) == "servers" || (filepath.Base(dir) == "config" && parent == s.Root.Dir()) {
		return true
	}
	for _, name := range []string{"apps", "dropins", "workarea", "logs", "configDropins"} {
		if s.Root.IsDir(s.Root.Under(dir, name)) {
			return true
		}
	}
	return false
}

// AddServer adds a server's folder; adding it again does nothing.
func (f *Finder) AddServer(dir string) {
	dir = filepath.Clean(dir)
	f.add(place{dir, f.s.Root.Under(dir, "server.xml"), filepath.Base(dir)})
}

// AddFile adds a configuration file that was named by itself.
func (f *Finder) AddFile(file string) {
	dir, base := filepath.Dir(file), filepath.Base(file)
	if base == "server.xml" {
		f.AddServer(dir)
		return
	}
	f.add(place{dir, file, strings.TrimSuffix(base, filepath.Ext(base))})
}

func (f *Finder) add(p place) {
	for _, have := range f.servers {
		if have.file == p.file || f.s.Root.Same(have.dir, p.dir) && filepath.Base(have.file) == filepath.Base(p.file) {
			return
		}
	}
	f.servers = append(f.servers, p)
	f.s.Look(p.dir, "a Liberty server", "the server "+p.name)
}

// AddInstall adds the servers of a folder that may be a Liberty installation, its usr folder, or its usr/servers; it tells whether it was one.
func (f *Finder) AddInstall(dir string) bool {
	any := false
	for _, rel := range []string{"usr/servers", "wlp/usr/servers", "servers", "."} {
		parent := f.s.Root.Under(dir, rel)
		if rel == "." && !strings.EqualFold(filepath.Base(dir), "servers") {
			continue
		}
		for _, name := range f.s.Root.Entries(parent, true) {
			if at := f.s.Root.Under(parent, name); IsServer(f.s, at) {
				f.AddServer(at)
				any = true
			}
		}
	}
	return any
}

// Describe gives the installations of Leap among the collected servers. With named, a server without Leap is described too, with a note, unless
// another one has it.
func (f *Finder) Describe(ctx context.Context, named bool) ([]upgrade.Installation, error) {
	var with, without []upgrade.Installation
	for _, p := range f.servers {
		if err := ctx.Err(); err != nil {
			return with, err
		}
		d := newDescriber(f.s, p)
		proof := d.proof()
		if proof == nil && !named {
			f.s.Note("the Liberty server %s has no Leap: no application or data source of its name", p.dir)
			continue
		}
		if err := d.describe(ctx, proof); err != nil {
			return with, err
		}
		if proof != nil {
			with = append(with, d.In)
		} else {
			without = append(without, d.In)
		}
	}
	if len(with) == 0 {
		return without, nil
	}
	return with, nil
}
