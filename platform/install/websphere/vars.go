// Package websphere describes HCL Leap on WebSphere Application Server traditional, from the files of its profiles: cells, nodes and servers,
// where Leap is deployed, logs and trace, extensions directory, data source, address.
package websphere

import (
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/survey"
)

// maxExpand bounds variables that refer to each other in a circle.
const maxExpand = 20

// Vars are WebSphere variables; scopes that are read later win: cell, cluster, node, server.
type Vars map[string]string

// read adds the variables of a variables.xml.
func (v Vars) read(s *survey.Survey, path string) {
	doc := s.XML(path)
	if doc == nil {
		return
	}
	for _, e := range doc.Root.All("entries") {
		if name := e.Attr("symbolicName"); name != "" {
			v[name] = e.Attr("value")
		}
	}
}

// Expand replaces ${NAME} and $(NAME); names that nothing defines stay as they are.
func (v Vars) Expand(text string) string {
	for range maxExpand {
		next := v.expandOnce(text)
		if next == text {
			return next
		}
		text = next
		if len(text) > 1<<16 {
			return text
		}
	}
	return text
}

func (v Vars) expandOnce(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 >= len(text) {
			break
		}
		end := byte('}')
		if text[i+1] == '(' {
			end = ')'
		} else if text[i+1] != '{' {
			b.WriteString(text[:i+1])
			text = text[i+1:]
			continue
		}
		j := strings.IndexByte(text[i:], end)
		if j < 0 {
			break
		}
		b.WriteString(text[:i])
		if value, ok := v[text[i+2:i+j]]; ok {
			b.WriteString(value)
		} else {
			b.WriteString(text[i : i+j+1])
		}
		text = text[i+j+1:]
	}
	b.WriteString(text)
	return b.String()
}

// expanded tells whether no variable is left in a text.
func expanded(text string) bool {
	return !strings.Contains(text, "${") && !strings.Contains(text, "$(")
}

// vars gives the variables in force for a server (name may be empty for those of its node).
func (n *node) vars(s *survey.Survey, server string) Vars {
	v := Vars{
		"USER_INSTALL_ROOT": n.profile.Dir, "WAS_INSTALL_ROOT": n.profile.WAS, "LOG_ROOT": "${USER_INSTALL_ROOT}/logs",
		"APP_INSTALL_ROOT": "${USER_INSTALL_ROOT}/installedApps", "CONFIG_ROOT": "${USER_INSTALL_ROOT}/config",
	}
	if n.profile.WAS == "" {
		delete(v, "WAS_INSTALL_ROOT")
	}
	if server != "" {
		v["SERVER_LOG_ROOT"] = "${LOG_ROOT}/" + server
	}
	files := []string{n.cell.path("variables.xml")}
	if cluster := n.clusterOf(server); cluster != "" {
		files = append(files, n.cell.path("clusters", cluster, "variables.xml"))
	}
	files = append(files, filepath.Join(n.Dir, "variables.xml"))
	if server != "" {
		files = append(files, filepath.Join(n.Dir, "servers", server, "variables.xml"))
	}
	for _, file := range files {
		v.read(s, file)
	}
	// What a copy in another place calls itself is not where it stands: the profile that is looked at counts.
	v["USER_INSTALL_ROOT"] = n.profile.Dir
	if n.profile.WAS != "" {
		v["WAS_INSTALL_ROOT"] = n.profile.WAS
	}
	for name, value := range map[string]string{
		"CELL": n.cell.Name, "WAS_CELL_NAME": n.cell.Name, "NODE": n.Name, "WAS_NODE_NAME": n.Name, "SERVER": server, "WAS_SERVER_NAME": server,
	} {
		v[name] = value
	}
	return v
}
