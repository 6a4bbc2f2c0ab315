package websphere

import (
	"context"
	"path/filepath"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// Finder collects WebSphere roots and profiles and turns them into installations.
type Finder struct {
	s        *survey.Survey
	profiles []profile
	roots    map[string]bool
}

// NewFinder begins a collection.
func NewFinder(s *survey.Survey) *Finder { return &Finder{s: s, roots: map[string]bool{}} }

// AddRoot adds a WebSphere root with all its profiles; adding it again does nothing.
func (f *Finder) AddRoot(dir string) {
	dir = filepath.Clean(dir)
	if f.roots[dir] {
		return
	}
	f.roots[dir] = true
	found := profilesOf(f.s, dir)
	for _, p := range found {
		f.add(p)
	}
	f.s.Look(dir, "a WebSphere root with profiles", plural(len(found), "profile"))
}

// AddProfile adds one profile.
func (f *Finder) AddProfile(dir string) {
	dir = filepath.Clean(dir)
	p := profile{Name: filepath.Base(dir), Dir: dir, WAS: rootOf(f.s, dir), Evidence: upgrade.FileEvidence(dir, 0, "a profile's folder")}
	if p.WAS != "" { // its registry may know the name
		for _, q := range profilesOf(f.s, p.WAS) {
			if q.Dir == dir {
				p = q
			}
		}
	}
	f.add(p)
	f.s.Look(dir, "a WebSphere profile", "the profile "+p.Name)
}

func (f *Finder) add(p profile) {
	for _, have := range f.profiles {
		if f.s.Root.Same(have.Dir, p.Dir) {
			return
		}
	}
	f.profiles = append(f.profiles, p)
}

// site is everything of one cell on this file system: the copies of its configuration in the profiles.
type site struct {
	name  string
	cells []*cell
	nodes []*node
}

// Describe gives the installations of Leap among the collected profiles. With named, a profile without Leap is described too, with a note.
func (f *Finder) Describe(ctx context.Context, named bool) ([]upgrade.Installation, error) {
	var cells []*cell
	for _, p := range f.profiles {
		cells = append(cells, cellsOf(f.s, p)...)
	}
	var all []upgrade.Installation
	for _, st := range merge(cells) {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		ears := st.findEars(f.s)
		if len(ears) == 0 && !named {
			f.s.Note("WebSphere cell %s (%s) has no Leap: no application of that name is deployed", st.name, st.cells[0].profile.Dir)
			continue
		}
		d := &describer{Draft: leap.NewDraft(f.s, upgrade.Leap, upgrade.WAS), site: st, ears: ears}
		if err := d.describe(ctx); err != nil {
			return all, err
		}
		all = append(all, d.In)
	}
	return all, nil
}

// merge puts the copies of a cell together: a deployment manager and the nodes federated to it have one each. Cells of the same name that have no
// node in common and no manager are different ones.
func merge(cells []*cell) []*site {
	var sites []*site
next:
	for _, c := range cells {
		for _, st := range sites {
			if st.takes(c) {
				st.cells = append(st.cells, c)
				continue next
			}
		}
		sites = append(sites, &site{name: c.Name, cells: []*cell{c}})
	}
	for _, st := range sites {
		st.gather()
	}
	return sites
}

func (st *site) takes(c *cell) bool {
	if st.name != c.Name {
		return false
	}
	for _, have := range st.cells {
		if have.Distributed && c.Distributed {
			return true
		}
		if (have.federated() || c.federated()) && have.sharesNode(c) {
			return true
		}
	}
	return false
}

// managed tells whether the cell has a deployment manager, here or elsewhere.
func (st *site) managed() bool {
	for _, c := range st.cells {
		if c.Distributed || c.hasManager() {
			return true
		}
	}
	return false
}

// isManager tells whether this copy of the configuration is the deployment manager's own.
func (c *cell) isManager() bool {
	for _, n := range c.nodes {
		if n.local && n.hasType("DEPLOYMENT_MANAGER") {
			return true
		}
	}
	return false
}

func (c *cell) hasManager() bool {
	for _, n := range c.nodes {
		if n.hasType("DEPLOYMENT_MANAGER") {
			return true
		}
	}
	return false
}

// federated tells whether the cell is more than one standalone server.
func (c *cell) federated() bool {
	if c.Distributed || c.hasManager() {
		return true
	}
	for _, n := range c.nodes {
		if n.hasType("NODE_AGENT") {
			return true
		}
	}
	return false
}

func (c *cell) sharesNode(o *cell) bool {
	for _, n := range c.nodes {
		for _, m := range o.nodes {
			if n.Name == m.Name {
				return true
			}
		}
	}
	return false
}

// gather takes each node from the profile it lives in, or, for nodes of other machines, from any copy.
func (st *site) gather() {
	best := map[string]*node{}
	for _, c := range st.cells {
		for _, n := range c.nodes {
			if have := best[n.Name]; have == nil || (n.local && !have.local) {
				best[n.Name] = n
			}
		}
	}
	for _, n := range best {
		st.nodes = append(st.nodes, n)
	}
	sort.Slice(st.nodes, func(i, j int) bool { return st.nodes[i].Name < st.nodes[j].Name })
}

// ear is Leap's application on a node.
type ear struct {
	name     string // HCL Leap.ear
	app      string // HCL Leap
	dir      string // openable, may be missing
	node     *node
	servers  []*server
	evidence upgrade.Evidence
}

// findEars finds Leap by the servers' lists of deployed applications, and by the folders of installed applications.
func (st *site) findEars(s *survey.Survey) []*ear {
	var ears []*ear
	for _, n := range st.nodes {
		byName := map[string]*ear{}
		for _, sv := range n.servers {
			a := sv.leapApp()
			if a == nil {
				a = sv.appWithBuilder(s)
			}
			if a == nil {
				continue
			}
			e := byName[a.ear]
			if e == nil {
				e = &ear{name: a.ear, app: a.app, node: n, evidence: a.evidence, dir: n.binaries(s, a.ear, a.app)}
				byName[a.ear] = e
				ears = append(ears, e)
			}
			e.servers = append(e.servers, sv)
		}
		if len(byName) == 0 && n.local {
			ears = append(ears, n.earsByFolder(s)...)
		}
	}
	return ears
}

// appWithBuilder finds Leap under a name of the administrator's: an application whose .ear holds builder.war.
func (sv *server) appWithBuilder(s *survey.Survey) *deployed {
	for i, a := range sv.apps {
		dir := sv.node.binaries(s, a.ear, a.app)
		if s.Root.IsDir(dir) && leap.IsLeapEar(s, dir) {
			return &sv.apps[i]
		}
	}
	return nil
}

// earsByFolder finds Leap in <profile>/installedApps/<cell> when no server lists it.
func (n *node) earsByFolder(s *survey.Survey) []*ear {
	dir := s.Root.Under(n.profile.Dir, "installedApps", n.cell.Name)
	var ears []*ear
	for _, name := range append(s.Root.Entries(dir, true), s.Root.Entries(dir, false)...) {
		path := s.Root.Under(dir, name)
		if !strings.HasSuffix(strings.ToLower(name), ".ear") || !leap.IsLeapEar(s, path) {
			continue
		}
		e := &ear{name: name, app: strings.TrimSuffix(name, filepath.Ext(name)), dir: path, node: n, evidence: upgrade.FileEvidence(path, 0, "the installed application")}
		for _, sv := range n.servers {
			if sv.Type == "APPLICATION_SERVER" || sv.Type == "" {
				e.servers = append(e.servers, sv)
			}
		}
		ears = append(ears, e)
	}
	return ears
}

// binaries is the folder of an application: as its deployment says, else the usual one.
func (n *node) binaries(s *survey.Survey, earName, app string) string {
	usual := s.Root.Under(n.profile.Dir, "installedApps", n.cell.Name, earName)
	doc := s.XML(n.cell.path("applications", earName, "deployments", app, "deployment.xml"))
	if doc == nil {
		return usual
	}
	for _, e := range doc.Root.All("deployedObject") {
		url := n.vars(s, "").Expand(e.Attr("binariesURL"))
		if url != "" && expanded(url) && url != n.cell.Name {
			if dir := s.Root.Resolve(url); dir != usual {
				if _, err := s.Root.Stat(dir); err == nil {
					return dir
				}
			}
		}
	}
	return usual
}

func plural(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}
