package domino

import (
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/trace"
)

type describer struct {
	*leap.Draft
	sv   *server
	jar  string // the plug-in, "" when missing
	link string // "" when missing
	volt string // data/volt, "" when missing
}

func newDescriber(s *survey.Survey, sv *server) *describer {
	d := &describer{Draft: leap.NewDraft(s, upgrade.DominoLeap, upgrade.Domino), sv: sv}
	if sv.data != "" {
		if dir := d.Root.Under(sv.data, "volt"); d.Root.IsDir(dir) {
			d.volt = dir
		}
	}
	if sv.program != "" {
		d.jar = d.plugin()
		if file := d.Root.Under(sv.program, linkPath); d.Root.IsFile(file) {
			d.link = file
		}
	}
	return d
}

// hasLeap tells whether there is anything of Domino Leap: data, plug-ins or the link to them.
func (d *describer) hasLeap() bool {
	return d.volt != "" || d.link != "" || d.jar != "" || (d.sv.program != "" && d.Root.IsDir(d.Root.Under(d.sv.program, voltDir)))
}

// jarName is the plug-in's: dleap_1.1.6.jar, dleap_1.1.8.202401151200.jar.
var jarName = lazyregexp.New(`(?i)^dleap[\w.-]*?_(\d+(?:\.\d+)*)[\w.-]*$`)

var plainVersion = lazyregexp.New(`^\d+(\.\d+)+$`)

// plugin finds the newest plug-in.
func (d *describer) plugin() string {
	dir := d.Root.Under(d.sv.program, pluginDir)
	var found []string
	for _, name := range append(d.Root.Entries(dir, false), d.Root.Entries(dir, true)...) {
		if strings.HasPrefix(strings.ToLower(name), "dleap") {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return ""
	}
	sort.Slice(found, func(i, j int) bool { return older(versionOf(found[i]), versionOf(found[j])) })
	if len(found) > 1 {
		d.Remark("several plug-ins, the newest counts: " + strings.Join(found, ", "))
	}
	return d.Root.Under(dir, found[len(found)-1])
}

// versionOf is the version in a plug-in's name, without the build's qualifier.
func versionOf(jar string) string {
	m := jarName.FindStringSubmatch(strings.TrimSuffix(jar, ".jar"))
	if m == nil {
		return ""
	}
	parts := strings.Split(m[1], ".")
	if n := len(parts); n > 3 && len(parts[n-1]) >= 6 { // a time stamp
		parts = parts[:n-1]
	}
	return strings.Join(parts, ".")
}

// older compares versions number by number.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := 0; i < len(x) && i < len(y); i++ {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return len(x) < len(y)
}

func (d *describer) describe() {
	d.identity()
	d.program()
	d.node()
	d.files()
	d.logs()
	d.trace()
	d.states()
}

func (d *describer) identity() {
	home := firstOf(d.sv.program, d.sv.data)
	d.In.Home, d.In.Data, d.In.AppData = home, d.sv.data, d.volt
	name := filepath.Base(firstOf(d.sv.data, home))
	d.In.ID = "domino-leap-" + leap.Slug(name)
	d.Prove("home", d.sv.programEv)
	d.Prove("home", d.sv.dataEv)
	d.Prove("data", d.sv.dataEv)
	if d.volt != "" {
		ev := upgrade.FileEvidence(d.volt, 0, "Leap's data folder")
		d.Prove("app_data", ev)
		d.Prove("product", ev)
	}
	if d.sv.ini != nil {
		d.Prove("runtime", upgrade.FileEvidence(d.sv.ini.file, 0, "a Domino server's notes.ini"))
	}
	d.Prove("runtime", d.sv.programEv)
	d.Prove("runtime", d.sv.dataEv)
	if e, ok := d.sv.ini.get("KitType"); ok && e.value == "1" {
		d.Remark("notes.ini line " + strconv.Itoa(e.line) + " says that this is a Notes client (KitType=1), not a server")
	}
}

// program describes the plug-ins: osgi/volt, the jar with the version, the link by which Domino finds them.
func (d *describer) program() {
	dir := ""
	if d.sv.program != "" {
		dir = d.Root.Under(d.sv.program, voltDir)
	}
	if dir != "" && d.Root.IsDir(dir) {
		d.In.Program = dir
		d.Prove("program", upgrade.FileEvidence(dir, 0, "Leap's program folder"))
	}
	if d.jar != "" {
		ev := upgrade.FileEvidence(d.jar, 0, filepath.Base(d.jar))
		d.Prove("product", ev)
		if d.In.Version = versionOf(filepath.Base(d.jar)); d.In.Version != "" {
			d.In.Evidence["version"] = ev
		}
	}
	d.containerVersion()
	if d.link != "" {
		d.In.LinkFile = d.link
		d.Settings(upgrade.SettingsFile{Path: d.link, Kind: "volt-link"})
		d.readLink(dir)
	}
	switch {
	case !d.hasLeap():
		d.Remark("Domino Leap is not installed here, or cannot be proven: neither " + voltDir + " nor data/volt")
	case d.jar == "" && d.volt != "":
		d.Remark("data/volt exists, but Leap's plug-in (" + pluginDir + "/dleap*.jar) is missing: a Domino installer removes it; install Domino Leap again")
	case d.jar != "" && d.link == "":
		d.Remark("Leap's plug-in is there, but " + linkPath + " is missing: Domino does not load it")
	case d.jar != "" && d.volt == "" && d.sv.data != "":
		d.Remark("Leap's plug-in is there, but there is no volt folder in " + d.sv.data + ": Leap was not set up yet")
	}
}

// containerVersion takes the version from the file that the community's container image leaves beside the data, when no plug-in tells it.
func (d *describer) containerVersion() {
	if d.In.Version != "" || d.sv.data == "" {
		return
	}
	file := d.Root.Under(d.sv.data, "leap_ver.txt")
	data, err := d.Root.ReadFile(file)
	if err != nil {
		d.Problem(file, err)
		return
	}
	text, _, _ := strings.Cut(strings.TrimSpace(string(data)), "\n")
	if plainVersion.MatchString(text) {
		d.In.Version = text
		d.Prove("version", survey.Line(file, 1, text))
	}
}

func (d *describer) readLink(dir string) {
	data, err := d.Root.ReadFile(d.link)
	if err != nil {
		d.Problem(d.link, err)
		return
	}
	for i, line := range strings.Split(string(data), "\n") {
		path, ok := strings.CutPrefix(strings.TrimSpace(line), "path=")
		if !ok {
			continue
		}
		ev := survey.Line(d.link, i+1, line)
		d.Prove("link_file", ev)
		target := d.Root.Resolve(strings.ReplaceAll(path, `\\`, `\`))
		if target != dir && !rootfs.Same(target, dir) && !d.Root.Same(target, dir) {
			d.Remark("volt.link points to " + path + ", not to " + dir)
		}
	}
}

// node tells the Domino server as the one server of its one node.
func (d *describer) node() {
	name := "domino"
	ev := upgrade.Evidence{}
	if e, ok := d.sv.ini.get("ServerName"); ok {
		name, ev = e.value, survey.Line(d.sv.ini.file, e.line, e.text)
	}
	sv := upgrade.Server{Name: name, Type: "DOMINO", HasLeap: d.hasLeap()}
	if d.sv.ini != nil {
		sv.Config = d.sv.ini.file
	}
	if d.sv.data != "" {
		sv.LogDir = d.Root.Under(d.sv.data, "domino/workspace/logs")
		sv.PIDFile = d.Root.Under(d.sv.data, "pid.nbf")
	}
	d.In.Nodes = append(d.In.Nodes, upgrade.Node{Name: name, Servers: []upgrade.Server{sv}})
	d.Prove("nodes", ev)
	d.Prove("nodes", d.sv.dataEv)
	d.Prove("nodes", d.sv.programEv)
}

func (d *describer) workspace(rel string) string {
	return d.Root.Under(d.sv.data, "domino/workspace", rel)
}

func (d *describer) files() {
	if d.sv.ini != nil {
		d.Settings(upgrade.SettingsFile{Path: d.sv.ini.file, Kind: "notes-ini"})
	}
	if d.sv.data != "" {
		d.Settings(upgrade.SettingsFile{Path: d.workspace(".config/rcpinstall.properties"), Kind: "rcpinstall"})
	}
}

// handlers are how many files of how many bytes the OSGi workspace keeps, by default.
const (
	handlerFiles = 6
	handlerBytes = 4000000
)

func (d *describer) logs() {
	if d.sv.data == "" {
		return
	}
	dir, ev := d.Root.Under(d.sv.data, "IBM_TECHNICAL_SUPPORT"), upgrade.FileEvidence(d.sv.data, 0, "below the data folder, where Domino writes its console")
	if e, ok := d.sv.ini.get("logfile_dir"); ok {
		dir, ev = d.sv.resolve(d.Root, e.value), survey.Line(d.sv.ini.file, e.line, e.text)
	}
	console := upgrade.LogFile{Path: d.Root.Under(dir, "console.log"), Format: "domino-console", Mode: upgrade.LogText, Role: "main"}
	if e, ok := d.sv.ini.get("Console_Log_Max_Kbytes"); ok {
		if n, err := strconv.ParseInt(e.value, 10, 64); err == nil && n > 0 && n < 1<<40 {
			console.RolloverBytes = n << 10
		}
	}
	d.Log(console, ev)
	for _, l := range []upgrade.LogFile{
		{Path: d.workspace("logs/error-log-0.xml"), Format: "cbe", Role: "error", RolloverBytes: handlerBytes, RolloverFiles: handlerFiles - 1},
		{Path: d.workspace("logs/trace-log-0.xml"), Format: "cbe", Role: "trace", RolloverBytes: handlerBytes, RolloverFiles: handlerFiles - 1},
		{Path: d.workspace(".metadata/.log"), Format: "eclipse", Role: "error"},
	} {
		l.Mode = upgrade.LogText
		d.Log(l, ev)
	}
}

// trace reads the logger levels of the OSGi workspace; no line in a log tells which are in force.
func (d *describer) trace() {
	if d.sv.data == "" {
		return
	}
	file := d.workspace(".config/rcpinstall.properties")
	p := leap.Properties(d.Survey, file)
	if p == nil {
		d.Prove("trace", upgrade.FileEvidence(file, 0, "not there: no trace strings are set"))
		return
	}
	spec := trace.Spec{}
	fact := leap.TraceFact{Server: "domino", ConfigEv: upgrade.FileEvidence(file, 0, "no logger of Leap is traced")}
	for _, key := range p.Keys() {
		e, _ := p.Get(key)
		c, ok := trace.FromLogger(key, e.Value)
		if !ok {
			continue
		}
		was := spec.On()
		spec.Add(c)
		if spec.On() && !was {
			fact.ConfigEv = survey.Line(file, e.Line, p.LineText(e.Line))
		}
	}
	if len(spec.Components) > 0 {
		fact.Configured = spec.String()
	}
	d.SetTrace([]leap.TraceFact{fact})
}
