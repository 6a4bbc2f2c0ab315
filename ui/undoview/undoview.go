// Package undoview asks whose value stays when a change is to be taken back and somebody else has edited the same setting since, as --prefer does on the command line.
package undoview

import (
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// The two answers.
const (
	Theirs = "Leave what they wrote"
	Ours   = "Put back what was before"
)

// Line is the command line of taking something back with an answer.
func Line(prefer settings.Prefer, args ...string) []string {
	if prefer != "" {
		args = append(args, "--prefer", string(prefer))
	}
	return args
}

// Ask opens the question when err is that refusal, and tells so; again takes the same back with the answer. Nothing was written so far, and Escape leaves it so.
func Ask(h screen.Host, err error, again func(settings.Prefer)) bool {
	fault, ok := upgrade.AsFault(err)
	var both *settings.Conflict
	if !ok || fault.Code != "SB-5016" || !errors.As(err, &both) || len(both.Both) == 0 {
		return false
	}
	body := kit.Stack(6,
		kit.NewPara(both.File, kit.Mono),
		kit.NewPara("Both changed "+present.Join(both.Both)+". Nothing was written of this file. Every other setting stays as it is now, whatever you choose.", kit.Body),
		kit.NewText("What somebody else changed since", kit.SmallStrong), kit.DiffView(both.Theirs),
		kit.NewText("What taking it back puts in", kit.SmallStrong), kit.DiffView(both.Ours))
	kit.ShowGate(h.Canvas, kit.Gate{
		Title: "Somebody else edited the same setting of " + filepath.Base(both.File), Body: kit.AtLeast(0, 220, kit.Scroll(fyne.CanvasObject(body))),
		Extra:   kit.NewButton(Theirs, func() { again(settings.Theirs) }),
		Confirm: Ours, OnGo: func([]string) { again(settings.Ours) },
	})
	return true
}
