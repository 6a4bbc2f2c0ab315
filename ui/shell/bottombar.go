package shell

import (
	"cmp"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// bottomBar says what is running, what waits for a person, and the command line of the last action.
type bottomBar struct {
	*fyne.Container
	shell   *Shell
	log     *kit.Button
	task    *fyne.Container
	title   *kit.Text
	bar     *kit.Strip
	left    *kit.Text
	stop    *kit.Button
	needs   *kit.Button
	command *kit.CommandBox
	running []*observe.Task
	waiting []port.Need
	state   port.LogState
}

func newBottomBar(s *Shell) *bottomBar {
	b := &bottomBar{shell: s, title: kit.NewText("", kit.Body), left: kit.NewText("", kit.Small), bar: kit.NewBar(), command: kit.NewCommandBox()}
	b.log = kit.NewQuiet("log: not followed", func() { s.Go(screen.Log) })
	b.stop = kit.NewButton("Stop safely", b.stopFirst)
	b.needs = kit.NewQuiet("", b.goNeed).With(kit.Sign{Shape: kit.Diamond, Color: kit.ColorWarn})
	b.needs.Hide()
	b.task = kit.RowFill(8, 0, kit.FixedWidth(170, b.title), kit.FixedWidth(90, b.bar), kit.FixedWidth(96, b.left), b.stop)
	b.task.Hide()
	b.command.Set("")
	line := kit.RowFill(12, 3, b.log, b.task, b.needs, b.command.Container)
	b.Container = container.NewStack(kit.NewFill(kit.ColorSurface, "", 0), container.NewBorder(kit.HLine(), nil, nil, nil, kit.Inset(10, 0, 10, 0, line)))
	return b
}

func (b *bottomBar) showLog(l port.LogState) {
	b.state = l
	b.writeLog(b.shell.scope.Clock.Time())
}

func (b *bottomBar) writeLog(now time.Time) {
	st := kit.StreamState(b.state.State)
	text := "log: " + st.Word
	if b.state.State != "" && !b.state.Last.IsZero() {
		if age := now.Sub(b.state.Last); age < time.Minute { // in steps: every frame costs a processor that draws by itself
			now = b.state.Last.Add(age.Truncate(10 * time.Second))
		}
		text += ", " + present.Ago(b.state.Last, now)
	}
	b.log.SetSign(st.Sign)
	if b.log.Text != text {
		b.log.SetText(text)
		kit.Update(b.Container)
	}
}

func (b *bottomBar) showTasks(running []*observe.Task) {
	// The practice server runs as long as it is wanted: it comes after what has an end.
	slices.SortStableFunc(running, func(x, y *observe.Task) int {
		return cmp.Compare(lasting(x), lasting(y))
	})
	b.running = running
	b.task.Hidden = len(running) == 0
	if len(running) > 0 {
		b.writeTask(b.shell.scope.Clock.Time())
	}
	kit.Update(b.Container)
}

func lasting(t *observe.Task) int {
	if t.Progress().Kind == taskServe {
		return 1
	}
	return 0
}

func (b *bottomBar) writeTask(now time.Time) {
	p := b.running[0].Progress()
	title := p.Title
	if n := len(b.running); n > 1 {
		title += " and " + present.Plural(int64(n-1), "more", "more")
	}
	b.title.SetText(title)
	b.left.SetText(TaskLeft(p, now))
	b.bar.Hidden = p.Fraction() < 0
	b.bar.Set(1000, []kit.Part{{State: kit.State{Sign: kit.Sign{Shape: kit.Disc, Color: kit.ColorAccent}}, Count: int(1000 * max(0, p.Fraction()))}})
	b.stop.SetEnabled(p.CanStop && !p.StopAsked)
	if p.StopAsked {
		b.stop.SetText("Stopping")
	} else {
		b.stop.SetText("Stop safely")
	}
	kit.Update(b.Container)
}

// TaskLeft is how far an operation is, in few words.
func TaskLeft(p op.Progress, now time.Time) string {
	if left := present.Left(p.Left(now)); left != "" && now.Sub(p.Started) > 2*time.Second {
		return left
	}
	return present.Duration(now.Sub(p.Started).Truncate(time.Second))
}

func (b *bottomBar) tick(now time.Time) {
	b.writeLog(now)
	if len(b.running) > 0 {
		b.writeTask(now)
	}
}

func (b *bottomBar) stopFirst() {
	if len(b.running) > 0 {
		b.shell.stop(b.running[0])
	}
}

func (b *bottomBar) showNeeds(n []port.Need) {
	same := len(n) == len(b.waiting) && b.needs.Hidden == (len(n) == 0)
	b.waiting = n
	if same {
		return // it is asked every few seconds, and every frame costs a processor that draws by itself
	}
	b.needs.Hidden = len(n) == 0
	if len(n) == 1 {
		b.needs.SetText("1 needs you")
	} else {
		b.needs.SetText(present.Count(int64(len(n))) + " need you")
	}
	kit.Update(b.Container)
}

// goNeed goes to the first thing that waits; when that is in front already, to the next.
func (b *bottomBar) goNeed() {
	for _, n := range b.waiting {
		if id := screen.ID(n.Screen); id != b.shell.current {
			b.shell.Go(id)
			return
		}
	}
}

func (b *bottomBar) showCommand(line string) {
	b.command.Set(line)
	kit.Update(b.Container)
}

func (b *bottomBar) copyCommand() {
	if line := b.command.Line(); line != "" {
		kit.Copy(line)
	}
}
