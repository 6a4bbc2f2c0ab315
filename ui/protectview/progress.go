package protectview

import (
	"cmp"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

var kinds = []string{"backup", "verify", "prove", "restore"}

// samples is how many seconds of throughput the chart shows.
const samples = 90

func (v *View) buildProgress() fyne.CanvasObject {
	v.ladder = kit.NewLadder("copied", "flushed", "reread", "sealed", "proven").Explain("written", "on the disk", "compared", "manifest", "came back")
	v.chart = kit.NewBars(kit.ColorAccent, kit.ColorAccent, 62)
	v.doing, v.speed, v.peak = kit.NewPara("", kit.Body), kit.NewText("", kit.Small), kit.NewText("", kit.Small)
	v.speed.Hide()
	v.trouble = kit.Stack(4)
	v.trouble.Hide()
	now := kit.Stack(8, v.ladder, kit.Stack(1, v.doing, v.speed), v.trouble)
	v.flow = kit.Stack(4, v.chart, v.peak)
	v.flow.Hide() // the room is the sentence's while nothing moves
	return kit.Panel(kit.Inset(14, 12, 14, 10, kit.Columns(28, []float32{1.5, 1}, now, v.flow)))
}

// say writes what is done now, and lays the screen out anew when that needs another number of lines.
func (v *View) say(text, line string, c fyne.ThemeColorName) {
	before := v.doing.MinSize().Height
	v.doing.Set(text, c)
	v.speed.SetText(line)
	shown := v.speed.Visible()
	if v.speed.Hidden = line == ""; shown == v.speed.Hidden || v.doing.MinSize().Height != before {
		v.header.Update()
	}
}

// showFlow shows the throughput while something runs, and what it was afterwards.
func (v *View) showFlow() {
	v.chart.Set(v.st.pace.Bars(samples), nil)
	peak := v.st.pace.Peak(samples)
	if none := peak == "" && v.st.running == ""; none != v.flow.Hidden {
		v.flow.Hidden = none
		v.header.Update()
	}
	v.peak.SetText(cmp.Or(peak, "Throughput stands here while bytes are moved"))
}

// look takes the progress of what runs here. Any goroutine.
func (v *View) look() op.Progress {
	for _, k := range kinds {
		if t := v.host.Tasks.Of(k); t != nil {
			if p := t.Progress(); p.State == op.Running {
				return p
			}
		}
	}
	return op.Progress{}
}

// showProgress fills the ladder and the chart.
func (v *View) showProgress(p op.Progress) {
	if p.Kind == "" {
		v.showIdle()
		return
	}
	v.st.progress = p
	now := v.host.Now()
	if p.Unit == op.Bytes {
		v.st.pace.Add(now, p.Phase, p.Done)
	}
	failed := -1
	fills := present.LadderOf(p)
	waits := upgrade.KindOf(p.Err) == upgrade.KindWaiting && p.Err != nil
	if waits {
		fills[len(fills)-1] = 0.5
	}
	if p.State == op.Failed && !waits {
		failed = 0
		for failed < len(fills)-1 && fills[failed] == 1 {
			failed++
		}
	}
	v.ladder.Set(failed, fills...)
	v.showFlow()
	line := v.st.pace.Words()
	if p.State == op.Running && p.Item != "" {
		if line != "" {
			line += "   "
		}
		line += filepath.Base(p.Item)
	}
	switch {
	case waits:
		v.say("The files came back as they were. The database waits for a person.", line, kit.ColorInk)
	case failed >= 0:
		v.say(failure(p.Kind), line, kit.ColorBad)
	default:
		v.say(present.Doing(p, now), line, kit.ColorInk)
	}
	v.showTrouble(p)
	if v.st.running != "" {
		v.tell()
	}
}

// showTrouble names what went wrong without ending the work, as it occurs: the last two, and how many there were.
func (v *View) showTrouble(p op.Progress) {
	var rows []fyne.CanvasObject
	last := p.Problems[max(0, len(p.Problems)-2):]
	for _, f := range last {
		rows = append(rows, kit.Beside(kit.Warn, kit.NewPara(kit.TroubleOf(f).What, kit.Small)))
	}
	if more := p.ProblemCount - len(last); more > 0 {
		rows = append(rows, kit.NewText("and "+present.Plural(int64(more), "problem", "problems")+" before", kit.Small))
	}
	changed := len(rows) != len(v.trouble.Objects)
	v.trouble.Objects, v.trouble.Hidden = rows, len(rows) == 0
	if changed {
		v.header.Update()
	} else {
		v.trouble.Refresh()
	}
}

// showIdle shows how far the best backup got.
func (v *View) showIdle() {
	if v.st.running != "" || v.st.progress.State == op.Failed {
		return
	}
	best, has := v.best()
	reach, text := 4, "The best backup is sealed: its manifest names every byte. It was not restored yet."
	switch {
	case !has:
		reach, text = 0, "Nothing runs. The steps fill while a backup is made."
	case best.State == backup.Proven:
		reach, text = 5, "The best backup is proven: all of it came back once, and was as it had been."
	case best.Pending != "":
		text = "The best backup is sealed. Its files came back once; its database waits for a person."
	}
	v.ladder.Reach(reach)
	v.showFlow()
	v.say(text, "", kit.ColorInk)
}

// failure says what a failure of each kind leaves behind.
func failure(kind string) string {
	switch kind {
	case "backup":
		return "It did not succeed: see above. What was copied is hashed again and kept next time."
	case "restore":
		return "It did not succeed: see above. What stood there stands there still."
	}
	return "It did not pass: see above, and the list of what differs."
}
