package websphere

import (
	"context"
	"strconv"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

func itoa(n int) string { return strconv.Itoa(n) }

// describer fills in the description of one cell's Leap.
type describer struct {
	*leap.Draft
	site *site
	ears []*ear
}

// here are the servers to describe: those of Leap whose node is on this file system; on a deployment manager's machine, those of the nodes
// elsewhere, of which the configuration is here; without Leap, all application servers.
func (d *describer) here() []*server {
	var local, remote []*server
	for _, e := range d.ears {
		if e.node.local {
			local = append(local, e.servers...)
		} else {
			remote = append(remote, e.servers...)
		}
	}
	if len(d.ears) > 0 {
		if len(local) > 0 {
			return local
		}
		return remote
	}
	for _, n := range d.site.nodes {
		for _, sv := range n.servers {
			if sv.Type == "APPLICATION_SERVER" || sv.Type == "" {
				local = append(local, sv)
			}
		}
	}
	return local
}

func (d *describer) describe(ctx context.Context) error {
	d.identity()
	d.topology()
	d.program()
	servers := d.here()
	var hits map[string]logtail.Hit
	var traces []leap.TraceFact
	for _, sv := range servers {
		fact, found, err := d.serverLogs(ctx, sv)
		if err != nil {
			return err
		}
		traces = append(traces, fact)
		if hits == nil || hits[logtail.KeyExtensions].File == "" {
			hits = found
		}
	}
	d.SetTrace(traces)
	d.compareNodes(servers)
	d.extensions(servers, hits)
	d.dataSource(servers)
	d.addresses(servers)
	d.masterFiles()
	return nil
}

// identity tells what it is and where.
func (d *describer) identity() {
	home := d.site.nodes[0].profile
	if len(d.ears) > 0 {
		home = d.ears[0].node.profile
		d.Prove("product", d.ears[0].evidence)
	} else {
		d.Remark("Leap is not deployed here, or cannot be proven: no application of its name, no .ear that holds builder.war")
	}
	d.In.ID = "leap-was-" + leap.Slug(d.site.name)
	d.In.Home = home.Dir
	d.In.Cell = d.site.name
	d.Prove("home", home.Evidence)
	d.Prove("runtime", home.Evidence)
	d.Prove("cell", upgrade.FileEvidence(d.site.cells[0].Dir, 0, "the cell's folder"))
}

// topology lists nodes and servers, those of other machines too.
func (d *describer) topology() {
	for _, n := range d.site.nodes {
		out := upgrade.Node{Name: n.Name, Host: n.Host, Servers: []upgrade.Server{}}
		if n.local {
			out.Profile = n.profile.Dir
		}
		for _, sv := range n.servers {
			u := upgrade.Server{Name: sv.Name, Type: sv.Type, HasLeap: d.hasLeap(sv)}
			if d.Root.IsFile(n.serverXML(sv.Name)) {
				u.Config = n.serverXML(sv.Name)
			}
			if n.local {
				u.LogDir = d.logDir(sv)
				u.PIDFile = d.Root.Under(u.LogDir, sv.Name+".pid")
			}
			out.Servers = append(out.Servers, u)
		}
		d.In.Nodes = append(d.In.Nodes, out)
		if len(n.servers) > 0 {
			d.Prove("nodes", n.servers[0].evidence)
		}
		d.Prove("nodes", n.hostEv)
		if !n.local && d.leapOn(n) {
			d.Remark("Leap also runs on node " + n.Name + " (host " + n.Host + "), which is not on this machine: look there too")
		}
	}
}

func (d *describer) leapOn(n *node) bool {
	for _, e := range d.ears {
		if e.node == n {
			return true
		}
	}
	return false
}

func (d *describer) hasLeap(sv *server) bool {
	for _, e := range d.ears {
		for _, x := range e.servers {
			if x == sv {
				return true
			}
		}
	}
	return false
}

// logDir is the folder of the server's SystemOut.log.
func (d *describer) logDir(sv *server) string {
	vars := sv.node.vars(d.Survey, sv.Name)
	if dir := vars.Expand("${SERVER_LOG_ROOT}"); expanded(dir) {
		return d.Root.Resolve(dir)
	}
	return d.Root.Under(sv.node.profile.Dir, "logs", sv.Name)
}

// program describes the installed .ear: its folder, version, and fsp.properties.
func (d *describer) program() {
	for _, e := range d.ears {
		if !e.node.local {
			continue
		}
		if _, err := d.Root.Stat(e.dir); err != nil {
			d.Remark(e.name + " is deployed on " + e.node.Name + ", but its folder is missing: " + e.dir)
			d.Problem(e.dir, err)
			continue
		}
		version, ev := leap.EarVersion(d.Survey, e.dir)
		if d.In.Program == "" {
			d.In.Program = e.dir
			d.Prove("program", upgrade.FileEvidence(e.dir, 0, "the installed application"))
		}
		if d.In.Version == "" && version != "" {
			d.In.Version = version
			d.Prove("version", ev)
		} else if version != "" && version != d.In.Version {
			d.Remark("versions differ: " + e.dir + " is " + version + ", elsewhere it is " + d.In.Version)
		}
	}
}

// extensions tells the extensions directory, from all of Leap's servers here; they should agree.
func (d *describer) extensions(servers []*server, hits map[string]logtail.Hit) {
	var fsp, jvm *leap.Setting
	windows, fspPath := d.Root.Windows(), ""
	for _, e := range d.ears {
		if e.node.local && e.dir != "" {
			path := leap.FSPPath(d.Survey, e.dir)
			fspPath = path
			d.Settings(upgrade.SettingsFile{Path: path, Kind: "fsp", Node: e.node.Name})
			if set := leap.FSP(d.Survey, path); set != nil && fsp == nil {
				fsp = set
			}
		}
		windows = windows || rootfs.IsWindowsPath(e.node.profile.Native)
	}
	for _, sv := range servers {
		d.Settings(upgrade.SettingsFile{Path: sv.node.serverXML(sv.Name), Kind: "was-server", Node: sv.node.Name, Server: sv.Name})
		set := sv.jvmSetting(d.Survey)
		if set == nil {
			continue
		}
		if jvm == nil {
			jvm = set
		} else if jvm.Value != set.Value {
			d.Remark("servers differ in the JVM option " + leap.JVMOption + ": " + sv.Name + " has " + set.Value)
		}
	}
	var logged *logtail.Hit
	if hit, ok := hits[logtail.KeyExtensions]; ok {
		logged = &hit
	}
	if len(d.ears) == 0 && fsp == nil && jvm == nil && logged == nil {
		return // no Leap, so nothing has an extensions directory
	}
	d.SetExtensions(d.Default(leap.DefaultExtensions(windows), fspPath), fsp, jvm, logged)
	for _, e := range d.ears {
		d.Configure(e.node.Name, "")
	}
	if len(d.ears) == 0 {
		d.Configure("", "")
	}
	if hit, ok := hits[logtail.KeyVersion]; ok && d.In.Version == "" {
		d.In.Version = logtail.VersionOf(hit.Text)
		d.Prove("version", survey.Line(hit.File, hit.Line, hit.Text))
	}
}

// compareNodes looks at Leap's servers on other machines, as far as this machine has their configuration: a deployment manager has it.
func (d *describer) compareNodes(here []*server) {
	if len(here) == 0 || len(d.ears) == 0 {
		return
	}
	own := here[0].jvmSetting(d.Survey)
	for _, e := range d.ears {
		for _, sv := range e.servers {
			doc := d.XML(sv.node.serverXML(sv.Name))
			if e.node.local || doc == nil {
				continue
			}
			who := "server " + sv.Name + " on node " + sv.node.Name
			if spec, _ := configuredTrace(doc); spec != d.In.Trace.Configured {
				d.Remark(who + " is configured to trace " + spec)
			}
			if set := sv.jvmSetting(d.Survey); valueOf(set) != valueOf(own) {
				d.Remark(who + " has another JVM option " + leap.JVMOption + ": \"" + valueOf(set) + "\" instead of \"" + valueOf(own) + "\"")
			}
		}
	}
	if d.site.managed() {
		d.Remark("the deployment manager keeps the configuration of this cell: what is changed in a node's copy is lost when the node synchronizes")
	}
}

// masterFiles adds the deployment manager's copies of the configuration of Leap's servers: what is changed there reaches the nodes.
func (d *describer) masterFiles() {
	for _, c := range d.site.cells {
		if !c.isManager() {
			continue
		}
		for _, e := range d.ears {
			for _, sv := range e.servers {
				file := c.path("nodes", sv.node.Name, "servers", sv.Name, "server.xml")
				if d.Root.IsFile(file) {
					d.Settings(upgrade.SettingsFile{Path: file, Kind: "was-server", Node: sv.node.Name, Server: sv.Name})
				}
			}
		}
	}
}

func valueOf(set *leap.Setting) string {
	if set == nil {
		return ""
	}
	return set.Value
}

// addresses is the base URL when serverURI does not tell it: the virtual host's port of a server that has Leap.
func (d *describer) addresses(servers []*server) {
	for _, sv := range servers {
		d.Settings(upgrade.SettingsFile{Path: sv.node.indexPath(), Kind: "serverindex", Node: sv.node.Name})
		if len(d.ears) > 0 {
			for _, e := range sv.endpointList(d.Survey) {
				d.FallBackTo(e)
			}
		}
	}
}

// endpointList gives the addresses of the default virtual host, the one with TLS first.
func (sv *server) endpointList(s *survey.Survey) []*leap.Endpoint {
	return sv.endpointsWith(sv.node.vars(s, sv.Name))
}

func (sv *server) endpointsWith(vars Vars) (list []*leap.Endpoint) {
	for _, name := range []string{"WC_defaulthost_secure", "WC_defaulthost"} {
		ep, ok := sv.endpoints[name]
		port, err := strconv.Atoi(ep.port)
		if !ok || err != nil || port <= 0 {
			continue
		}
		host := vars.Expand(ep.host)
		if host == "" || host == "*" || !expanded(host) {
			host = sv.node.Host
		}
		if host == "" {
			host = "localhost"
		}
		list = append(list, &leap.Endpoint{Host: host, Port: port, Secure: name == "WC_defaulthost_secure", Evidence: ep.evidence})
	}
	return list
}
