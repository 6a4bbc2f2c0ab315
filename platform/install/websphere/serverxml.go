package websphere

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// Defaults of a server's logs, when server.xml does not say: megabytes and rotated siblings.
const (
	defaultLogMB   = 1
	defaultTraceMB = 20
	defaultBackups = 5
)

// serverLogs describes a server's logs and looks into them for what is in force now.
func (d *describer) serverLogs(ctx context.Context, sv *server) (leap.TraceFact, map[string]logtail.Hit, error) {
	fact := leap.TraceFact{Server: sv.Name}
	if !sv.node.local { // its configuration is here, its logs are not
		if doc := d.XML(sv.node.serverXML(sv.Name)); doc != nil {
			fact.Configured, fact.ConfigEv = configuredTrace(doc)
		}
		return fact, nil, nil
	}
	var main string
	if d.XML(sv.node.serverXML(sv.Name)) == nil {
		d.Remark("the configuration of server " + sv.Name + " cannot be read: its trace and logs are not known from it")
	}
	if doc := d.XML(sv.node.serverXML(sv.Name)); doc != nil {
		logs := streams(doc, sv.node.vars(d.Survey, sv.Name))
		fact.Configured, fact.ConfigEv = configuredTrace(doc)
		hpel := d.hpel(sv)
		if hpel != nil {
			logs = nil // what lies there in text is of the time before
		}
		for _, l := range logs {
			log := l.logFile(d.Survey, sv)
			d.Log(log, l.evidence)
			if l.role == "main" {
				main = log.Path
			}
		}
		if hpel != nil {
			d.hpelLog(sv, hpel)
			if spec := hpel.element.Attr("startupTraceSpec"); spec != "" {
				fact.Configured, fact.ConfigEv = spec, survey.AttrEvidence(hpel.doc, hpel.element, "startupTraceSpec")
			}
			return fact, nil, nil
		}
	}
	if main == "" {
		main = d.Root.Under(d.logDir(sv), "SystemOut.log")
		if d.Root.IsFile(main) {
			d.Log(upgrade.LogFile{Path: main, Format: "was-basic", Mode: upgrade.LogText, Role: "main", Node: sv.node.Name, Server: sv.Name},
				upgrade.FileEvidence(main, 0, "found at the usual place"))
		}
	}
	needles := []logtail.Needle{logtail.TraceState(), logtail.ExtensionsFolder()}
	if d.In.Version == "" {
		needles = append(needles, logtail.LeapVersion())
	}
	hits, err := logtail.Last(ctx, d.Root, logtail.Stream(d.Root, main), needles)
	if err != nil && ctx.Err() != nil {
		return fact, hits, err
	}
	d.Problem(main, err)
	if hit, ok := hits[logtail.KeyTrace]; ok {
		fact.SetRunning(hit)
	}
	return fact, hits, nil
}

// stream is a log as server.xml has it.
type stream struct {
	role, file, format string
	bytes              int64
	backups            int
	evidence           upgrade.Evidence
}

func (l stream) logFile(s *survey.Survey, sv *server) upgrade.LogFile {
	path := s.Root.Resolve(l.file)
	return upgrade.LogFile{Path: path, Format: l.format, Mode: upgrade.LogText, Role: l.role, Node: sv.node.Name, Server: sv.Name,
		RolloverBytes: l.bytes, RolloverFiles: l.backups}
}

// streams reads the logs of a server.xml; a path whose variables are unknown is left as it is.
func streams(doc *xmlscan.Document, vars Vars) []stream {
	var all []stream
	for _, kind := range []struct{ element, role, format string }{
		{"outputStreamRedirect", "main", "was-basic"}, {"errorStreamRedirect", "error", "was-basic"}, {"traceLog", "trace", "was-trace"},
	} {
		e := doc.Root.First(kind.element)
		if e == nil || e.Attr("fileName") == "" {
			continue
		}
		l := stream{role: kind.role, format: kind.format, file: vars.Expand(e.Attr("fileName")), evidence: survey.AttrEvidence(doc, e, "fileName")}
		if strings.EqualFold(e.Attr("messageFormatKind"), "ADVANCED") || strings.EqualFold(e.Parent.Attr("traceFormat"), "ADVANCED") {
			l.format = "was-advanced"
		}
		mb := defaultLogMB
		if kind.role == "trace" {
			mb = defaultTraceMB
		}
		l.backups = number(e, "maxNumberOfBackupFiles", defaultBackups)
		if t := strings.ToUpper(e.Attr("rolloverType")); t != "NONE" && t != "TIME" {
			l.bytes = int64(number(e, "rolloverSize", mb)) << 20
		} else if t == "NONE" {
			l.backups = 0
		}
		all = append(all, l)
	}
	return all
}

func number(e *xmlscan.Element, attr string, usual int) int {
	n, err := strconv.Atoi(strings.TrimSpace(e.Attr(attr)))
	if err != nil || n < 0 || n > 1<<20 {
		return usual
	}
	return n
}

// configuredTrace reads the trace specification that a server starts with.
func configuredTrace(doc *xmlscan.Document) (string, upgrade.Evidence) {
	for _, e := range doc.Root.All("services") {
		if strings.HasSuffix(e.Type(), ":TraceService") || strings.HasSuffix(e.Type(), "TraceService") {
			if strings.EqualFold(e.Attr("enable"), "false") {
				return "*=info", survey.AttrEvidence(doc, e, "enable")
			}
			return e.Attr("startupTraceSpecification"), survey.AttrEvidence(doc, e, "startupTraceSpecification")
		}
	}
	return "", upgrade.Evidence{}
}

// hpelModel is the server's High Performance Extensible Logging, when it is on: its log is binary then.
type hpelModel struct {
	doc     *xmlscan.Document
	element *xmlscan.Element
}

func (d *describer) hpel(sv *server) *hpelModel {
	doc := d.XML(d.Root.Under(sv.node.Dir, "servers", sv.Name, "hpelModel.xml"))
	if doc == nil {
		return nil
	}
	var on *hpelModel
	doc.Root.Each(func(e *xmlscan.Element) bool {
		name := strings.ToLower(e.Local() + " " + e.Type())
		if strings.Contains(name, "highperformanceextensiblelogging") && strings.EqualFold(e.Attr("enable"), "true") {
			on = &hpelModel{doc, e}
		}
		return on == nil
	})
	return on
}

func (d *describer) hpelLog(sv *server, h *hpelModel) {
	dir := d.logDir(sv)
	for _, kind := range []struct{ element, folder, role string }{{"hpelLog", "logdata", "main"}, {"hpelTrace", "tracedata", "trace"}} {
		at := dir
		if e := h.element.First(kind.element); e != nil && e.Attr("dataDirectory") != "" {
			if v := sv.node.vars(d.Survey, sv.Name).Expand(e.Attr("dataDirectory")); expanded(v) {
				at = d.Root.Resolve(v)
			}
		}
		d.Log(upgrade.LogFile{Path: d.Root.Under(at, kind.folder), Format: "hpel", Mode: upgrade.LogHPEL, Role: kind.role, Node: sv.node.Name, Server: sv.Name},
			survey.AttrEvidence(h.doc, h.element, "enable"))
	}
	viewer := filepath.Join(sv.node.profile.Dir, "bin", "logViewer.sh")
	if d.Root.Windows() {
		viewer = filepath.Join(sv.node.profile.Dir, "bin", "logViewer.bat")
	}
	d.Remark("server " + sv.Name + " writes its log in binary form (HPEL); SystemOut.log does not grow. Read it with " + viewer)
}

// jvmSetting is the extensions directory as the server's JVM gets it: from its system properties, which come last, else from its arguments.
func (sv *server) jvmSetting(s *survey.Survey) *leap.Setting {
	doc := s.XML(sv.node.serverXML(sv.Name))
	if doc == nil {
		return nil
	}
	return jvmOption(doc, sv.node.vars(s, sv.Name))
}

func jvmOption(doc *xmlscan.Document, vars Vars) *leap.Setting {
	var set *leap.Setting
	for _, e := range doc.Root.All("jvmEntries") {
		if v, ok := leap.JVMSetting(e.Attr("genericJvmArguments"), leap.JVMOption); ok {
			set = &leap.Setting{Value: vars.Expand(v), Evidence: survey.AttrEvidence(doc, e, "genericJvmArguments")}
		}
		for _, p := range e.Children {
			if p.Local() == "systemProperties" && p.Attr("name") == leap.JVMOption && p.Attr("value") != "" {
				set = &leap.Setting{Value: vars.Expand(p.Attr("value")), Evidence: survey.AttrEvidence(doc, p, "value")}
			}
		}
	}
	return set
}
