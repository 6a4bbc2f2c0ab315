package websphere

import (
	"path/filepath"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// cell is one profile's copy of a cell's configuration.
type cell struct {
	s           *survey.Survey
	Name        string
	Dir         string
	Distributed bool
	profile     profile
	clusters    map[string]string // node/server -> cluster
	nodes       []*node
}

// node is a node in a cell, read from the profile that knows most about it.
type node struct {
	Name, Host string
	Dir        string
	local      bool // it is the node of the profile it was read from
	hostEv     upgrade.Evidence
	cell       *cell
	profile    profile
	servers    []*server
}

// server is an entry of a node's serverindex.xml.
type server struct {
	Name, Type string
	apps       []deployed
	endpoints  map[string]endpoint
	evidence   upgrade.Evidence
	node       *node
}

type deployed struct {
	ear, app string
	evidence upgrade.Evidence
}

type endpoint struct {
	host     string
	port     string
	evidence upgrade.Evidence
}

func (c *cell) path(parts ...string) string { return c.s.Root.Under(c.Dir, parts...) }

func (n *node) clusterOf(server string) string { return n.cell.clusters[n.Name+"/"+server] }

// cellsOf reads the cells of a profile; a profile has one.
func cellsOf(s *survey.Survey, p profile) []*cell {
	var cells []*cell
	dir := s.Root.Under(p.Dir, "config/cells")
	if _, err := s.Root.ReadDir(dir); err != nil {
		s.Problem(dir, err)
	}
	for _, name := range s.Root.Entries(dir, true) {
		c := &cell{s: s, Name: name, Dir: s.Root.Under(dir, name), profile: p}
		c.readCell()
		c.readClusters()
		c.readNodes()
		if len(c.nodes) > 0 {
			cells = append(cells, c)
		}
	}
	return cells
}

// HasNodes tells whether a profile's configuration has a node with a server: a profile that was copied in part may not.
func HasNodes(s *survey.Survey, profileDir string) bool {
	return len(cellsOf(s, profile{Dir: profileDir})) > 0
}

func (c *cell) readCell() {
	if doc := c.s.XML(c.path("cell.xml")); doc != nil {
		c.Distributed = strings.EqualFold(doc.Root.Attr("cellType"), "DISTRIBUTED")
	}
}

func (c *cell) readClusters() {
	c.clusters = map[string]string{}
	dir := c.path("clusters")
	for _, name := range c.s.Root.Entries(dir, true) {
		doc := c.s.XML(c.s.Root.Under(dir, name, "cluster.xml"))
		if doc == nil {
			continue
		}
		for _, m := range doc.Root.All("members") {
			c.clusters[m.Attr("nodeName")+"/"+m.Attr("memberName")] = name
		}
	}
}

func (c *cell) readNodes() {
	dir := c.path("nodes")
	own := c.profile.ownNode(c.s)
	names := c.s.Root.Entries(dir, true)
	sort.Strings(names)
	for _, name := range names {
		n := &node{Name: name, Dir: c.s.Root.Under(dir, name), cell: c, profile: c.profile, local: own == name}
		n.readIndex()
		n.addUnlisted()
		if len(n.servers) > 0 {
			c.nodes = append(c.nodes, n)
		}
	}
	for _, n := range c.nodes {
		if n.local {
			return
		}
	}
	c.guessLocal()
}

// guessLocal tells which node is the profile's own when the profile does not say: the only one, the manager's in a manager's profile, else the
// only one whose servers have their configuration here.
func (c *cell) guessLocal() {
	if len(c.nodes) == 1 {
		c.nodes[0].local = true
		return
	}
	var full []*node
	for _, n := range c.nodes {
		if n.hasType("DEPLOYMENT_MANAGER") && c.s.Root.IsFile(n.serverXML("dmgr")) {
			n.local = true
			return
		}
		if len(n.servers) > 0 && c.s.Root.IsFile(n.serverXML(n.servers[0].Name)) {
			full = append(full, n)
		}
	}
	for _, n := range full {
		logs := false
		for _, sv := range n.servers {
			logs = logs || c.s.Root.IsDir(c.s.Root.Under(c.profile.Dir, "logs", sv.Name))
		}
		n.local = len(full) == 1 || logs
	}
}

func (n *node) hasType(kind string) bool {
	for _, sv := range n.servers {
		if sv.Type == kind {
			return true
		}
	}
	return false
}

func (n *node) serverXML(server string) string {
	return n.cell.s.Root.Under(n.Dir, "servers", server, "server.xml")
}

func (n *node) indexPath() string { return n.cell.s.Root.Under(n.Dir, "serverindex.xml") }

func (n *node) readIndex() {
	doc := n.cell.s.XML(n.indexPath())
	if doc == nil {
		return
	}
	if index := doc.Root.First("ServerIndex"); index != nil {
		n.Host, n.hostEv = index.Attr("hostName"), survey.AttrEvidence(doc, index, "hostName")
	}
	for _, e := range doc.Root.All("serverEntries") {
		sv := readEntry(doc, e)
		sv.node = n
		if sv.Name != "" {
			n.servers = append(n.servers, sv)
		}
	}
}

// readEntry reads one serverEntries element.
func readEntry(doc *xmlscan.Document, e *xmlscan.Element) *server {
	sv := &server{Name: e.Attr("serverName"), Type: e.Attr("serverType"), endpoints: map[string]endpoint{}, evidence: survey.AttrEvidence(doc, e, "serverName")}
	for _, c := range e.Children {
		switch c.Local() {
		case "deployedApplications":
			ear, rest, _ := strings.Cut(strings.ReplaceAll(c.Text, `\`, "/"), "/")
			app := rest[strings.LastIndexByte(rest, '/')+1:]
			sv.apps = append(sv.apps, deployed{ear, app, survey.AttrEvidence(doc, c, "")})
		case "specialEndpoints":
			if p := c.First("endPoint"); p != nil {
				sv.endpoints[c.Attr("endPointName")] = endpoint{p.Attr("host"), p.Attr("port"), survey.AttrEvidence(doc, p, "port")}
			}
		}
	}
	return sv
}

// addUnlisted adds servers that have a server.xml and no entry: a serverindex.xml that is broken or missing must not hide them.
func (n *node) addUnlisted() {
	root := n.cell.s.Root
	dir := root.Under(n.Dir, "servers")
	for _, name := range root.Entries(dir, true) {
		if n.find(name) == nil && root.IsFile(n.serverXML(name)) {
			ev := upgrade.FileEvidence(n.serverXML(name), 0, "a server's configuration")
			n.servers = append(n.servers, &server{Name: name, node: n, endpoints: map[string]endpoint{}, evidence: ev})
		}
	}
}

func (n *node) find(server string) *server {
	for _, sv := range n.servers {
		if sv.Name == server {
			return sv
		}
	}
	return nil
}

// leapApp is Leap's entry among a server's applications, nil when it is not deployed there.
func (sv *server) leapApp() *deployed {
	for i, a := range sv.apps {
		if leap.IsLeapName(strings.TrimSuffix(a.ear, filepath.Ext(a.ear))) || leap.IsLeapName(a.app) {
			return &sv.apps[i]
		}
	}
	return nil
}
