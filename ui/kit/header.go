package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Header is the top of every screen. It answers what is true now, how that is known and what to do next, and holds the one primary button with
// what happens if one stops here.
type Header struct {
	*fyne.Container
	Primary *Button
	Others  *fyne.Container
	Notice  *Notice

	now, known, next *Text
	stop             *Text
	nowMark          *Mark
	page             fyne.CanvasObject // the screen that it is on
}

// NewHeader makes the top of a screen. primary may be nil.
func NewHeader(title string, primary *Button, others ...*Button) *Header {
	h := &Header{Primary: primary, Notice: NewNotice(), now: NewPara("", Strong), known: NewPara("", Dim), next: NewPara("", Body),
		stop: NewPara("", Small), nowMark: NewMark(Sign{})}
	h.nowMark.Hide()
	buttons := make([]fyne.CanvasObject, 0, len(others)+1)
	for _, b := range others {
		buttons = append(buttons, b)
	}
	if primary != nil {
		buttons = append(buttons, primary)
	}
	h.Others = Row(Unit, buttons...)
	top := RowFill(Gap, 0, NewText(title, Title), h.Others)
	answers := Columns(3*Unit, []float32{1.15, 1, 1.15},
		h.answer("NOW", container.NewBorder(nil, nil, container.NewVBox(Inset(0, 2, 6, 0, h.nowMark)), nil, h.now)),
		h.answer("HOW WE KNOW", h.known),
		h.answer("NEXT", Stack(2, h.next, h.stop)))
	h.Container = Stack(10, top, answers, h.Notice.Container)
	return h
}

func (h *Header) answer(label string, text fyne.CanvasObject) fyne.CanvasObject {
	return Stack(1, NewText(label, SmallStrong), text)
}

// Facts are the answers at the top of a screen.
type Facts struct {
	Sign   Sign // of Now
	Now    string
	Known  string
	Next   string
	IfStop string // what it means to stop here
}

// Set writes the answers.
func (h *Header) Set(f Facts) {
	h.nowMark.Set(f.Sign)
	h.nowMark.Hidden = f.Sign.Shape == NoShape
	h.now.SetText(f.Now)
	h.known.SetText(f.Known)
	h.next.SetText(f.Next)
	stop := f.IfStop
	if stop != "" {
		stop = "If you stop here: " + stop
	}
	h.stop.SetText(stop)
	h.stop.Hidden = stop == ""
	h.Update()
}

// Update lays the whole screen out anew, after something on it has changed its size.
func (h *Header) Update() { Update(h.page) }

// Now is what the header says is true now; for tests.
func (h *Header) Now() string { return h.now.Text() }

// Next is what it says to do next.
func (h *Header) Next() string { return h.next.Text() }

// Page puts a header over a body with the window's distances.
func Page(h *Header, body fyne.CanvasObject) fyne.CanvasObject {
	page := Pad(Gap, container.NewBorder(Inset(0, 0, 0, 12, h.Container), nil, nil, nil, body))
	h.page, h.Notice.page = page, page
	return page
}
