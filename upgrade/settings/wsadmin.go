package settings

import (
	"fmt"
	"path"
	"strings"

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

// WSAdmin writes edits of WebSphere's server.xml as a wsadmin script in Jython. A cell that a deployment manager owns is changed by it alone: an edit of a
// node's own copy is overwritten by the next synchronization. It fails with SB-5020 for an edit that has no place in such a script.
//
// Run it with: wsadmin.sh -lang jython -f FILE, connected to the deployment manager.
func WSAdmin(edits []upgrade.Edit) (string, error) {
	var b strings.Builder
	b.WriteString("# Made by Springboard. Run with: wsadmin -lang jython -f THISFILE\n")
	nodes := []string{}
	for _, e := range edits {
		m := serverPath.FindStringSubmatch(strings.ReplaceAll(e.File, `\`, "/"))
		object, attribute, ok := wsadminObject(e.Key)
		if m == nil || !ok || e.Op != upgrade.EditSet {
			return "", upgrade.NewFault("SB-5020", upgrade.KindUnsupported, nil, "file", e.File, "key", e.Key)
		}
		cell, node, server := m[1], m[2], m[3]
		fmt.Fprintf(&b, "server = AdminConfig.getid(%s)\n", jython("/Cell:"+cell+"/Node:"+node+"/Server:"+server+"/"))
		fmt.Fprintf(&b, "target = %s\n", object)
		fmt.Fprintf(&b, "AdminConfig.modify(target, [[%s, %s]])\n", jython(attribute), jython(e.Value))
		if !strings.Contains(strings.Join(nodes, "\n")+"\n", node+"\n") {
			nodes = append(nodes, node)
		}
	}
	b.WriteString("AdminConfig.save()\n")
	for _, node := range nodes {
		fmt.Fprintf(&b, "sync = AdminControl.completeObjectName(%s)\n", jython("type=NodeSync,node="+node+",*"))
		b.WriteString("if sync:\n    AdminControl.invoke(sync, 'sync')\n")
	}
	return b.String(), nil
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

// jython quotes a text; anything beyond printable ASCII is escaped, so that no value can end the string or begin a statement.
func jython(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, c := range []byte(s) {
		switch {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
