package protectview

import (
	"path/filepath"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

var kinds = []string{"backup", "verify", "prove", "restore"}

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
	if p.State == op.Failed {
		failed = 0
		for failed < len(fills)-1 && fills[failed] == 1 {
			failed++
		}
	}
	v.ladder.Set(failed, fills...)
	v.chart.Set(v.st.pace.Bars(48), nil)
	v.doing.SetText(present.Doing(p, now))
	line := v.st.pace.Words()
	if p.Item != "" {
		line += "  " + filepath.Base(p.Item)
	}
	v.speed.SetText(line)
	if v.st.running != "" {
		v.tell()
	}
}

// showIdle shows how far the best backup got.
func (v *View) showIdle() {
	best, has := present.BestBackup(v.st.list)
	switch {
	case v.st.running != "":
		return
	case !has:
		v.ladder.Reach(0)
		v.doing.SetText("Nothing runs. The steps fill while a backup is made.")
	case best.State == backup.Proven:
		v.ladder.Reach(5)
		v.doing.SetText("The newest good backup is proven.")
	default:
		v.ladder.Reach(4)
		v.doing.SetText("The newest good backup is sealed; it was not restored yet.")
	}
	if v.st.progress.State == op.Failed {
		v.doing.Set("It did not succeed: see above.", kit.ColorBad)
	} else {
		v.doing.Set(v.doing.Text(), kit.ColorInk)
	}
}
