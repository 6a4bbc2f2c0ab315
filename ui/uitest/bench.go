package uitest

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
)

// Bench is a window of Fyne's test driver. Everything runs on the test's goroutine but the engine's answers, which wait in the queue.
type Bench struct {
	T      *testing.T
	Window fyne.Window
	Queue  *observe.Queue
}

// NewBench makes an empty window in a look.
func NewBench(t *testing.T, choice kit.Choice) *Bench {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(choice))
	w := app.NewWindow("")
	w.SetPadded(false)
	return &Bench{T: t, Window: w, Queue: observe.NewQueue()}
}

// Soon gives clocks that let watches sample without a pause and stand still otherwise.
func Soon(d time.Duration) <-chan time.Time {
	if d != observe.Interval {
		return nil
	}
	c := make(chan time.Time, 1)
	c <- time.Time{}
	return c
}

// Settle waits until the engine's answers are shown.
func (b *Bench) Settle() {
	b.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	for b.Queue.Next(ctx) {
	}
}

// Texts are all texts that are seen, and all rows of tables: one line each.
func (b *Bench) Texts() string {
	var out []string
	for _, root := range Roots(b.Window.Canvas()) {
		Walk(root, func(o fyne.CanvasObject) {
			switch w := o.(type) {
			case *kit.Text:
				out = append(out, w.Text())
			case *kit.Button:
				out = append(out, w.Text)
			case *kit.Link:
				out = append(out, w.Text())
			case *kit.Strip:
				out = append(out, w.Legend())
			case *kit.DataTable:
				for row := range w.Len() {
					for col := range w.Columns {
						out = append(out, w.At(row, col).Text)
					}
				}
			}
		})
	}
	return strings.Join(out, "\n")
}

// patience is how many times Settle is called before a text counts as missing: on a busy machine a chain of answers takes longer than one.
const patience = 40

// Sees waits until all texts are seen, and fails the test for each that does not come.
func (b *Bench) Sees(want ...string) {
	b.T.Helper()
	got := b.Texts()
	for range patience {
		if missing(got, want) == "" {
			return
		}
		b.Settle()
		got = b.Texts()
	}
	for _, w := range want {
		if !strings.Contains(got, w) {
			b.T.Errorf("nothing says %q; seen:\n%s", w, got)
		}
	}
}

// missing is the first of the texts that is not in what is seen, empty when all are.
func missing(seen string, want []string) string {
	for _, w := range want {
		if !strings.Contains(seen, w) {
			return w
		}
	}
	return ""
}

// Button finds a button by its text, the front one when there are several.
func (b *Bench) Button(text string) *kit.Button {
	b.T.Helper()
	all := Find[*kit.Button](b.Window.Canvas())
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Text == text {
			return all[i]
		}
	}
	b.T.Fatalf("there is no button %q; seen:\n%s", text, b.Texts())
	return nil
}

// Tap presses a button and waits until what comes of it is shown.
func (b *Bench) Tap(text string) {
	b.T.Helper()
	button := b.Button(text)
	if button.Disabled() {
		b.T.Fatalf("the button %q is off", text)
	}
	test.Tap(button)
	b.Settle()
}

// Entries are the fields that can be written into: those of what stands over the window, when something does.
func (b *Bench) Entries() (out []*kit.Entry) {
	roots := Roots(b.Window.Canvas())
	Walk(roots[len(roots)-1], func(o fyne.CanvasObject) {
		if e, ok := o.(*kit.Entry); ok {
			out = append(out, e)
		}
	})
	return out
}

// Tables are the tables of the window.
func (b *Bench) Tables() []*kit.DataTable { return Find[*kit.DataTable](b.Window.Canvas()) }
