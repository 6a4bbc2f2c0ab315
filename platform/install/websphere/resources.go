package websphere

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// source is a data source of a resources.xml.
type source struct {
	upgrade.DataSource
	noise       bool // always there, never Leap's
	fingerprint int  // how many of the properties that Leap's administrators set it has
	evidence    upgrade.Evidence
	file        string
}

// fingerprints are custom properties that the vendor tells administrators to set for Leap.
var fingerprints = []string{"webSphereDefaultIsolationLevel", "fullyMaterializeLobData", "progressiveStreaming", "streamBufferSize"}

// readSources reads the data sources of a resources.xml. expand replaces variables.
func readSources(doc *xmlscan.Document, root func(string) string, expand func(string) string) []source {
	var all []source
	doc.Root.Each(func(e *xmlscan.Element) bool {
		kind := e.Type()
		if e.Local() == "factories" && (strings.HasSuffix(kind, "jdbc:DataSource") || strings.HasSuffix(kind, "jdbc:WAS40DataSource")) {
			all = append(all, readSource(doc, e, root, expand))
			return false
		}
		return e.Local() != "J2CResourceAdapter"
	})
	return all
}

func readSource(doc *xmlscan.Document, e *xmlscan.Element, root, expand func(string) string) source {
	s := source{file: doc.File, evidence: survey.AttrEvidence(doc, e, "jndiName")}
	s.Name, s.JNDIName, s.Alias = e.Attr("name"), e.Attr("jndiName"), e.Attr("authDataAlias")
	if m := e.First("mapping"); s.Alias == "" && m != nil {
		s.Alias = m.Attr("authDataAlias")
	}
	provider := e.Parent
	s.Kind = leap.KindOf(provider.Attr("implementationClassName"), e.Attr("providerType"), provider.Attr("providerType"),
		e.Attr("datasourceHelperClassname"), provider.Attr("name"))
	s.Database, s.Host = expand(e.Attr("databaseName")), "" // the attribute of version 4 data sources
	var jdbc string
	for _, p := range e.All("resourceProperties") {
		value := expand(p.Attr("value"))
		switch strings.ToLower(p.Attr("name")) {
		case "databasename", "dataBaseName":
			s.Database = value
		case "servername":
			s.Host = value
		case "portnumber":
			s.Port = port(value)
		case "currentschema":
			s.Schema = value
		case "url":
			jdbc = value
		}
		for _, name := range fingerprints {
			if p.Attr("name") == name && value != "" {
				s.fingerprint++
			}
		}
	}
	leap.FillFromURL(&s.DataSource, jdbc)
	if s.Kind == leap.SQLite && s.Database != "" {
		s.Database = root(s.Database)
	}
	s.noise = isNoise(s)
	return s
}

func port(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > 65535 {
		return 0
	}
	return n
}

// isNoise tells the data sources that every server has.
func isNoise(s source) bool {
	if strings.Contains(s.JNDIName, "EJBTimer") || strings.Contains(s.Name, "EJBTimer") {
		return true
	}
	return s.Kind == leap.Derby && (s.JNDIName == "DefaultDatasource" || s.Name == "Default Datasource")
}

// namedLikeLeap tells by its own names whether a data source is Leap's.
func (s source) namedLikeLeap() bool { return hasLeapWord(s.JNDIName, s.Name) }

// aboutLeap tells the same by what it leads to: database, schema, and the alias of its user.
func (s source) aboutLeap() bool { return hasLeapWord(s.Database, s.Schema, s.Alias) }

func hasLeapWord(texts ...string) bool {
	for _, text := range texts {
		t := strings.ToLower(text)
		for _, word := range []string{"leap", "builder", "freedom", "nitro"} {
			if strings.Contains(t, word) {
				return true
			}
		}
	}
	return false
}

// scopes lists the resources.xml that hold for a server, widest first.
func (sv *server) scopes(ears []*ear) []string {
	n := sv.node
	files := []string{n.cell.path("resources.xml")}
	if cluster := n.clusterOf(sv.Name); cluster != "" {
		files = append(files, n.cell.path("clusters", cluster, "resources.xml"))
	}
	files = append(files, filepath.Join(n.Dir, "resources.xml"), filepath.Join(n.Dir, "servers", sv.Name, "resources.xml"))
	for _, e := range ears {
		if e.node == n {
			files = append(files, n.cell.path("applications", e.name, "deployments", e.app, "resources.xml"))
		}
	}
	return files
}

// sources reads all scopes of a server; the closest one wins by JNDI name.
func (d *describer) sources(sv *server) []source {
	vars := sv.node.vars(d.Survey, sv.Name)
	var all []source
	for _, file := range sv.scopes(d.ears) {
		doc := d.XML(file)
		if doc == nil {
			continue
		}
		d.Settings(upgrade.SettingsFile{Path: file, Kind: "resources", Node: sv.node.Name})
		for _, s := range readSources(doc, d.Root.Resolve, vars.Expand) {
			all = replace(all, s)
		}
	}
	return all
}

func replace(all []source, s source) []source {
	for i := range all {
		if s.JNDIName != "" && all[i].JNDIName == s.JNDIName {
			all[i] = s
			return all
		}
	}
	return append(all, s)
}

// bound lists the JNDI names that Leap's deployment maps its resource references to.
func (d *describer) bound() map[string]bool {
	names := map[string]bool{}
	for _, e := range d.ears {
		base := e.node.cell.path("applications", e.name, "deployments", e.app)
		for _, war := range append(d.Root.Entries(base, true), ".") {
			for _, file := range []string{"WEB-INF/ibm-web-bnd.xml", "WEB-INF/ibm-web-bnd.xmi", "META-INF/ibm-ejb-jar-bnd.xml"} {
				doc := d.XML(d.Root.Under(base, war, file))
				if doc == nil {
					continue
				}
				for _, ref := range append(doc.Root.All("resRefBindings"), doc.Root.All("resource-ref")...) {
					names[ref.Attr("jndiName")+ref.Attr("binding-name")] = true
				}
			}
		}
	}
	delete(names, "")
	return names
}

// dataSource tells which data source is Leap's.
func (d *describer) dataSource(servers []*server) {
	bound := d.bound()
	for _, sv := range servers {
		all := d.sources(sv)
		picked, why := pick(all, bound)
		if picked == nil {
			if why != "" {
				d.Remark(why)
			}
			continue
		}
		if d.In.DataSource == nil {
			ds := picked.DataSource
			d.In.DataSource = &ds
			d.Prove("datasource", picked.evidence)
		} else if picked.DataSource != *d.In.DataSource {
			d.Remark("server " + sv.Name + " has another data source: " + picked.JNDIName + " in " + picked.file)
		}
	}
}

// pick chooses Leap's data source: the one the deployment is bound to, the one named like it, the one with most of its custom properties, the only
// one. When that leaves several, none is chosen and why lists them.
func pick(all []source, bound map[string]bool) (picked *source, why string) {
	var candidates []source
	for _, s := range all {
		if !s.noise || bound[s.JNDIName] {
			candidates = append(candidates, s)
		}
	}
	rules := []func(source) bool{
		func(s source) bool { return bound[s.JNDIName] },
		func(s source) bool { return strings.EqualFold(s.JNDIName, "jdbc/BuilderDataSource") },
		source.namedLikeLeap,
		func(s source) bool { return s.fingerprint >= 2 },
		source.aboutLeap,
		func(s source) bool { return s.fingerprint >= 1 },
		func(source) bool { return true },
	}
	for _, rule := range rules {
		var match []source
		for _, s := range candidates {
			if rule(s) {
				match = append(match, s)
			}
		}
		if len(match) == 1 {
			return &match[0], ""
		}
		if len(match) > 1 {
			candidates = match
		}
	}
	if len(candidates) == 0 {
		return nil, ""
	}
	var names []string
	for _, s := range candidates {
		names = append(names, label(s))
	}
	return nil, "several data sources may be Leap's, none is chosen: " + strings.Join(names, ", ")
}

func label(s source) string {
	text := s.JNDIName + " (" + s.Kind
	if s.Database != "" {
		text += " " + s.Database
	}
	if s.Host != "" {
		text += " at " + s.Host
	}
	return text + ")"
}
