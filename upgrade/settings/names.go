package settings

import (
	"path"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Name is a clear name of a setting that a server keeps under a long path or a key of its own.
type Name struct {
	Name    string `json:"name"`
	Key     string `json:"key"` // path or key in the file
	Meaning string `json:"meaning"`
}

const jvmArguments = "jvmEntries/@genericJvmArguments"

// optionPrefix begins the name of one -D option among the arguments of WebSphere's Java process: jvm-option.fsp.extensions.dirs.
const optionPrefix = "jvm-option."

var wasNames = []Name{
	{"trace-specification", "services[@xmi:type='traceservice:TraceService']/@startupTraceSpecification", "Trace strings from the next start on"},
	{"jvm-arguments", jvmArguments, "Options of the Java process; " + optionPrefix + "NAME is one -DNAME=VALUE of them"},
	{"heap-initial-mb", "jvmEntries/@initialHeapSize", "Heap at the start, MB"},
	{"heap-maximum-mb", "jvmEntries/@maximumHeapSize", "Largest heap, MB"},
	{"system-out.rollover-mb", "outputStreamRedirect/@rolloverSize", "Size at which SystemOut.log rolls over, MB"},
	{"system-out.rollover-files", "outputStreamRedirect/@maxNumberOfBackupFiles", "Rolled files of SystemOut.log that are kept"},
	{"system-err.rollover-mb", "errorStreamRedirect/@rolloverSize", "Size at which SystemErr.log rolls over, MB"},
	{"system-err.rollover-files", "errorStreamRedirect/@maxNumberOfBackupFiles", "Rolled files of SystemErr.log that are kept"},
	{"trace-log.rollover-mb", "traceLog/@rolloverSize", "Size at which trace.log rolls over, MB"},
	{"trace-log.rollover-files", "traceLog/@maxNumberOfBackupFiles", "Rolled files of trace.log that are kept"},
}

var libertyNames = []Name{
	{"trace-specification", "logging/@traceSpecification", "Trace strings; bootstrap.properties may set them too"},
	{"messages.rollover-mb", "logging/@maxFileSize", "Size at which messages.log rolls over, MB"},
	{"messages.rollover-files", "logging/@maxFiles", "Files of messages.log that are kept, the current one among them"},
	{"messages.format", "logging/@messageFormat", "simple, tbasic or json"},
}

var bootstrapNames = []Name{
	{"trace-specification", "com.ibm.ws.logging.trace.specification", "Trace strings until server.xml is read"},
	{"messages.rollover-mb", "com.ibm.ws.logging.max.file.size", "Size at which messages.log rolls over, MB"},
	{"messages.rollover-files", "com.ibm.ws.logging.max.files", "Files of messages.log that are kept, the current one among them"},
	{"messages.format", "com.ibm.ws.logging.message.format", "simple, tbasic or json"},
}

var rcpNames = []Name{
	{"trace.leap", "com.ibm.form.nitro.level", "Level of Leap's own loggers"},
	{"trace.domino-leap", "dleap.level", "Level of Domino Leap's loggers"},
	{"trace.forms", "com.ibm.form.level", "Level of the forms platform"},
	{"log.rollover-files", "com.ibm.rcp.core.internal.logger.boot.RCPLogHandler.count", "error-log-N.xml files that are kept"},
	{"trace-log.rollover-files", "com.ibm.rcp.core.internal.logger.boot.RCPTraceHandler.count", "trace-log-N.xml files that are kept"},
}

var notesNames = []Name{
	{"heap-maximum", "HTTPJVMMaxHeapSize", "Largest heap of the HTTP task's Java process"},
	{"heap-maximum-set", "HTTPJVMMaxHeapSizeSet", "1 keeps the heap setting over an upgrade"},
	{"console-log.maximum-kb", "Console_Log_Max_Kbytes", "Size at which console.log wraps, KB"},
	{"log-directory", "logfile_dir", "Folder of console.log"},
}

// Names gives the clear names that a file's settings have, whether they are set or not.
func Names(file string, doc Document) []Name {
	base := strings.ToLower(path.Base(strings.ReplaceAll(file, `\`, "/")))
	switch d := doc.(type) {
	case *XML:
		switch d.root() {
		case "Server":
			return wasNames
		case "server", "client":
			return libertyNames
		}
	case *INI:
		return notesNames
	case *Properties:
		switch base {
		case "bootstrap.properties":
			return bootstrapNames
		case "rcpinstall.properties":
			return rcpNames
		}
	}
	return nil
}

func (x *XML) root() string {
	if len(x.elements) == 0 {
		return ""
	}
	return localName(x.elements[0].name)
}

// keyOf resolves a clear name; any other key means itself.
func keyOf(file string, doc Document, key string) string {
	for _, n := range Names(file, doc) {
		if n.Name == key {
			return n.Key
		}
	}
	return key
}

// option tells which -D option of a WebSphere server a key means.
func option(doc Document, key string) (name string, ok bool) {
	x, isXML := doc.(*XML)
	if !isXML || x.root() != "Server" {
		return "", false
	}
	name, ok = strings.CutPrefix(key, optionPrefix)
	return name, ok && name != ""
}

// findOption gives the setting of one -D option.
func findOption(file string, x *XML, key, name string) ([]upgrade.Setting, error) {
	all, err := x.Find(jvmArguments)
	if err != nil {
		return nil, err
	}
	var out []upgrade.Setting
	for _, s := range all {
		if value, _, _, ok := jvmOption(s.Value, name); ok {
			out = append(out, upgrade.Setting{File: file, Key: key, Value: value, Line: s.Line})
		}
	}
	return out, nil
}

// editOption changes one -D option among the arguments and leaves all others as they are written.
func editOption(x *XML, e upgrade.Edit, name string) ([]Change, error) {
	s, ok := x.Get(jvmArguments)
	if !ok && e.Op == upgrade.EditUnset {
		return nil, nil
	}
	args := s.Value
	_, from, to, set := jvmOption(args, name)
	switch {
	case e.Op == upgrade.EditUnset && !set:
		return nil, nil
	case e.Op == upgrade.EditUnset:
		args = strings.TrimSpace(strings.TrimRight(args[:from], " ") + args[to:])
	case strings.ContainsAny(e.Value, "\"\r\n\t") || strings.ContainsAny(name, "= \"'\t\r\n"):
		return nil, upgrade.NewFault("SB-5007", upgrade.KindUsage, nil, "key", e.Key)
	case set:
		args = args[:from] + spelled(name, e.Value) + args[to:]
	case args == "":
		args = spelled(name, e.Value)
	default:
		args += " " + spelled(name, e.Value)
	}
	return x.Set(jvmArguments, args)
}

func spelled(name, value string) string {
	if strings.ContainsAny(value, " '") {
		value = `"` + value + `"`
	}
	return "-D" + name + "=" + value
}

// jvmOption finds -Dname=value in a line of arguments, with the span that it takes; of several the last counts, as for Java. Quotes keep blanks together.
func jvmOption(args, name string) (value string, from, to int, ok bool) {
	prefix := "-D" + name + "="
	for at := 0; at < len(args); {
		if args[at] == ' ' || args[at] == '\t' || args[at] == '\n' || args[at] == '\r' {
			at++
			continue
		}
		end := argumentEnd(args, at)
		if v, found := strings.CutPrefix(strings.ReplaceAll(args[at:end], `"`, ""), prefix); found {
			value, from, to, ok = v, at, end, true
		}
		at = end
	}
	return value, from, to, ok
}

func argumentEnd(args string, at int) int {
	quoted := false
	for ; at < len(args); at++ {
		switch c := args[at]; {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			return at
		}
	}
	return at
}
