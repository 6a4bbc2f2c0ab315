// Logframes opens a log in the window's log screen, scrolls through it by lines, by pages and by jumps, and prints as one line of JSON how long the frames
// took. It is what scripts/bench measures the log screen with. A frame is counted from the moment the toolkit looks at the layout until the picture was
// handed to the system and the next event is taken.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/app/springboard/early"
	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
)

// steps is how many frames of each kind are measured.
const steps = 240

// spans are times of frames in milliseconds.
type spans struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

// result is what is printed.
type result struct {
	Records int64   `json:"records"`
	Opened  float64 `json:"opened_seconds"` // until the whole log was read
	Lines   spans   `json:"lines"`
	Pages   spans   `json:"pages"`
	Jumps   spans   `json:"jumps"`
	CPU     float64 `json:"cpu_ms"` // of this process for a frame, on all processors, in the mean
	RSS     int64   `json:"rss"`
}

func main() {
	_ = early.Took
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "logframes ROOT LOG")
		os.Exit(64)
	}
	engine, err := desk.New(wire.Options{Root: os.Args[1]})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(show(engine, os.Args[2]))
}

// probe is an invisible point that is asked for its size when a frame begins, and drawn first.
type probe struct {
	widget.BaseWidget
	began  time.Time
	raster *canvas.Raster
	after  func(took time.Duration)
}

func newProbe() *probe {
	p := &probe{}
	dot := image.NewRGBA(image.Rect(0, 0, 1, 1))
	p.raster = canvas.NewRaster(func(int, int) image.Image {
		began, after := p.began, p.after
		p.began, p.after = time.Time{}, nil
		if after != nil && !began.IsZero() {
			observe.Fyne{}.Do(func() { after(time.Since(began)) }) // runs when this frame has been handed over
		}
		return dot
	})
	p.raster.Resize(fyne.NewSize(1, 1))
	p.ExtendBaseWidget(p)
	return p
}

// MinSize is the first thing that a frame asks for.
func (p *probe) MinSize() fyne.Size {
	if p.after != nil && p.began.IsZero() {
		p.began = time.Now()
	}
	return fyne.NewSize(1, 1)
}

// CreateRenderer implements fyne.Widget. The point stays one however large the widget is: as large as the window, it would be painted over the whole of it
// with each frame, which under software OpenGL costs as much as the log.
func (p *probe) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout(p.raster))
}

// run walks through the kinds of scrolling, one frame after another.
type run struct {
	probe *probe
	view  *kit.LogView
	took  []time.Duration
	left  int
	kinds []kind
}

type kind struct {
	step func(n int)
	into *spans
}

func (r *run) next(end func()) {
	if r.left == 0 {
		if len(r.took) > 0 {
			*r.kinds[0].into = percentiles(r.took[20:]) // the first ones fill caches
			r.kinds = r.kinds[1:]
		}
		if len(r.kinds) == 0 {
			end()
			return
		}
		r.took, r.left = nil, steps+20
	}
	r.left--
	r.probe.after = func(d time.Duration) {
		r.took = append(r.took, d)
		r.next(end)
	}
	r.kinds[0].step(r.left)
	r.probe.raster.Refresh()
}

func percentiles(all []time.Duration) spans {
	slices.Sort(all)
	at := func(p int) float64 { return float64(all[len(all)*p/100].Microseconds()) / 1000 }
	return spans{at(50), at(95)}
}

func show(engine *desk.Desk, path string) int {
	app.SetMetadata(fyne.AppMetadata{Name: "Logframes"})
	a := app.NewWithID("")
	a.Settings().SetTheme(kit.NewTheme(kit.Dark))
	w := a.NewWindow("Logframes")
	w.SetPadded(false)
	scope := observe.NewScope(context.Background(), observe.Fyne{})
	host := screen.Host{Scope: scope, Tasks: observe.NewTasks(scope), Canvas: w.Canvas(), ShowCommand: func(string) {}, Open: func(upgrade.Evidence) {},
		Go: func(screen.ID) {}, IsFront: func(screen.ID) bool { return true }}
	view := logview.New(host, engine)
	p := newProbe()
	w.SetContent(container.NewStack(p, view.Content()))
	w.Resize(fyne.NewSize(1280, 800))
	var res result
	began := time.Now()
	view.Open(port.LogRequest{Path: path}, func(o logview.Opened) {
		c := o.Count()
		if !c.Done {
			return
		}
		res.Records, res.Opened = int64(c.Len()), time.Since(began).Seconds()
		view.Focus()
		log, ok := w.Canvas().Focused().(*kit.LogView)
		if !ok {
			panic("the log has no focus")
		}
		res.measure(p, log, a.Quit)
	})
	w.ShowAndRun()
	scope.Close()
	scope.Wait()
	line, err := json.Marshal(res)
	if err != nil {
		return 1
	}
	fmt.Fprintln(os.Stdout, string(line))
	return 0
}

// measure scrolls from the middle downwards.
func (res *result) measure(p *probe, log *kit.LogView, quit func()) {
	log.ScrollTo(log.Len() / 3)
	wheel := func(int) { log.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -27)}) }
	pages := func(int) { log.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) }
	at := uint32(1)
	jumps := func(int) {
		at = at*1664525 + 1013904223 // the same places each time
		log.ScrollTo(int(uint64(at) * uint64(max(1, log.Len()-60)) >> 32))
	}
	before := spent()
	r := &run{probe: p, view: log, kinds: []kind{{wheel, &res.Lines}, {pages, &res.Pages}, {jumps, &res.Jumps}}}
	r.next(func() {
		res.CPU = float64((spent() - before).Microseconds()) / 1000 / (3 * (steps + 20))
		res.RSS = resident()
		quit()
	})
}

// resident is the memory that this process holds, in bytes; 0 where the system does not tell.
func resident() int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
