package shell_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/notesview"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// byHand is the part of the engine that is about VoltConfig.nsf, nodes and the network.
type byHand struct {
	domino bool
	notes  []present.NotesTask
	nodes  []string // files that were written on all nodes
	lost   bool     // the address is answered by nobody
}

func (e *byHand) task(id string, when offline.NotesPhase, op offline.NotesOp, value string) present.NotesTask {
	t := offline.NewNotesTask(when, strings.TrimPrefix(id, string(when)+"."), op, value, offline.NotesDirect, at)
	return present.NotesTask{NotesTask: t, Title: "Change " + t.Setting, Why: "It is asked for.", Steps: []string{"Open volt/VoltConfig.nsf on leap01/Lab.", "Open the document " + t.Setting + ".",
		"Setting Value: " + value}, Proves: "A look at the direct address.", Source: "https://help.example.com"}
}

func (e *byHand) AskNotes(_ context.Context, t present.NotesTask) error {
	e.notes = append(e.notes, t)
	return nil
}

func (e *byHand) TickNotes(_ context.Context, t notesview.Tick) error {
	for i := range e.notes {
		if e.notes[i].ID != t.ID {
			continue
		}
		e.notes[i].Ticked = nil
		if !t.Undo {
			e.notes[i].Ticked = &offline.NotesTick{By: t.By, At: at.Add(-time.Minute), Says: "the direct address answers", Proven: true}
			if t.Was != nil {
				e.notes[i].Ticked.Was = *t.Was
			}
		}
	}
	return nil
}

func (e *byHand) planNotes(edit upgrade.Edit) settingsview.Draft {
	op := offline.NotesOff
	if edit.Op == upgrade.EditSet {
		op = offline.NotesValue
	}
	t := e.task("set."+edit.Key, offline.NotesSet, op, edit.Value)
	return settingsview.Draft{Notes: &t}
}

func (e *byHand) ApplyNodes(_ context.Context, d settingsview.Draft) (out []settingsview.NodeResult, err error) {
	for file, node := range d.Nodes {
		e.nodes = append(e.nodes, file)
		r := settingsview.NodeResult{Node: node, File: file, State: "undone"}
		if node == "prodNode02" {
			r.State, r.Problem = "failed", "the file is read-only"
		}
		out = append(out, r)
	}
	return out, nil
}

func (e *byHand) Reach(_ context.Context, _ string) ([]settings.Reached, []settings.Problem, error) {
	r := settings.Reached{Key: "ibm.nitro.NitroConfig.serverURI", Host: "leap.example.com", URL: "https://leap.example.com/apps/", Addresses: []string{"192.0.2.7"}, Saw: "login", Says: "status 401: it asks for user and password"}
	if e.lost {
		r.Saw, r.Says = "nothing", "connection refused"
	}
	problems := settings.JudgeReached(&r, at)
	return []settings.Reached{r}, problems, nil
}

func TestAChangeInVoltConfigIsLedThroughAndTickedWithWhatStoodThere(t *testing.T) {
	e := newEngine()
	e.domino, e.offline = true, true
	e.notes = []present.NotesTask{e.task("begin.serverURI", offline.NotesBegin, offline.NotesValue, "http://leap01:80")}
	b := open(t, e, kit.Light, small)
	b.shell.Go(screen.Offline)
	b.Settle()
	b.Sees("1 change in VoltConfig.nsf to be made by hand", "1. Open volt/VoltConfig.nsf on leap01/Lab.", "3. Setting Value: http://leap01:80", "Proof: A look at the direct address.")
	b.Tap("I made this change")
	fields := b.Entries()
	fields[len(fields)-2].SetText("Ann")
	fields[len(fields)-1].SetText("https://leap.example.com")
	b.Settle()
	b.Tap("It is done")
	b.Sees("Ann, ", "The direct address answers.")
	tick := e.notes[0].Ticked
	if tick == nil || tick.By != "Ann" || tick.Was != "https://leap.example.com" {
		t.Fatalf("%+v", tick)
	}
	b.Tap("Not done")
	b.Sees("I made this change")
	if e.notes[0].Ticked != nil {
		t.Error("still ticked")
	}
}

func TestASettingOfVoltConfigIsAskedForAndTickedOnTheSettingsScreen(t *testing.T) {
	e := newEngine()
	e.domino = true
	b := open(t, e, kit.Dark, small)
	b.shell.Go(screen.Settings)
	b.Settle()
	test.TapAt(b.Tables()[0], fyne.NewPos(20, kit.RowHeight+5))
	b.Settle()
	b.Sees("The settings of Domino Leap stand in VoltConfig.nsf", "adminInfo1")
	test.TapAt(b.Tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.Sees("Value")
	fields := b.Entries()
	fields[len(fields)-1].SetText("me")
	b.Settle()
	b.Sees("One change is prepared for a Notes client", "3. Setting Value: me")
	b.Tap("Keep it for a Notes client")
	b.Sees("1 change waits for a person", "I made this change")
	if len(e.notes) != 1 || e.notes[0].Value != "me" {
		t.Fatalf("%+v", e.notes)
	}
}

func TestAnEditOfAllNodesTellsWhatBecameOfEach(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, small)
	b.shell.Go(screen.Settings)
	b.Sees("ibm.nitro.NitroConfig.serverURI")
	test.TapAt(b.Tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.Sees("Value")
	fields := b.Entries()
	fields[len(fields)-1].SetText("https://leap:9443")
	b.Sees("serverURI=https://leap:9443")
	b.Tap("On the other 1 node too")
	b.Sees("Write it on 2 nodes")
	b.Tap("Write it on 2 nodes")
	b.Sees("1 node could not be changed; the others were put back", "prodNode01 was put back, because another node failed", "prodNode02 could not be changed", "the file is read-only")
	if len(e.nodes) != 2 || len(e.applied) != 0 {
		t.Fatalf("%v %v", e.nodes, e.applied)
	}
}

func TestTheAddressIsLookedAtOnDemand(t *testing.T) {
	e := newEngine()
	b := open(t, e, kit.Light, small)
	b.shell.Go(screen.Settings)
	b.Sees("ibm.nitro.NitroConfig.serverURI")
	test.TapAt(b.Tables()[1], fyne.NewPos(20, kit.RowHeight+5))
	b.Sees("Value")
	b.Tap("Look whether it answers")
	b.Sees("Status 401: it asks for user and password (192.0.2.7).")
	e.lost = true
	b.Tap("Look whether it answers")
	b.Sees("Nobody answers at https://leap.example.com/apps/: connection refused.")
}
