// Package settingsview shows the files that configure the installation: every key with its value, its line and its meaning, and an edit of one value as
// a diff before it is written.
package settingsview

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// File is what a settings file holds.
type File struct {
	Settings []upgrade.Setting
	Problems []settings.Problem
	// CanUndo: this run changed the file, and the last change can be taken back.
	CanUndo bool
	// Unset are known keys that the file does not set.
	Unset []string
	// Copies are the same file on the other nodes.
	Copies []Copy
	// ByHand: a Notes client alone opens it. Unset are its settings then; Notes is what was asked for there.
	ByHand bool
	Notes  []present.NotesTask
}

// Copy is the same settings file on another node.
type Copy struct {
	Where    string // the node
	Settings []upgrade.Setting
}

// Draft is an edit that was worked out.
type Draft struct {
	Plan settings.Plan
	// Script are the wsadmin commands that make the change where the file must not be edited; else empty.
	Script, Undo string
	// Nodes are the nodes whose copies are edited, by file; empty when one file is.
	Nodes map[string]string
	// Notes are the steps for a Notes client where the file is not edited at all; else nil. Problems are what is odd about its value.
	Notes    *present.NotesTask
	Problems []settings.Problem
}

// changes tells whether there is something to be written or asked for.
func (d Draft) changes() bool { return d.Notes != nil || d.Plan.Changed() }

// NodeResult is what became of one node's copy.
type NodeResult struct {
	Node, File string
	State      string // changed, same, failed, undone
	Problem    string
}

// Engine is what this screen needs. Its methods are called on other goroutines than Fyne's.
type Engine interface {
	SettingsFiles(ctx context.Context) ([]upgrade.SettingsFile, error)
	SettingsOf(ctx context.Context, file string) (File, error)
	// Known gives what the catalogue says of a key; ok is false when it is not in it.
	Known(key string) (settings.Known, bool)
	// PlanSetting works out an edit as a diff. Nothing is written.
	// allNodes: in the copies of the other nodes too.
	PlanSetting(ctx context.Context, edit upgrade.Edit, allNodes bool) (Draft, error)
	ApplySettings(ctx context.Context, plan settings.Plan) error
	// ApplyNodes writes a draft of several nodes; when one fails the others are put back.
	ApplyNodes(ctx context.Context, draft Draft) ([]NodeResult, error)
	// Reach looks over the network at the address that a file sets.
	Reach(ctx context.Context, file string) ([]settings.Reached, []settings.Problem, error)
	// AskNotes keeps a change that a Notes client makes in the run; TickNotes records that it was made.
	AskNotes(ctx context.Context, t present.NotesTask) error
	TickNotes(ctx context.Context, t notesview.Tick) error
	// RunScript runs a draft's commands with the profile's wsadmin.
	RunScript(ctx context.Context, draft Draft) error
	UndoSettings(ctx context.Context, file string, prefer settings.Prefer) error
}

// state is what the screen shows, apart from its widgets.
type state struct {
	files []upgrade.SettingsFile
	file  string
	held  File
	query string
	order []int
	key   int // index into held.Settings, -1 for none
	edit  upgrade.Edit
	plan  Draft
	draft bool
	all   bool         // edit the copies of all nodes
	done  []NodeResult // of the last edit of all nodes
}

// View is the screen.
type View struct {
	host    screen.Host
	engine  Engine
	st      state
	content fyne.CanvasObject

	header *kit.Header
	apply  *kit.Button
	undo   *kit.Button
	files  *kit.DataTable
	search *kit.Entry
	keys   *kit.DataTable
	detail *fyne.Container
	value  *kit.Entry
	diff   *fyne.Container
	// reached is what a look over the network saw.
	reached *fyne.Container
}

// New makes the screen.
func New(h screen.Host, e Engine) *View {
	v := &View{host: h, engine: e, st: state{key: -1}}
	v.apply = kit.NewPrimary("Write this change", v.write)
	v.undo = kit.NewButton("Undo the last change of this file", v.askUndo)
	v.header = kit.NewHeader("Settings", v.apply, v.undo)
	v.files = kit.NewDataTable([]kit.Column{{ID: "file", Title: "File", Min: 120, Weight: 1}, {ID: "node", Title: "Where", Min: 76, Weight: 0.7}})
	v.files.Empty = "No settings file was found"
	v.files.OnSelect = func(row int) { v.openFile(v.st.files[row].Path) }
	v.search = kit.NewEntry("Key or value", func(q string) { v.st.query = q; v.arrange() })
	v.keys = kit.NewDataTable([]kit.Column{{ID: "key", Title: "Key", Min: 140, Weight: 1.2}, {ID: "value", Title: "Value as Java reads it", Min: 100,
		Weight: 1}, {ID: "line", Title: "Line", Min: 46, Right: true}})
	v.keys.Empty = "This file has no such key"
	v.keys.OnSelect = v.choose
	v.search.OnDown = func() { v.host.Focus(v.keys) }
	v.value = kit.NewEntry("Value", v.draft)
	v.value.OnSubmitted = func(string) { v.write() }
	v.diff, v.reached = kit.Stack(0), kit.Stack(6)
	v.detail = kit.Stack(10)
	left := kit.Titled("Files", nil, v.files)
	middle := kit.TitledWith(kit.RowFill(8, 0, kit.NewText("Keys", kit.Strong), kit.FixedWidth(180, v.search)), v.keys)
	right := kit.Panel(kit.Scroll(kit.Pad(14, v.detail)))
	v.content = kit.Page(v.header, kit.Columns(12, []float32{0.9, 1.3, 1}, left, middle, right))
	v.showDetail()
	v.tell()
	return v
}

// Content implements screen.Screen.
func (v *View) Content() fyne.CanvasObject { return v.content }

// Focus implements screen.Screen.
func (v *View) Focus() { v.host.Focus(v.files) }

// Shown implements screen.Screen.
func (v *View) Shown() {
	observe.Load(v.host.Scope, "files", v.engine.SettingsFiles, func(files []upgrade.SettingsFile, err error) {
		v.header.Notice.Loaded("files", err)
		v.st.files = nil
		for _, f := range files {
			if f.Exists {
				v.st.files = append(v.st.files, f)
			}
		}
		v.files.SetRows(kit.RowsOf{Count: func() int { return len(v.st.files) }, At: v.fileCell})
		v.pickFile()
	})
}

// pickFile keeps the open file, or opens the one that an upgrade is about.
func (v *View) pickFile() {
	at := -1
	for i, f := range v.st.files {
		if f.Path == v.st.file || at < 0 && v.st.file == "" && f.Kind == "leap-config" {
			at = i
		}
	}
	if at < 0 && len(v.st.files) > 0 {
		at = 0
	}
	v.files.Select(at)
	if at >= 0 {
		v.openFile(v.st.files[at].Path)
	}
}

func (v *View) fileCell(row, col int) kit.Cell {
	f := v.st.files[row]
	if col == 1 {
		return kit.Cell{Text: v.where(row), Dim: true}
	}
	return kit.Cell{Text: filepath.Base(f.Path)}
}

// where is what tells a file from others of its name: its server, else as much of its folder as is needed.
func (v *View) where(row int) string {
	f := v.st.files[row]
	if f.Server != "" {
		return f.Server
	}
	dir := filepath.Dir(f.Path)
	for i, other := range v.st.files {
		if i != row && filepath.Base(other.Path) == filepath.Base(f.Path) && filepath.Base(filepath.Dir(other.Path)) == filepath.Base(dir) {
			return filepath.Join(filepath.Base(filepath.Dir(dir)), filepath.Base(dir))
		}
	}
	return filepath.Base(dir)
}

func (v *View) openFile(path string) {
	if path != v.st.file {
		v.st.key, v.st.draft, v.st.plan, v.st.all, v.st.done = -1, false, Draft{}, false, nil
	}
	v.st.file = path
	if path != offline.VoltConfig {
		v.host.Run("settings", "get", path)
	}
	observe.Load(v.host.Scope, "file", func(ctx context.Context) (File, error) { return v.engine.SettingsOf(ctx, path) }, func(f File, err error) {
		v.header.Notice.Loaded("file", err)
		v.st.held = f
		v.arrange()
		v.showDetail()
		v.tell()
	})
}

// arrange filters the keys; those that differ between nodes come first, then what the catalogue knows. A search finds known keys that are not set too.
func (v *View) arrange() {
	q := strings.ToLower(v.st.query)
	var first, known, others, unset []int
	for i, s := range v.st.held.Settings {
		if q != "" && !strings.Contains(strings.ToLower(s.Name+" "+s.Key), q) && !strings.Contains(strings.ToLower(s.Value), q) {
			continue
		}
		_, ok := v.engine.Known(s.Key)
		switch {
		case v.differs(s.Key):
			first = append(first, i)
		case ok || s.Name != "":
			known = append(known, i)
		default:
			others = append(others, i)
		}
	}
	for i, key := range v.st.held.Unset {
		if (q != "" || v.st.held.ByHand) && strings.Contains(strings.ToLower(key), q) {
			unset = append(unset, len(v.st.held.Settings)+i)
		}
	}
	v.st.order = slices.Concat(first, known, others, unset)
	v.keys.SetRows(kit.RowsOf{Count: func() int { return len(v.st.order) }, At: v.keyCell})
	v.keys.Select(slices.Index(v.st.order, v.st.key))
}

func (v *View) keyCell(row, col int) kit.Cell {
	i := v.st.order[row]
	if n := len(v.st.held.Settings); i >= n {
		return v.unsetCell(v.st.held.Unset[i-n], col)
	}
	s := v.st.held.Settings[i]
	switch col {
	case 0:
		c := kit.Cell{Text: title(s), Dim: s.Overridden, Path: true}
		switch {
		case s.Overridden:
			c.Sign = kit.Sign{Shape: kit.Dash, Color: kit.ColorDim}
		case v.problem(s.Key, s.Line) != "" || v.differs(s.Key):
			c.Sign = kit.Warn
		}
		return c
	case 1:
		return kit.Cell{Text: settings.Masked(s.Key, javaValue(s)), Dim: s.Overridden}
	}
	return kit.Cell{Text: present.Count(int64(s.Line)), Dim: true}
}

// unsetCell is a key that the file does not set; in VoltConfig.nsf what this run asked for, for nothing more is seen from here.
func (v *View) unsetCell(key string, col int) kit.Cell {
	value := "not set"
	if v.st.held.ByHand {
		value = ""
		if t, ok := v.task(key); ok {
			value = t.Title
		}
	}
	return kit.Cell{Text: []string{key, value, ""}[col], Dim: !v.st.held.ByHand, Path: col == 0}
}

// task is what was last asked for of a setting in VoltConfig.nsf.
func (v *View) task(key string) (last present.NotesTask, ok bool) {
	for _, t := range v.st.held.Notes {
		if t.Setting == key {
			last, ok = t, true
		}
	}
	return last, ok
}

func javaValue(s upgrade.Setting) string {
	if s.JavaValue != "" {
		return s.JavaValue
	}
	return s.Value
}

func (v *View) problem(key string, line int) string {
	for _, p := range v.st.held.Problems {
		if p.Key == key && p.Code != settings.ProblemUnknownKey || p.Line == line && p.Key == "" {
			return present.SettingProblem(p)
		}
	}
	return ""
}

func (v *View) choose(row int) {
	v.st.key, v.st.draft, v.st.plan, v.st.done = v.st.order[row], false, Draft{}, nil
	v.showDetail()
	v.tell()
}

// tell writes the header.
func (v *View) tell() {
	f := kit.Facts{IfStop: "nothing is written until you say so; each change can be taken back."}
	n := len(v.st.held.Settings)
	switch {
	case v.st.file == "":
		f.Now, f.Next = "No file is open", "Choose a file on the left"
	case v.st.draft && v.st.plan.Notes != nil:
		f.Sign, f.Now, f.Known, f.Next = kit.Warn, "One change is prepared for a Notes client", "VoltConfig.nsf is neither read nor written from here", "Keep it in the run, make it by the steps, then tick it"
	case v.st.held.ByHand:
		f.Sign, f.Now = kit.Sign{Shape: kit.Info, Color: kit.ColorDim}, "The settings of Domino Leap stand in VoltConfig.nsf"
		f.Known, f.Next = "Only a Notes client reads and writes it", "Select a setting to be led through a change"
		if open := present.NotesOpen(v.st.held.Notes); open > 0 {
			f.Sign, f.Next = kit.Warn, present.Plural(int64(open), "change waits", "changes wait")+" for a person: make each, then tick it"
		}
	case v.st.draft && v.st.plan.Plan.Changed():
		f.Sign, f.Now, f.Known, f.Next = kit.Warn, "One change is prepared; nothing is written yet", "The diff on the right is exactly what will be "+
			"written", "Look at it, then write it"
	default:
		f.Sign, f.Now = kit.Good, filepath.Base(v.st.file)+": "+present.Plural(int64(n), "key", "keys")
		if k := len(v.st.held.Problems); k > 0 {
			f.Sign, f.Now = kit.Warn, f.Now+", "+present.Plural(int64(k), "remark", "remarks")
		}
		if k := v.differing(); k > 0 {
			f.Sign, f.Now = kit.Warn, f.Now+", "+present.Plural(int64(k), "key differs", "keys differ")+" between nodes"
		}
		f.Known, f.Next = v.st.file, "Select a key to see what it means, or to change it"
	}
	v.header.Set(f)
	v.apply.SetEnabled(v.st.draft && v.st.plan.changes())
	text := "Write this change"
	switch {
	case v.st.plan.Notes != nil:
		text = "Keep it for a Notes client"
	case v.st.plan.Script != "":
		text = "Run these commands"
	case len(v.st.plan.Nodes) > 1:
		text = "Write it on " + present.Plural(int64(len(v.st.plan.Nodes)), "node", "nodes")
	}
	v.apply.SetText(text)
	v.undo.SetEnabled(v.st.held.CanUndo)
}

// differing counts the keys that have not the same value in every copy of the file.
func (v *View) differing() int {
	keys := map[string]bool{}
	for _, s := range v.st.held.Settings {
		keys[s.Key] = true
	}
	for _, c := range v.st.held.Copies {
		for _, s := range c.Settings {
			keys[s.Key] = true
		}
	}
	n := 0
	for key := range keys {
		if v.differs(key) {
			n++
		}
	}
	return n
}
