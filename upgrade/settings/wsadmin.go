package settings

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// serverPath is where a server's configuration stands in a repository of WebSphere.
var serverPath = lazyregexp.New(`config/cells/([^/]+)/nodes/([^/]+)/servers/([^/]+)/server\.xml$`)

// wsadminTypes are the edits of server.xml that wsadmin can make: by the last element of the key, the object's type.
var wsadminTypes = []struct{ step, find string }{
	{"services[@xmi:type='traceservice:TraceService']", "AdminConfig.list('TraceService', server).splitlines()[0]"},
	{"traceLog", "AdminConfig.showAttribute(AdminConfig.list('TraceService', server).splitlines()[0], 'traceLog')"},
	{"outputStreamRedirect", "AdminConfig.showAttribute(server, 'outputStreamRedirect')"},
	{"errorStreamRedirect", "AdminConfig.showAttribute(server, 'errorStreamRedirect')"},
	{"jvmEntries", "AdminConfig.list('JavaVirtualMachine', server).splitlines()[0]"},
}

// Scripted tells whether wsadmin, not the file, is the way to change a setting: WebSphere's server.xml in a cell that a deployment manager owns. An edit of
// a node's own copy is overwritten by the next synchronization.
func Scripted(file string) bool { return serverPath.MatchString(slashed(file)) }

func slashed(file string) string { return strings.ReplaceAll(file, `\`, "/") }

// SavedMark is what a script prints when the configuration was saved; without it nothing was.
const SavedMark = "Springboard: saved"

// Script is a change of WebSphere's configuration as wsadmin commands in Jython, and the script that takes it back.
type Script struct {
	Do   string `json:"do"`
	Undo string `json:"undo"`
}

// WSAdmin writes the changes of a plan as a script, and as one that takes them back. The script stops before it saves when the configuration holds another
// value than the plan saw. It fails with SB-5020 for a change that has no place in such a script.
//
// Run it with: wsadmin.sh -lang jython -f FILE, connected to the deployment manager.
func WSAdmin(plan Plan) (Script, error) {
	do, err := wsadmin(plan, false)
	if err != nil {
		return Script{}, err
	}
	undo, err := wsadmin(plan, true)
	return Script{Do: do, Undo: undo}, err
}

func wsadmin(plan Plan, back bool) (string, error) {
	var b strings.Builder
	b.WriteString("# Made by Springboard. Run with: wsadmin -lang jython -f THISFILE\n")
	nodes := []string{}
	for _, f := range plan.Files {
		if !f.Changed() {
			continue
		}
		m := serverPath.FindStringSubmatch(slashed(f.File))
		for _, c := range f.Changes {
			object, attribute, ok := wsadminObject(c.Key)
			if m == nil || !ok {
				return "", upgrade.NewFault("SB-5020", upgrade.KindUnsupported, nil, "file", f.File, "key", c.Key)
			}
			if back {
				c.Before, c.After = c.After, c.Before
			}
			modify(&b, "/Cell:"+m[1]+"/Node:"+m[2]+"/Server:"+m[3]+"/", object, attribute, c)
			if !slices.Contains(nodes, m[2]) {
				nodes = append(nodes, m[2])
			}
		}
	}
	fmt.Fprintf(&b, "AdminConfig.save()\nprint(%s)\n", jython(SavedMark))
	for _, node := range nodes {
		fmt.Fprintf(&b, "sync = AdminControl.completeObjectName(%s)\n", jython("type=NodeSync,node="+node+",*"))
		b.WriteString("if sync:\n    AdminControl.invoke(sync, 'sync')\n")
	}
	return b.String(), nil
}

// modify writes one change, with the look whether the value still is what the plan saw.
func modify(b *strings.Builder, server, object, attribute string, c Change) {
	before := ""
	if c.Before != nil {
		before = *c.Before
	}
	fmt.Fprintf(b, "server = AdminConfig.getid(%s)\n", jython(server))
	fmt.Fprintf(b, "target = %s\n", object)
	fmt.Fprintf(b, "now = AdminConfig.showAttribute(target, %s) or ''\n", jython(attribute))
	fmt.Fprintf(b, "if now != %s:\n    raise Exception(%s + now)\n", jython(before), jython("Springboard: nothing was saved, because "+attribute+" is not what was expected: "))
	if c.After == nil {
		fmt.Fprintf(b, "AdminConfig.unsetAttributes(target, [%s])\n", jython(attribute))
		return
	}
	fmt.Fprintf(b, "AdminConfig.modify(target, [[%s, %s]])\n", jython(attribute), jython(*c.After))
}

func wsadminObject(key string) (object, attribute string, ok bool) {
	at := strings.LastIndex(key, "/@")
	if at < 0 {
		return "", "", false
	}
	step := key[:at]
	for _, t := range wsadminTypes {
		if step == t.step || path.Base(step) == t.step {
			return t.find, key[at+2:], true
		}
	}
	return "", "", false
}

// WSAdminTrace is the script that changes the trace of a running server until its next start; it writes no configuration.
func WSAdminTrace(node, server, spec string) string {
	return fmt.Sprintf("# Made by Springboard. Run with: wsadmin -lang jython -f THISFILE\n"+
		"trace = AdminControl.completeObjectName(%s)\nAdminControl.setAttribute(trace, 'traceSpecification', %s)\n",
		jython("type=TraceService,node="+node+",process="+server+",*"), jython(spec))
}

// jython quotes a text; anything beyond printable ASCII is escaped, so that no value can end the string or begin a statement. Jython's strings are of
// characters: one that holds more than ASCII is written as a Unicode string.
func jython(s string) string {
	var b strings.Builder
	unicode := false
	for _, u := range utf16.Encode([]rune(s)) {
		switch {
		case u == '\'' || u == '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(u))
		case u > 0x7f:
			unicode = true
			fmt.Fprintf(&b, `\u%04x`, u)
		case u < ' ' || u > '~':
			fmt.Fprintf(&b, `\x%02x`, u)
		default:
			b.WriteByte(byte(u))
		}
	}
	if unicode {
		return "u'" + b.String() + "'"
	}
	return "'" + b.String() + "'"
}
