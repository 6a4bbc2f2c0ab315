package liberty

import (
	"context"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/logtail"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// setting is one of Liberty's logging settings, which can be set in three places; the configuration wins over bootstrap.properties, and that over
// the environment.
func (d *describer) setting(attr, bootstrap, env string) (value, bool) {
	if v, ok := d.attr("logging", attr); ok {
		return v, true
	}
	if v, ok := d.bootstrap[bootstrap]; ok {
		return value{d.expand(v.text), v.ev}, true
	}
	if v, ok := d.env[env]; ok && env != "" {
		return v, true
	}
	return value{}, false
}

// logSet is where a server logs.
type logSet struct {
	dir, messages string
}

const (
	defaultMB    = 20
	defaultFiles = 2 // the base file counts
)

// logging describes messages.log, trace.log and console.log.
func (d *describer) logging() logSet {
	ev := upgrade.FileEvidence(d.place.file, 0, "no <logging> sets anything else: Liberty's defaults")
	dir := d.Root.Under(d.outputDir(), "logs")
	if v, ok := d.setting("logDirectory", "com.ibm.ws.logging.log.directory", "LOG_DIR"); ok && v.text != "" && !strings.Contains(v.text, "${") {
		dir, ev = d.Root.Resolve(v.text), v.ev
	}
	name := "messages.log"
	if v, ok := d.setting("messageFileName", "com.ibm.ws.logging.message.file.name", "WLP_LOGGING_MESSAGE_FILE_NAME"); ok && v.text != "" {
		name, ev = v.text, v.ev
	}
	format, mode := "liberty", upgrade.LogText
	if v, ok := d.setting("messageFormat", "com.ibm.ws.logging.message.format", "WLP_LOGGING_MESSAGE_FORMAT"); ok && strings.EqualFold(v.text, "json") {
		format, mode, ev = "liberty-json", upgrade.LogJSON, v.ev
	}
	size := d.size("maxFileSize", "com.ibm.ws.logging.max.file.size", "WLP_LOGGING_MAX_FILE_SIZE", defaultMB, &ev)
	files := d.size("maxFiles", "com.ibm.ws.logging.max.files", "WLP_LOGGING_MAX_FILES", defaultFiles, &ev)
	out := logSet{dir: dir, messages: d.Root.Under(dir, name)}
	d.Log(upgrade.LogFile{Path: out.messages, Format: format, Mode: mode, Role: "main", Server: d.name,
		RolloverBytes: int64(size) << 20, RolloverFiles: max(0, files-1)}, ev)
	trace := "trace.log"
	if v, ok := d.setting("traceFileName", "com.ibm.ws.logging.trace.file.name", "WLP_LOGGING_TRACE_FILE_NAME"); ok && v.text != "" {
		trace = v.text
	}
	if !strings.EqualFold(trace, "stdout") && !strings.EqualFold(trace, "stderr") {
		d.Log(upgrade.LogFile{Path: d.Root.Under(dir, trace), Format: "liberty", Mode: upgrade.LogText, Role: "trace", Server: d.name,
			RolloverBytes: int64(size) << 20, RolloverFiles: max(0, files-1)}, ev)
	}
	if console := d.Root.Under(dir, "console.log"); d.Root.IsFile(console) {
		d.Log(upgrade.LogFile{Path: console, Format: "liberty-console", Mode: upgrade.LogText, Role: "console", Server: d.name}, ev)
	}
	return out
}

// size reads a number of the rollover; a value that is none counts as not set. ev becomes its place when nothing better is known yet.
func (d *describer) size(attr, bootstrap, env string, usual int, ev *upgrade.Evidence) int {
	v, ok := d.setting(attr, bootstrap, env)
	n, err := strconv.Atoi(strings.TrimSpace(v.text))
	if !ok || err != nil || n < 0 || n > 1<<20 {
		return usual
	}
	if ev.Line == 0 {
		*ev = v.ev
	}
	return n
}

// states tells trace, configured and running, and gives what else the log tells.
func (d *describer) states(ctx context.Context, logs logSet) (map[string]logtail.Hit, error) {
	fact := leap.TraceFact{Server: d.name}
	if v, ok := d.setting("traceSpecification", "com.ibm.ws.logging.trace.specification", "WLP_LOGGING_TRACE_SPECIFICATION"); ok {
		fact.Configured, fact.ConfigEv = v.text, v.ev
	} else {
		fact.Configured = "*=info"
		fact.ConfigEv = upgrade.FileEvidence(d.place.file, 0, "no trace specification in the configuration: Liberty's default")
	}
	hits, err := d.search(ctx, logs)
	if err != nil {
		return nil, err
	}
	if hit, ok := hits[logtail.KeyTrace]; ok {
		fact.SetRunning(hit)
	} else if hit, ok := hits[keyStart]; ok {
		fact.Running = "*=info"
		fact.RunningEv = survey.Line(hit.File, hit.Line, hit.Text)
	}
	d.SetTrace([]leap.TraceFact{fact})
	return hits, nil
}

const keyStart = "start"

// search reads the log and its siblings from the end to the last start of the server: a trace state of the time before it counts no more.
func (d *describer) search(ctx context.Context, logs logSet) (map[string]logtail.Hit, error) {
	found := map[string]logtail.Hit{}
	start := logtail.Needle{Key: keyStart, Marks: []string{"CWWKE0001I"}}
	needles := []logtail.Needle{start, logtail.TraceState(), logtail.ExtensionsFolder()}
	if d.In.Version == "" {
		needles = append(needles, logtail.LeapVersion())
	}
	for _, file := range logtail.Stream(d.Root, logs.messages) {
		hits, err := logtail.Last(ctx, d.Root, []string{file}, needles)
		if err != nil {
			if ctx.Err() != nil {
				return found, err
			}
			d.Problem(file, err)
		}
		for key, hit := range hits {
			if _, ok := found[key]; !ok {
				found[key] = hit
			}
		}
		if _, started := found[keyStart]; started {
			break
		}
	}
	if found[logtail.KeyExtensions].File == "" {
		delete(found, logtail.KeyExtensions)
	}
	return found, nil
}
