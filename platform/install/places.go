package install

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"github.com/springboard-leap/springboard/platform/install/liberty"
	"github.com/springboard-leap/springboard/platform/install/websphere"
	"github.com/springboard-leap/springboard/platform/install/winreg"
)

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:3])
}

// Places where the vendors' installers put things, as native paths; a last element with * is a pattern.
var (
	usualWAS = []string{
		"/opt/IBM/WebSphere/AppServer*", "/usr/IBM/WebSphere/AppServer*", "/opt/WebSphere/AppServer*", "/opt/ibm/WebSphere/AppServer*",
		`C:\Program Files\IBM\WebSphere\AppServer*`, `C:\Program Files (x86)\IBM\WebSphere\AppServer*`, `C:\IBM\WebSphere\AppServer*`,
		`D:\IBM\WebSphere\AppServer*`, `D:\Program Files\IBM\WebSphere\AppServer*`,
	}
	usualWlp = []string{
		"/opt/openliberty/wlp", "/opt/ol/wlp", "/opt/ibm/wlp", "/opt/IBM/wlp", "/opt/wlp", "/opt/IBM/WebSphere/Liberty", `C:\wlp`, `C:\IBM\wlp`, `C:\openliberty\wlp`,
	}
	usualDominoData    = []string{"/local/notesdata*", "/opt/hcl/domino/data", `C:\Program Files\HCL\Domino\Data`, `C:\HCL\Domino\Data`, `D:\HCL\Domino\Data`, `C:\IBM\Domino\Data`}
	usualDominoProgram = []string{"/opt/hcl/domino/notes/latest/linux", "/opt/hcl/domino", "/opt/ibm/domino", `C:\Program Files\HCL\Domino`,
		`C:\HCL\Domino`, `D:\HCL\Domino`, `C:\Program Files\IBM\Domino`}
)

// usual looks at the usual places of all platforms and at the registry.
func (d *detection) usual() {
	for _, dir := range append(d.expand(usualWAS), d.homes("IBM/WebSphere/AppServer")...) {
		d.look(dir, "a WebSphere root", func() bool {
			if !websphere.IsRoot(d.s, dir) {
				return false
			}
			d.was.AddRoot(dir)
			return true
		})
	}
	for _, dir := range append(d.expand(usualWlp), d.homes("wlp")...) {
		d.look(dir, "Liberty servers", func() bool { return d.liberty.AddInstall(dir) })
	}
	for _, dir := range d.expand(usualDominoData) {
		d.look(dir, "a Domino data folder", func() bool { return d.domino.AddData(dir) })
	}
	for _, dir := range d.expand(usualDominoProgram) {
		d.look(dir, "a Domino program folder", func() bool { return d.domino.AddProgram(dir) })
	}
	d.registry()
}

func (d *detection) registry() {
	for _, p := range winreg.Places(d.opts.Registry) {
		dir := d.s.Root.Resolve(p.Path)
		what := "named by the registry, " + p.Key + " " + p.Value
		d.look(dir, what, func() bool {
			switch p.Kind {
			case "domino-data":
				return d.domino.AddData(dir)
			case "domino-program":
				return d.domino.AddProgram(dir)
			case "was":
				if websphere.IsRoot(d.s, dir) {
					d.was.AddRoot(dir)
					return true
				}
			}
			return false
		})
	}
}

// look records a place that was looked at; what is there is added by add, which tells whether it is what was looked for.
func (d *detection) look(dir, what string, add func() bool) {
	info, err := d.s.Root.Stat(dir)
	switch {
	case err != nil:
		d.s.Problem(dir, err)
		d.s.Look(dir, what, "not there")
	case !info.IsDir():
		d.s.Look(dir, what, "not a folder")
	case add():
		d.s.Look(dir, what, "found")
	default:
		d.s.Look(dir, what, "a folder, but not that")
	}
}

// expand resolves native places; patterns are matched against the folder. A place that cannot be on this kind of file system is left out.
func (d *detection) expand(natives []string) []string {
	var dirs []string
	seen := map[string]bool{}
	for _, native := range natives {
		windows := len(native) > 1 && native[1] == ':'
		if d.s.Root.Host() && windows != d.s.Root.Windows() {
			continue
		}
		for _, dir := range d.match(native) {
			if !seen[dir] {
				seen[dir] = true
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

func (d *detection) match(native string) []string {
	if native[len(native)-1] != '*' {
		return []string{d.s.Root.Resolve(native)}
	}
	path := d.s.Root.Resolve(native[:len(native)-1])
	parent, stem := filepath.Split(path)
	var dirs []string
	for _, name := range d.s.Root.Entries(filepath.Clean(parent), true) {
		if len(name) >= len(stem) && name[:len(stem)] == stem {
			dirs = append(dirs, d.s.Root.Under(parent, name))
		}
	}
	if len(dirs) == 0 {
		return []string{path}
	}
	return dirs
}

// homes lists a relative folder in all home folders: installations of users without rights.
func (d *detection) homes(rel string) []string {
	var dirs []string
	for _, parent := range []string{"/home", "/export/home", `C:\Users`} {
		if d.s.Root.Host() && (parent[0] == 'C') != d.s.Root.Windows() {
			continue
		}
		dir := d.s.Root.Resolve(parent)
		for _, name := range d.s.Root.Entries(dir, true) {
			if p := d.s.Root.Under(dir, name, rel); d.s.Root.IsDir(p) {
				dirs = append(dirs, p)
			}
		}
	}
	if p := d.s.Root.Resolve("/root/" + rel); d.s.Root.IsDir(p) {
		dirs = append(dirs, p)
	}
	return dirs
}

// marker adds what a folder is, if it is anything; inside tells that there is nothing more to look for below it.
func (d *detection) marker(dir string, names map[string]bool) (inside bool) {
	switch {
	case names["properties"] && websphere.IsRoot(d.s, dir):
		d.was.AddRoot(dir)
		return true
	case names["config"] && websphere.IsProfile(d.s, dir):
		d.was.AddProfile(dir)
		return true
	case names["server.xml"] && liberty.IsServerPlace(d.s, dir) && liberty.IsServer(d.s, dir):
		d.liberty.AddServer(dir)
		return true
	case names["notes.ini"] && d.domino.IsServerPlace(dir), names["volt"]:
		return d.domino.AddData(dir) || d.domino.AddProgram(dir)
	case names["osgi"]:
		return d.domino.AddProgram(dir)
	}
	return false
}
