package settingsview

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// setting is the selected one; a key that could be set and is not has line 0.
func (v *View) setting() (upgrade.Setting, bool) {
	n := len(v.st.held.Settings)
	switch {
	case v.st.key < 0 || v.st.key >= n+len(v.st.held.Unset):
		return upgrade.Setting{}, false
	case v.st.key >= n:
		return upgrade.Setting{File: v.st.file, Key: v.st.held.Unset[v.st.key-n]}, true
	}
	return v.st.held.Settings[v.st.key], true
}

// showDetail fills the right panel with the selected key.
func (v *View) showDetail() {
	s, ok := v.setting()
	if !ok {
		v.detail.Objects = []fyne.CanvasObject{kit.NewPara("Select a key to see its meaning and to change its value. The change is shown as a diff "+
			"before anything is written. To set a key that the file has not, search for it.", kit.Dim)}
		v.header.Update()
		return
	}
	rows := append(v.meaning(s), v.origin(s)...)
	if settings.Masked(s.Key, s.Value) != s.Value {
		rows = append(rows, kit.NewPara("The value is a secret; it is neither shown nor edited here.", kit.Dim))
	} else {
		rows = append(rows, v.asked(s)...)
		rows = append(rows, v.editor(s)...)
	}
	v.detail.Objects = append(rows, v.nodes(s)...)
	v.header.Update()
}

// meaning tells what the key is.
func (v *View) meaning(s upgrade.Setting) []fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewPara(title(s), kit.Strong)}
	if s.Name != "" {
		rows = append(rows, kit.NewPara(s.Key, kit.MonoSmall))
	}
	k, known := v.engine.Known(s.Key)
	switch {
	case known:
		rows = append(rows, kit.NewPara(present.Sentence(k.Meaning), kit.Body))
		for _, line := range facts(k) {
			rows = append(rows, kit.NewPara(line, kit.Small))
		}
	case s.Name == "":
		rows = append(rows, kit.NewPara("This key is not in the vendor's documentation that Springboard knows.", kit.Dim))
	}
	return rows
}

func facts(k settings.Known) []string {
	var out []string
	add := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	add(k.Default != "", "Default: "+k.Default)
	add(len(k.Values) > 0, "Values: "+strings.Join(k.Values, ", "))
	add(k.Restart, "A change takes effect after a restart.")
	add(k.Database, "The admin configuration page, where it is on, keeps this in the database instead.")
	add(k.Source != "", "Source: "+k.Source)
	add(k.Page != "", k.Page)
	return out
}

// origin tells where the value comes from and what is odd about it.
func (v *View) origin(s upgrade.Setting) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	if s.Line > 0 {
		if p := v.problem(s.Key, s.Line); p != "" {
			rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(p, kit.Body)))
		}
		if s.JavaValue != "" {
			rows = append(rows, kit.NewPara("Java reads: "+s.JavaValue, kit.Body), kit.NewPara("The file says: "+s.Value, kit.Small))
		}
		if s.Overridden {
			rows = append(rows, kit.NewPara("A later line of the file sets the same key: this value is not in force.", kit.Body))
		}
		ev := s.Evidence()
		rows = append(rows, kit.NewLink(filepath.Base(s.File)+":"+present.Count(int64(s.Line)), func() { v.host.Open(upgrade.FileEvidence(ev.File, ev.Line, "")) }))
		return rows
	}
	if v.st.held.ByHand {
		return append(rows, kit.NewPara("What it holds is not seen from here.", kit.Dim))
	}
	return append(rows, kit.NewPara("Not set in this file.", kit.Dim))
}

// asked is what this run asked for of the setting in VoltConfig.nsf, with its tick.
func (v *View) asked(s upgrade.Setting) []fyne.CanvasObject {
	if t, ok := v.task(s.Key); ok && v.st.held.ByHand {
		return []fyne.CanvasObject{notesview.Row(v.host, t, v.tick)}
	}
	return nil
}

// editor is the field with the ways to change the key.
func (v *View) editor(s upgrade.Setting) []fyne.CanvasObject {
	v.value.OnChanged = nil
	v.value.SetText(s.Value)
	v.value.OnChanged = v.draft
	if !v.st.draft {
		v.diff.Objects = nil
	}
	v.reached.Objects = nil
	rows := []fyne.CanvasObject{kit.Stack(3, kit.NewText("Value", kit.SmallStrong), v.value)}
	if s.Line > 0 {
		ways := []fyne.CanvasObject{kit.NewButton("Take the key out", func() { v.prepare(upgrade.EditUnset, "") })}
		if settings.KindOf(s.File, nil) == settings.KindProperties {
			ways = append(ways, kit.NewButton("Comment it out", func() { v.prepare(upgrade.EditComment, "") }))
		}
		rows = append(rows, kit.Stack(6, ways...)) // below each other: the column is narrow at 1024 pixels
	}
	if v.st.held.ByHand {
		rows = append(rows, kit.Row(0, kit.NewButton("Disable it", func() { v.prepare(upgrade.EditUnset, "") })))
	}
	if strings.HasSuffix(s.Key, ".serverURI") && s.Line > 0 && !v.st.held.ByHand {
		rows = append(rows, kit.Row(0, kit.NewButton("Look whether it answers", v.reach)), v.reached)
	}
	if n := len(v.st.held.Copies); n > 0 {
		rows = append(rows, kit.Row(0, v.everywhere(n)))
	}
	return append(rows, v.diff)
}

// everywhere is the switch that makes an edit one of all nodes.
func (v *View) everywhere(others int) *kit.Button {
	b := kit.NewButton("On the other "+present.Plural(int64(others), "node", "nodes")+" too", func() {
		v.st.all = !v.st.all
		if e := v.st.edit; v.st.draft && e.File == v.st.file {
			v.prepare(e.Op, e.Value)
		}
		v.showDetail()
		v.tell()
	})
	if v.st.all {
		b.With(kit.Sign{Shape: kit.Check, Color: kit.ColorAccent})
	}
	return b
}

// reach looks at the address over the network.
func (v *View) reach() {
	file := v.st.file
	v.host.Run("settings", "validate", file)
	type seen struct {
		reached  []settings.Reached
		problems []settings.Problem
	}
	observe.Load(v.host.Scope, "reach", func(ctx context.Context) (s seen, err error) {
		s.reached, s.problems, err = v.engine.Reach(ctx, file)
		return s, err
	}, func(s seen, err error) {
		v.header.Notice.ShowErrorIf(err)
		if v.st.file != file {
			return
		}
		v.reached.Objects = nil
		for _, p := range s.problems {
			v.reached.Objects = append(v.reached.Objects, kit.Beside(kit.Warn, kit.NewPara(present.SettingProblem(p), kit.Body)))
		}
		for _, r := range s.reached {
			if r.OK {
				v.reached.Objects = append(v.reached.Objects, kit.Beside(kit.Good, kit.NewPara(present.Upper(r.Says)+" ("+present.Join(r.Addresses)+").", kit.Body)))
			}
		}
		v.header.Update()
	})
}

// nodes shows the value of the key in each copy of the file, side by side.
func (v *View) nodes(s upgrade.Setting) []fyne.CanvasObject {
	if len(v.st.held.Copies) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.NewText("On each node", kit.SmallStrong)}
	here, _ := v.inForce(v.st.held.Settings, s.Key)
	for _, c := range v.st.held.Copies {
		value, set := v.inForce(c.Settings, s.Key)
		sign := kit.Good
		if value != here {
			sign = kit.Warn
		}
		text := settings.Masked(s.Key, value)
		if !set {
			text = "not set"
		}
		rows = append(rows, kit.Beside(sign, kit.NewPara(c.Where+": "+text, kit.Body)))
	}
	return append(rows, v.outcomes()...)
}

// nodeWords are the outcomes of a node, as a person reads them.
var nodeWords = map[string]string{"changed": "changed", "same": "had this value already", "failed": "could not be changed", "undone": "was put back, because another node failed"}

// outcomes tell what became of each node in the last edit of all.
func (v *View) outcomes() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, r := range v.st.done {
		sign := map[string]kit.Sign{"failed": kit.Bad, "undone": kit.Warn}[r.State]
		if sign == (kit.Sign{}) {
			sign = kit.Good
		}
		lines := []fyne.CanvasObject{kit.NewPara(r.Node+" "+nodeWords[r.State], kit.Body)}
		if r.Problem != "" {
			lines = append(lines, kit.NewPara(r.Problem, kit.Small))
		}
		rows = append(rows, kit.Beside(sign, kit.Stack(1, lines...)))
	}
	if len(rows) > 0 {
		rows = append([]fyne.CanvasObject{kit.NewText("The last change on each node", kit.SmallStrong)}, rows...)
	}
	return rows
}

func (v *View) inForce(all []upgrade.Setting, key string) (value string, set bool) {
	for _, s := range all {
		if s.Key == key {
			value, set = s.Value, true // the last one counts
		}
	}
	return value, set
}

// differs tells whether a key has not the same value in every copy of the file.
func (v *View) differs(key string) bool {
	here, set := v.inForce(v.st.held.Settings, key)
	for _, c := range v.st.held.Copies {
		if there, also := v.inForce(c.Settings, key); there != here || also != set {
			return true
		}
	}
	return false
}

// title is the name by which a person knows a setting.
func title(s upgrade.Setting) string {
	if s.Name != "" {
		return s.Name
	}
	return s.Key
}
