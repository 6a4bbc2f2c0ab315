package websphere

import (
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// IsConfig tells whether an XML file is one of WebSphere's own.
func IsConfig(doc *xmlscan.Document) bool {
	switch doc.Root.Local() {
	case "XMI", "ServerIndex", "VariableMap", "profiles":
		return true
	case "Server":
		return strings.HasPrefix(doc.Root.Name, "process:")
	}
	return false
}

// DescribeFile tells what one configuration file says that was named by itself, outside of any profile. A registry leads to its profiles.
func DescribeFile(s *survey.Survey, f *Finder, doc *xmlscan.Document) []upgrade.Installation {
	if doc.Root.Local() == "profiles" {
		f.addRegistry(doc.File)
		if len(f.profiles) > 0 {
			return nil
		}
	}
	d := single{leap.NewDraft(s, upgrade.Leap, upgrade.WAS)}
	d.In.ID = "leap-was-" + leap.Slug(strings.TrimSuffix(filepath.Base(doc.File), filepath.Ext(doc.File)))
	d.In.Home = filepath.Dir(doc.File)
	d.Prove("home", upgrade.FileEvidence(doc.File, 0, "a single file that was named"))
	d.Prove("runtime", survey.Line(doc.File, doc.Root.Line, "<"+doc.Root.Name+">"))
	d.Remark("only " + filepath.Base(doc.File) + " was described; whether Leap runs there cannot be told from it")
	v := Vars{} // what variables stand for is told by other files
	v.readDir(s, d.In.Home)
	d.contents(doc, v)
	return []upgrade.Installation{d.In}
}

// addRegistry adds the profiles that a profileRegistry.xml names and that are there.
func (f *Finder) addRegistry(file string) {
	was := filepath.Dir(filepath.Dir(file))
	if strings.EqualFold(filepath.Base(filepath.Dir(file)), "properties") && IsRoot(f.s, was) {
		f.AddRoot(was)
		return
	}
	for _, p := range readRegistry(f.s, file) {
		if IsProfile(f.s, p.Dir) {
			f.add(p)
		}
	}
}

// single describes one file.
type single struct{ *leap.Draft }

// contents tells what the file holds: one of these elements as its root, or several of them in an xmi:XMI.
func (d single) contents(doc *xmlscan.Document, v Vars) {
	known := false
	for _, e := range append([]*xmlscan.Element{doc.Root}, doc.Root.Children...) {
		switch e.Local() {
		case "ServerIndex":
			d.index(doc, e, v)
		case "Server":
			d.server(doc, e, v)
		case "VariableMap":
			d.Remark(plural(len(e.All("entries")), "variable") + " defined")
		case "profiles":
			d.registry(doc)
		default:
			continue
		}
		known = true
	}
	if !known {
		d.resources(doc, v)
	}
}

func (d single) registry(doc *xmlscan.Document) {
	for _, p := range readRegistry(d.Survey, doc.File) {
		d.Remark("profile " + p.Name + " at " + p.Native + ", which is not there")
		d.In.Evidence["home"] = p.Evidence
	}
}

// readDir adds the variables of a variables.xml that lies beside the file.
func (v Vars) readDir(s *survey.Survey, dir string) {
	if file := s.Root.Under(dir, "variables.xml"); s.Root.IsFile(file) {
		v.read(s, file)
	}
}

func (d single) index(doc *xmlscan.Document, root *xmlscan.Element, v Vars) {
	d.Settings(upgrade.SettingsFile{Path: doc.File, Kind: "serverindex"})
	n := &node{Host: root.Attr("hostName"), cell: &cell{s: d.Survey, Dir: d.In.Home}, Dir: d.In.Home}
	out := upgrade.Node{Name: filepath.Base(d.In.Home), Host: n.Host, Servers: []upgrade.Server{}}
	for _, e := range doc.Root.All("serverEntries") {
		sv := readEntry(doc, e)
		sv.node = n
		app := sv.leapApp()
		out.Servers = append(out.Servers, upgrade.Server{Name: sv.Name, Type: sv.Type, HasLeap: app != nil})
		d.Prove("nodes", sv.evidence)
		if app != nil {
			d.Prove("product", app.evidence)
		}
		if app != nil || sv.Type == "APPLICATION_SERVER" {
			for _, ep := range sv.endpointsWith(v) {
				d.FallBackTo(ep)
			}
		}
	}
	d.In.Nodes = append(d.In.Nodes, out)
}

func (d single) server(doc *xmlscan.Document, root *xmlscan.Element, v Vars) {
	name := root.Attr("name")
	if name == "" {
		name = "server"
	}
	d.Settings(upgrade.SettingsFile{Path: doc.File, Kind: "was-server", Server: name})
	d.In.Nodes = append(d.In.Nodes, upgrade.Node{Servers: []upgrade.Server{{Name: name, Config: doc.File}}})
	d.Prove("nodes", survey.Line(doc.File, root.Line, "<"+root.Name+">"))
	for _, l := range streams(doc, v) {
		path := l.file
		if expanded(path) {
			path = d.Root.Resolve(path)
		}
		d.Log(upgrade.LogFile{Path: path, Format: l.format, Mode: upgrade.LogText, Role: l.role, Server: name,
			RolloverBytes: l.bytes, RolloverFiles: l.backups}, l.evidence)
	}
	fact := leap.TraceFact{Server: name}
	fact.Configured, fact.ConfigEv = configuredTrace(doc)
	d.SetTrace([]leap.TraceFact{fact})
	if set := jvmOption(doc, v); set != nil {
		d.SetExtensions(leap.Setting{}, nil, set, nil)
		d.Configure("", name)
	}
}

func (d single) resources(doc *xmlscan.Document, v Vars) {
	d.Settings(upgrade.SettingsFile{Path: doc.File, Kind: "resources"})
	all := readSources(doc, d.Root.Resolve, v.Expand)
	picked, why := pick(all, nil)
	if picked != nil {
		ds := picked.DataSource
		d.In.DataSource = &ds
		d.Prove("datasource", picked.evidence)
	}
	if why != "" {
		d.Remark(why)
	}
	for _, s := range all {
		d.Remark("data source " + label(s))
	}
	for _, p := range doc.Root.All("JDBCProvider") {
		d.Remark("JDBC provider " + p.Attr("name") + " (" + p.Attr("implementationClassName") + ")")
	}
}
