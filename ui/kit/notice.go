package kit

import (
	"errors"
	"image/color"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/op"
)

var veilColor = color.NRGBA{A: 0x66}

// Trouble is what an error says to a person: what happened, what to do next, and its code.
type Trouble struct{ What, Next, Code, Detail string }

// TroubleOf reads an error. A nil error gives an empty Trouble.
func TroubleOf(err error) Trouble {
	if err == nil {
		return Trouble{}
	}
	f, ok := upgrade.AsFault(err)
	if !ok {
		return Trouble{What: err.Error(), Next: "Nothing more is known. The log of Springboard has the details.", Detail: err.Error()}
	}
	t := Trouble{Code: f.Code, Detail: err.Error()}
	if text, known := assets.Error(f.Code, f.Args); known {
		t.What, t.Next = text.What, text.Next
	} else {
		t.What = f.Error()
	}
	if cause := errors.Unwrap(f); cause != nil && t.What == "" {
		t.What = cause.Error()
	}
	return t
}

// Notice is a bar within a screen that tells of trouble, or of something worth knowing. It is hidden until it has something to say.
type Notice struct {
	*fyne.Container
	mark  *Mark
	what  *Text
	next  *Text
	code  *Text
	close *Button
	full  string
	edge  *Fill
	page  fyne.CanvasObject // the screen that it is on
	from  string            // what was being loaded when the trouble came; empty for an action
}

// NewNotice makes a hidden notice.
func NewNotice() *Notice {
	n := &Notice{mark: NewMark(Sign{Triangle, ColorBad}), what: NewPara("", Strong), next: NewPara("", Body), code: NewText("", Small).Whole(),
		edge: NewFill(ColorSurface, ColorBad, 4)}
	copyIt := NewQuiet("Copy", func() { Copy(n.full) })
	n.close = NewQuiet("Dismiss", n.dismiss)
	body := container.NewBorder(nil, nil, Inset(0, 2, 8, 0, container.NewVBox(n.mark)), container.NewVBox(Row(4, n.code, copyIt, n.close)), Stack(2,
		n.what, n.next))
	n.Container = container.NewStack(n.edge, Inset(12, 8, 8, 8, body))
	n.Hide()
	return n
}

// ShowError tells of an error; nil hides the notice.
func (n *Notice) ShowError(err error) {
	if err == nil {
		n.dismiss()
		return
	}
	t := TroubleOf(err)
	n.say(t, Sign{Triangle, ColorBad})
}

// Tell says something good or neutral.
func (n *Notice) Tell(what, next string) {
	n.say(Trouble{What: what, Next: next}, Sign{Check, ColorGood})
}

func (n *Notice) say(t Trouble, s Sign) {
	n.from = ""
	n.full = t.What + "\n" + t.Next + "\n" + t.Code + "\n" + t.Detail
	n.mark.Set(s)
	n.edge.Set(ColorSurface, s.Color)
	n.what.SetText(t.What)
	n.next.SetText(t.Next)
	n.next.Hidden = t.Next == ""
	n.code.SetText(t.Code)
	n.Container.Show()
	Update(n.page)
}

// dismiss hides the notice.
func (n *Notice) dismiss() {
	n.from = ""
	if n.Visible() {
		n.Hide()
		Update(n.page)
	}
}

// What is what the notice says, empty when it is hidden.
func (n *Notice) What() string {
	if !n.Visible() {
		return ""
	}
	return n.what.Text()
}

// ShowError shows an error over the window, for what belongs to no screen. Nothing happens for nil.
func ShowError(c fyne.Canvas, err error) *GateView {
	if err == nil {
		return nil
	}
	t := TroubleOf(err)
	rows := []fyne.CanvasObject{}
	if t.Next != "" {
		rows = append(rows, NewPara(t.Next, Body))
	}
	if t.Code != "" {
		rows = append(rows, NewText(t.Code, Small))
	}
	return ShowGate(c, Gate{Title: t.What, Body: Stack(4, rows...), Confirm: "Copy", Keep: "Close", OnGo: func([]string) { Copy(t.Detail) }})
}

// CommandBox shows a command line with a button that copies it.
type CommandBox struct {
	*fyne.Container
	text *Text
	line string
}

// NewCommandBox makes a box; it is hidden while there is no command.
func NewCommandBox() *CommandBox {
	b := &CommandBox{text: NewText("", MonoSmall)}
	copyIt := NewQuiet("Copy", func() { Copy(b.line) })
	b.Container = RowFill(6, 1, NewText(">_", SmallStrong).Whole(), b.text, copyIt)
	b.Container.Hide()
	return b
}

// Set shows a command line.
func (b *CommandBox) Set(line string) {
	b.line = line
	b.text.SetText(line)
	b.Container.Hidden = line == ""
}

// Line is the command line shown.
func (b *CommandBox) Line() string { return b.line }

// Empty says what would be here and how to get it.
func Empty(what, how string, do *Button) fyne.CanvasObject {
	rows := []fyne.CanvasObject{NewPara(what, Heading).Centred(), NewPara(how, Dim).Centred()}
	if do != nil {
		rows = append(rows, container.NewCenter(do))
	}
	return container.NewVBox(Inset(40, 48, 40, 40, Stack(10, rows...)))
}

// Working says that something goes on and for how long. It stands still between two ticks: nothing is animated.
type Working struct {
	widget.BaseWidget
	text  *Text
	what  string
	since time.Time
}

// NewWorking makes a hidden text.
func NewWorking() *Working {
	w := &Working{text: NewText("", Dim)}
	w.ExtendBaseWidget(w)
	w.Hide()
	return w
}

// Start shows what goes on; now is the start.
func (w *Working) Start(what string, now time.Time) {
	w.what, w.since = what, now
	w.text.SetText("● " + what)
	w.Show()
}

// Tick writes the time that has passed.
func (w *Working) Tick(now time.Time) {
	if w.Visible() && w.what != "" {
		if s := int(now.Sub(w.since).Seconds()); s > 0 {
			w.text.SetText("● " + w.what + "  " + strconv.Itoa(s) + " s")
		}
	}
}

// Stop hides it.
func (w *Working) Stop() {
	w.what = ""
	w.Hide()
}

// CreateRenderer implements fyne.Widget.
func (w *Working) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(w.text) }

// Unstopped is the error of an operation that has ended, but nil when a person stopped it: that is no trouble.
func Unstopped(p op.Progress) error {
	if p.State == op.Stopped {
		return nil
	}
	return p.Err
}

// Loaded tells of the trouble of something that is loaded again and again. When it went well this time, its earlier trouble is over; what an action
// told stays.
func (n *Notice) Loaded(what string, err error) {
	if err != nil {
		n.ShowError(err)
		n.from = what
	} else if n.from == what {
		n.dismiss()
	}
}

// ShowErrorIf tells of an error and leaves what is shown when there is none.
func (n *Notice) ShowErrorIf(err error) {
	if err != nil {
		n.ShowError(err)
	}
}
