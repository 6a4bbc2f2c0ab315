// Package notesview leads a person through a change that only a Notes client makes: the vendor's steps, the tick by name with what stood there before, and what is seen of it
// from outside. It is a part of the screens Offline and Settings.
package notesview

import (
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/offline"
)

// Tick is what a person says of a task.
type Tick struct {
	ID, By string
	Was    *string // what Setting Value held before; nil: as it was told before, or not asked for
	Undo   bool
}

// Row shows a task. tick is called on Fyne's goroutine with what a person said.
func Row(h screen.Host, t present.NotesTask, tick func(Tick)) fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewText(t.Title, kit.Strong)}
	if t.Ticked == nil {
		return kit.Beside(kit.Open, kit.Stack(3, append(rows, due(h, t, tick)...)...))
	}
	line, good := present.NotesState(t, h.Now())
	sign := kit.Good
	if !good {
		sign = kit.Warn
	}
	rows = append(rows, kit.NewPara(line, kit.Body))
	if t.Ticked.Next != "" {
		rows = append(rows, kit.NewPara(t.Ticked.Next, kit.Body).In(kit.ColorDim))
	}
	var ways []fyne.CanvasObject
	if t.Proof != offline.NotesWord {
		ways = append(ways, kit.NewButton("Look again", func() { tick(Tick{ID: t.ID, By: t.Ticked.By}) }))
	}
	ways = append(ways, kit.NewQuiet("Not done", func() { tick(Tick{ID: t.ID, By: t.Ticked.By, Undo: true}) }))
	return kit.Beside(sign, kit.Stack(3, append(rows, kit.Wrap(6, ways...))...))
}

// due are the steps of a task that waits for a person.
func due(h screen.Host, t present.NotesTask, tick func(Tick)) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	if t.Why != "" {
		rows = append(rows, kit.NewPara(t.Why, kit.Body).In(kit.ColorDim))
	}
	rows = append(rows, Steps(t)...)
	ways := []fyne.CanvasObject{kit.NewButton("I made this change", func() { ask(h, t, tick) })}
	if t.Value != "" {
		ways = append(ways, kit.NewQuiet("Copy the value", func() { kit.Copy(t.Value) }))
	}
	return append(rows, kit.NewPara("Proof: "+t.Proves, kit.Small), kit.Wrap(6, ways...))
}

// Steps are the vendor's steps, numbered.
func Steps(t present.NotesTask) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for i, s := range t.Steps {
		rows = append(rows, kit.NewPara(strconv.Itoa(i+1)+". "+s, kit.Body))
	}
	return rows
}

func ask(h screen.Host, t present.NotesTask, tick func(Tick)) {
	fields := []kit.Field{{Label: "Who made it", Value: h.Person, Required: true}}
	if t.NeedsFormer() {
		fields = append(fields, kit.Field{Label: "What Setting Value held before (empty: the setting was disabled)"})
	}
	kit.ShowGate(h.Canvas, kit.Gate{Title: t.Title, Confirm: "It is done", Fields: fields,
		Body: kit.NewPara("The name, the time and what stood there before go into the journal. Coming back asks for exactly that to be put back.", kit.Body),
		OnGo: func(values []string) {
			said := Tick{ID: t.ID, By: values[0]}
			if t.NeedsFormer() {
				said.Was = &values[1]
			}
			tick(said)
		}})
}

// Line is the command line of a tick, without the program.
func Line(t Tick) []string {
	line := []string{"settings", "notes", "tick", t.ID, "--by", t.By}
	if t.Was != nil {
		line = append(line, "--was", *t.Was)
	}
	if t.Undo {
		line = append(line, "--undo")
	}
	return line
}
