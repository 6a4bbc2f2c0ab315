package liberty

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// jndiName is fixed for Leap on Liberty.
const jndiName = "jdbc/BuilderDataSource"

type describer struct {
	*leap.Draft
	*config
	place place
	name  string
}

func newDescriber(s *survey.Survey, p place) *describer {
	return &describer{Draft: leap.NewDraft(s, upgrade.Leap, upgrade.Liberty), config: read(s, p), place: p, name: p.name}
}

// app is Leap's application.
type app struct {
	path string // openable, may be missing
	ev   upgrade.Evidence
}

// proof finds Leap in a server: an application of its name or with builder.war, in the configuration or in dropins, or its data source.
func (d *describer) proof() *app {
	for _, it := range d.all("application", "enterpriseApplication", "webApplication") {
		location, name := d.expand(it.e.Attr("location")), d.expand(it.e.Attr("name"))
		path := d.appPath(location)
		if leap.IsLeapName(location) || leap.IsLeapName(name) || leap.IsLeapName(it.e.Attr("id")) || d.holdsBuilder(path) {
			attr := "location"
			if location == "" {
				attr = "name"
			}
			return &app{path, survey.AttrEvidence(it.doc, it.e, attr)}
		}
	}
	for _, dir := range []string{"dropins", "apps", "apps/expanded"} {
		at := d.Root.Under(d.place.dir, dir)
		for _, name := range append(d.Root.Entries(at, true), d.Root.Entries(at, false)...) {
			if path := d.Root.Under(at, name); name != "expanded" && (leap.IsLeapName(name) || d.holdsBuilder(path)) {
				return &app{path, upgrade.FileEvidence(path, 0, "an application of Leap's name")}
			}
		}
	}
	for _, it := range d.all("dataSource") {
		if d.expand(it.e.Attr("jndiName")) == jndiName {
			return &app{"", survey.AttrEvidence(it.doc, it.e, "jndiName")}
		}
	}
	return nil
}

func (d *describer) holdsBuilder(path string) bool {
	if path == "" {
		return false
	}
	_, err := d.Root.Stat(d.Root.Under(path, "builder.war"))
	return err == nil
}

// appPath finds an application: absolute, in apps, or expanded.
func (d *describer) appPath(location string) string {
	if location == "" {
		return ""
	}
	if strings.HasPrefix(location, "/") || filepath.IsAbs(location) || strings.Contains(location, `:\`) {
		return d.Root.Resolve(location)
	}
	for _, dir := range []string{"apps/expanded", "apps"} {
		if path := d.Root.Under(d.place.dir, dir, location); dir == "apps" || d.Root.IsDir(path) {
			return path
		}
	}
	return ""
}

func (d *describer) describe(ctx context.Context, proof *app) error {
	d.identity(proof)
	d.files()
	logs := d.logging()
	d.In.Nodes = append(d.In.Nodes, upgrade.Node{Name: d.name, Servers: []upgrade.Server{{
		Name: d.name, Type: "LIBERTY", HasLeap: proof != nil, Config: d.place.file, LogDir: logs.dir,
		PIDFile: d.Root.Under(d.user, "servers/.pid", d.name+".pid"),
	}}})
	d.Prove("nodes", upgrade.FileEvidence(d.place.file, 0, "the server's configuration"))
	hits, err := d.states(ctx, logs)
	if err != nil {
		return err
	}
	d.extensions(proof, hits)
	d.dataSource()
	d.FallBackTo(d.endpoint())
	return nil
}

func (d *describer) identity(proof *app) {
	d.In.ID = "leap-liberty-" + leap.Slug(d.name)
	d.In.Home = d.place.dir
	d.Prove("home", upgrade.FileEvidence(d.place.file, 0, "a Liberty server's configuration"))
	d.Prove("runtime", upgrade.FileEvidence(d.place.file, 0, "a Liberty server's configuration"))
	if proof == nil {
		d.Remark("Leap is not deployed here, or cannot be proven: no application of its name, no data source " + jndiName)
		return
	}
	d.Prove("product", proof.ev)
	if proof.path == "" {
		return
	}
	d.In.Program = proof.path
	d.Prove("program", proof.ev)
	if _, err := d.Root.Stat(proof.path); err != nil {
		d.Remark("the application is configured, but missing: " + proof.path)
		return
	}
	if version, ev := leap.EarVersion(d.Survey, proof.path); version != "" {
		d.In.Version = version
		d.Prove("version", ev)
	}
}

// files lists what a person may edit.
func (d *describer) files() {
	for _, file := range d.config.files {
		d.Settings(upgrade.SettingsFile{Path: file, Kind: "liberty-server", Server: d.name})
	}
	if file := d.Root.Under(d.place.dir, "bootstrap.properties"); d.Root.IsFile(file) {
		d.Settings(upgrade.SettingsFile{Path: file, Kind: "bootstrap", Server: d.name})
	}
}

func (d *describer) extensions(proof *app, hits map[string]logtail.Hit) {
	var fsp, jvm *leap.Setting
	fspPath := ""
	if proof != nil && d.Root.IsDir(proof.path) {
		path := leap.FSPPath(d.Survey, proof.path)
		fspPath = path
		d.Settings(upgrade.SettingsFile{Path: path, Kind: "fsp", Server: d.name})
		if fsp = leap.FSP(d.Survey, path); fsp != nil {
			fsp.Value = d.expand(fsp.Value)
		}
	}
	for _, line := range d.jvm {
		if v, ok := leap.JVMSetting(line.text, leap.JVMOption); ok {
			jvm = &leap.Setting{Value: d.expand(v), Evidence: line.ev}
		}
	}
	for _, name := range []string{"JVM_ARGS", "JAVA_TOOL_OPTIONS", "OPENJ9_JAVA_OPTIONS"} {
		if v, ok := leap.JVMSetting(d.env[name].text, leap.JVMOption); ok {
			jvm = &leap.Setting{Value: d.expand(v), Evidence: d.env[name].ev}
		}
	}
	var logged *logtail.Hit
	if hit, ok := hits[logtail.KeyExtensions]; ok {
		logged = &hit
	}
	if proof == nil && jvm == nil && logged == nil {
		return
	}
	native := leap.DefaultExtensions(d.Root.Windows())
	if own := d.Root.Under(d.place.dir, "customerExtensions"); d.Root.IsDir(own) {
		native = own // the vendor's container image has it beside server.xml
	}
	d.SetExtensions(d.Default(native, fspPath), fsp, jvm, logged)
	d.Configure("", d.name)
	if hit, ok := hits[logtail.KeyVersion]; ok && d.In.Version == "" {
		d.In.Version = logtail.VersionOf(hit.Text)
		d.Prove("version", survey.Line(hit.File, hit.Line, hit.Text))
	}
}

// endpoint is the server's address: of the default endpoint, else of the first; https when it has it. Ports that nothing sets are Liberty's defaults.
func (d *describer) endpoint() *leap.Endpoint {
	items := d.all("httpEndpoint")
	if len(items) == 0 {
		return nil
	}
	id := items[0].e.Attr("id")
	for _, it := range items {
		if it.e.Attr("id") == "defaultHttpEndpoint" {
			id = "defaultHttpEndpoint"
		}
	}
	ep := leap.Endpoint{Host: "localhost"}
	http, https := 9080, 9443
	for _, it := range items {
		if it.e.Attr("id") != id {
			continue
		}
		if h := d.expand(it.e.Attr("host")); h != "" && h != "*" && !strings.Contains(h, "${") {
			ep.Host = h
		}
		http, https = d.port(it, "httpPort", http), d.port(it, "httpsPort", https)
		ep.Evidence = survey.AttrEvidence(it.doc, it.e, "httpsPort")
	}
	ep.Port, ep.Secure = https, true
	if https <= 0 || !d.hasTLS() {
		ep.Port, ep.Secure = http, false
	}
	return &ep
}

func (d *describer) port(it item, attr string, usual int) int {
	text, ok := it.e.Lookup(attr)
	if !ok {
		return usual
	}
	n, err := strconv.Atoi(strings.TrimSpace(d.expand(text)))
	if err != nil {
		return usual
	}
	return n
}

// hasTLS tells whether the server can serve https: a port for it alone does nothing.
func (d *describer) hasTLS() bool {
	if len(d.all("keyStore", "ssl", "sslDefault")) > 0 {
		return true
	}
	for _, it := range d.all("featureManager") {
		for _, f := range it.e.All("feature") {
			name := strings.ToLower(f.Text)
			for _, with := range []string{"ssl", "transportsecurity", "webprofile", "javaee", "jakartaee", "appsecurity"} {
				if strings.HasPrefix(name, with) {
					return true
				}
			}
		}
	}
	return false
}
