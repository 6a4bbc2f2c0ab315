package proc

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Service is a service of the machine's service manager that starts a server of an installation.
type Service struct {
	Name    string
	Manager string // systemd, Windows service manager
	State   string // in the manager's own words; empty when it could not be asked
	Running bool   // it holds or starts processes now
	Known   bool   // the manager answered
	How     string // what was asked, and why it is this server's
}

// Services lists the services of this machine that start a server of the installation, running or not. Their state is asked of the service manager; nothing is
// changed. An empty list without an error: none of the machine's services names the installation.
func Services(ctx context.Context, in upgrade.Installation) ([]Service, error) {
	return servicesOf(ctx, wantedOf(in))
}

// wanted is how a service is recognised as the server's.
type wanted struct {
	places []string // one of them in its command line or unit file is enough
	around []string // folders of the server software: they serve other servers too, so that a name must stand beside them
	names  []string // of nodes and servers
}

func wantedOf(in upgrade.Installation) wanted {
	w := wanted{places: []string{in.Home, in.Data}}
	for _, n := range in.Nodes {
		w.places = append(w.places, n.Profile)
		w.names = append(w.names, n.Name)
		for _, sv := range n.Servers {
			w.names = append(w.names, sv.Name)
		}
	}
	switch in.Runtime {
	case upgrade.WAS: // <was>/profiles/<profile>
		w.around = append(w.around, filepath.Dir(filepath.Dir(in.Home)))
	case upgrade.Liberty: // <wlp>/usr/servers/<server>
		w.around = append(w.around, filepath.Dir(filepath.Dir(filepath.Dir(in.Home))))
	case upgrade.Domino:
	}
	short := func(s string) bool { return len(strings.Trim(s, `/\.`)) < 2 } // the root of a file system names nothing
	w.places, w.around = slices.DeleteFunc(w.places, short), slices.DeleteFunc(w.around, short)
	w.names = slices.DeleteFunc(w.names, func(s string) bool { return s == "" })
	return w
}

// match gives the word by which a text (a command line, a unit file) and a service's name are recognised as the server's; empty for a stranger's.
func (w wanted) match(name, text string) string {
	text = fold(text)
	for _, p := range w.places {
		if namesPath(text, fold(p)) {
			return p
		}
	}
	for _, p := range w.around {
		if !namesPath(text, fold(p)) {
			continue
		}
		for _, n := range w.names {
			if hasWord(fold(name)+" "+text, fold(n)) {
				return p + " and " + n
			}
		}
	}
	return ""
}

// fold makes texts comparable: Windows takes no note of case, and takes both slashes.
func fold(s string) string {
	if runtime.GOOS == "windows" {
		return strings.ToLower(strings.ReplaceAll(s, `\`, "/"))
	}
	return s
}

// namesPath tells whether a text has a path, not only the beginning of a longer name.
func namesPath(text, path string) bool {
	path = strings.TrimRight(path, "/")
	return path != "" && holds(text, path, func(before, after byte) bool {
		return !inName(after) && (before == 0 || !inName(before) && before != '/')
	})
}

// hasWord tells whether a text has a word as a whole.
func hasWord(text, word string) bool {
	return word != "" && holds(text, word, func(before, after byte) bool { return !inName(before) && !inName(after) })
}

func holds(text, part string, fits func(before, after byte) bool) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], part)
		if i < 0 {
			return false
		}
		i += at
		var before, after byte
		if i > 0 {
			before = text[i-1]
		}
		if end := i + len(part); end < len(text) {
			after = text[end]
		}
		if fits(before, after) {
			return true
		}
		at = i + 1
	}
}

// inName tells whether a byte goes on with a name.
func inName(b byte) bool {
	return b == '_' || b == '-' || b == '.' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}
