package domino

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// pluginDir and linkPath are below the program folder.
const (
	voltDir   = "osgi/volt"
	pluginDir = "osgi/volt/eclipse/plugins"
	linkPath  = "osgi/rcp/eclipse/links/volt.link"
)

// Finder collects data and program folders and puts those of one server together.
type Finder struct {
	s       *survey.Survey
	servers []*server
}

// server is one Domino server: a data folder with a notes.ini, and the program folder. Either may be unknown.
type server struct {
	ini       *ini
	data      string
	program   string
	dataEv    upgrade.Evidence
	programEv upgrade.Evidence
}

// NewFinder begins a collection.
func NewFinder(s *survey.Survey) *Finder { return &Finder{s: s} }

// AddData adds a folder when it is a Domino data folder, and tells whether it is.
func (f *Finder) AddData(dir string) bool {
	root := f.s.Root
	dir = filepath.Clean(dir)
	if file := root.Under(dir, f.iniName(dir)); root.IsFile(file) {
		f.AddINI(file)
		return true
	}
	if f.isVolt(root.Under(dir, "volt")) {
		f.merge(&server{data: dir, dataEv: upgrade.FileEvidence(root.Under(dir, "volt"), 0, "Leap's data folder")})
		return true
	}
	if strings.EqualFold(filepath.Base(dir), "volt") && f.isVolt(dir) {
		return f.AddData(filepath.Dir(dir))
	}
	return false
}

// IsServerPlace tells whether a folder with a notes.ini is a server's: it has databases, or the file names a data folder that is there. A lone file
// is a template or somebody's backup: it is described only when it is named.
func (f *Finder) IsServerPlace(dir string) bool {
	for _, name := range f.s.Root.Entries(dir, false) {
		if strings.EqualFold(filepath.Ext(name), ".nsf") {
			return true
		}
	}
	file := f.s.Root.Under(dir, f.iniName(dir))
	data, err := f.s.Root.ReadFile(file)
	if err != nil {
		f.s.Problem(file, err)
		return false
	}
	e, ok := readINI(file, data).get("Directory")
	return f.isVolt(f.s.Root.Under(dir, "volt")) || ok && f.s.Root.IsDir(f.s.Root.Resolve(e.value))
}

// iniName is how the file's name is written in a folder.
func (f *Finder) iniName(dir string) string {
	for _, name := range f.s.Root.Entries(dir, false) {
		if strings.EqualFold(name, "notes.ini") {
			return name
		}
	}
	return "notes.ini"
}

// isVolt tells whether a folder is Leap's data: it has its configuration database or their templates.
func (f *Finder) isVolt(dir string) bool {
	for _, name := range f.s.Root.Entries(dir, false) {
		low := strings.ToLower(name)
		if strings.HasPrefix(low, "volt") && (strings.HasSuffix(low, ".nsf") || strings.HasSuffix(low, ".ntf")) {
			return true
		}
	}
	return false
}

// AddProgram adds a folder when it is a Domino program folder with Leap in it (or left over), and tells whether it is.
func (f *Finder) AddProgram(dir string) bool {
	root := f.s.Root
	dir = filepath.Clean(dir)
	for _, at := range []string{dir, root.Under(dir, "notes/latest/linux"), root.Under(dir, "notes/latest/ibmpow")} {
		var ev upgrade.Evidence
		switch {
		case root.IsDir(root.Under(at, voltDir)):
			ev = upgrade.FileEvidence(root.Under(at, voltDir), 0, "Leap's program folder")
		case root.IsFile(root.Under(at, linkPath)):
			ev = upgrade.FileEvidence(root.Under(at, linkPath), 0, "the link to Leap's plug-ins")
		default:
			continue
		}
		sv := &server{program: at, programEv: ev}
		if file := root.Under(at, f.iniName(at)); root.IsFile(file) { // as on Windows
			f.AddINI(file)
		}
		f.merge(sv)
		return true
	}
	return false
}

// AddINI adds the server of a notes.ini.
func (f *Finder) AddINI(file string) {
	data, err := f.s.Root.ReadFile(file)
	if err != nil {
		f.s.Problem(file, err)
		return
	}
	sv := &server{ini: readINI(file, data)}
	f.locate(sv)
	if !f.merge(sv) {
		f.s.Look(file, "a Domino server", "its notes.ini")
	}
}

// locate finds data and program folder of a notes.ini.
func (f *Finder) locate(sv *server) {
	root := f.s.Root
	dir := filepath.Dir(sv.ini.file)
	if e, ok := sv.ini.get("Directory"); ok {
		sv.data, sv.dataEv = root.Resolve(e.value), survey.Line(sv.ini.file, e.line, e.text)
	}
	if sv.data == "" || (!root.IsDir(sv.data) && root.IsDir(root.Under(dir, "volt"))) {
		sv.data, sv.dataEv = dir, upgrade.FileEvidence(sv.ini.file, 0, "the folder of notes.ini")
	}
	if e, ok := sv.ini.get("NotesProgram"); ok {
		sv.program, sv.programEv = f.programOf(e.value), survey.Line(sv.ini.file, e.line, e.text)
		return
	}
	for _, at := range []string{dir, filepath.Dir(sv.data), root.Resolve("/opt/hcl/domino"), root.Resolve("/opt/hcl/domino/notes/latest/linux")} {
		if root.IsDir(root.Under(at, voltDir)) || root.IsFile(root.Under(at, linkPath)) {
			sv.program, sv.programEv = at, upgrade.FileEvidence(root.Under(at, "osgi"), 0, "the program folder with Leap's plug-ins")
			return
		}
	}
}

// programOf finds the folder that has osgi in it: NotesProgram is the folder of the binaries, which may lie deeper.
func (f *Finder) programOf(native string) string {
	root := f.s.Root
	at := root.Resolve(native)
	for dir, n := at, 0; n < 4 && root.Host() || n < 4 && root.Below(dir); n++ {
		if root.IsDir(root.Under(dir, voltDir)) || root.IsFile(root.Under(dir, linkPath)) {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return at
}

// merge adds a server, or what it knows more to one that is known: the same data folder, or the program folder of a server that had none. It tells whether there was one.
func (f *Finder) merge(sv *server) (known bool) {
	for _, have := range f.servers {
		same := sv.data != "" && have.data != "" && f.s.Root.Same(have.data, sv.data)
		shares := sv.program != "" && have.program == sv.program && (sv.data == "" || have.data == "")
		if !same && !shares {
			continue
		}
		if have.ini == nil {
			have.ini = sv.ini
		}
		if have.data == "" {
			have.data, have.dataEv = sv.data, sv.dataEv
		}
		if have.program == "" {
			have.program, have.programEv = sv.program, sv.programEv
		}
		return true
	}
	f.servers = append(f.servers, sv)
	return false
}

// pair puts a lone program folder and a lone data folder together: neither names the other, and there is only one of each.
func (f *Finder) pair() {
	var noProgram, noData []*server
	for _, sv := range f.servers {
		if sv.program == "" {
			noProgram = append(noProgram, sv)
		} else if sv.data == "" {
			noData = append(noData, sv)
		}
	}
	if len(noProgram) != 1 || len(noData) != 1 {
		return
	}
	noProgram[0].program, noProgram[0].programEv = noData[0].program, noData[0].programEv
	var kept []*server
	for _, sv := range f.servers {
		if sv != noData[0] {
			kept = append(kept, sv)
		}
	}
	f.servers = kept
}

// Describe gives the installations of Domino Leap. With named, a server without it is described too, with a note, unless another one has it.
func (f *Finder) Describe(ctx context.Context, named bool) ([]upgrade.Installation, error) {
	f.pair()
	var with, without []upgrade.Installation
	for _, sv := range f.servers {
		if err := ctx.Err(); err != nil {
			return with, err
		}
		d := newDescriber(f.s, sv)
		if !d.hasLeap() && !named {
			f.s.Note("the Domino server at %s has no Domino Leap: neither %s nor data/volt", firstOf(sv.data, sv.program), voltDir)
			continue
		}
		d.describe()
		if d.hasLeap() {
			with = append(with, d.In)
		} else {
			without = append(without, d.In)
		}
	}
	if len(with) == 0 {
		return without, nil
	}
	return with, nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// resolve gives the openable path of a value that may be relative to the data folder.
func (sv *server) resolve(root *rootfs.Root, native string) string {
	if rootfs.IsAbs(native) {
		return root.Resolve(native)
	}
	return root.Under(sv.data, native)
}
