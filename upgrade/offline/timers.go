package offline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Timer is work that the product or the server begins by itself, and that would fall into the window or might.
type Timer struct {
	Name     string           `json:"name"`
	Key      string           `json:"key,omitempty"` // of the setting that moves or stops it
	At       time.Time        `json:"at,omitzero"`   // when it begins next; zero: no hour is known
	Inside   bool             `json:"inside"`        // it begins within the window; unknown hours count as inside
	Why      string           `json:"why"`           // what it does to an upgrade
	Next     string           `json:"next"`          // what to do about it
	Evidence upgrade.Evidence `json:"evidence,omitzero"`
}

// The settings that timers follow.
const (
	statsEnabled = "ibm.nitro.NitroConfig.appStats.timerEnabled"
	statsHour    = "ibm.nitro.NitroConfig.appStats.refreshHour"
	statsDays    = "ibm.nitro.NitroConfig.appStats.refreshDays"
	orphanHours  = "ibm.nitro.NitroConfig.purgeOrphanFilesHours"
)

// defaultWindow is how far is looked ahead when no end of the window was named.
const defaultWindow = 12 * time.Hour

// Timers lists what begins by itself from begin to until, which may be zero. in are the settings in force by key. The hour of the statistics is the server's:
// it is taken to be in begin's time zone.
func Timers(product upgrade.Product, in map[string]upgrade.Setting, begin, until time.Time) []Timer {
	if until.IsZero() {
		until = begin.Add(defaultWindow)
	}
	if product == upgrade.DominoLeap {
		return dominoTimers(begin, until)
	}
	var out []Timer
	if t, ok := statistics(in, begin, until); ok {
		out = append(out, t)
	}
	s, set := in[orphanHours]
	hours := 48
	if n, err := strconv.Atoi(strings.TrimSpace(s.Value)); set && err == nil {
		hours = n
	}
	if hours > 0 {
		t := Timer{Name: "Removal of files without a record", Key: orphanHours, Inside: true,
			Why:  fmt.Sprintf("Files that belong to no record for %d hours are removed. The vendor names no hour at which that happens, so it may fall into the window and change what the backup holds.", hours),
			Next: "Back up with Leap stopped; then nothing can be removed meanwhile."}
		if set {
			t.Evidence = s.Evidence()
		}
		out = append(out, t)
	}
	return out
}

func statistics(in map[string]upgrade.Setting, begin, until time.Time) (Timer, bool) {
	if s, ok := in[statsEnabled]; ok && strings.EqualFold(strings.TrimSpace(s.Value), "false") {
		return Timer{}, false
	}
	t := Timer{Name: "Statistics of the applications", Key: statsHour, Why: "They read every application, which may take more than ten minutes, load the server and " +
		"write into the database while it is backed up or upgraded.", Next: "Move " + statsHour + " out of the window, or set " + statsEnabled + "=false until the upgrade is through."}
	hour := 3
	if s, ok := in[statsHour]; ok {
		if n, err := strconv.Atoi(strings.TrimSpace(s.Value)); err == nil && n >= 0 && n < 24 {
			hour, t.Evidence = n, s.Evidence()
		}
	}
	days := dayNames(in[statsDays].Value)
	at := time.Date(begin.Year(), begin.Month(), begin.Day(), hour, 0, 0, 0, begin.Location())
	for range 8 {
		if !at.Before(begin) && (len(days) == 0 || slices.Contains(days, at.Weekday())) {
			t.At, t.Inside = at, at.Before(until)
			return t, true
		}
		at = at.AddDate(0, 0, 1)
	}
	return Timer{}, false // no day of the week is named
}

// dayNames reads the days of the week by their English names; none means every day.
func dayNames(list string) []time.Weekday {
	var out []time.Weekday
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(word), d.String()) {
				out = append(out, d)
			}
		}
	}
	return out
}

// dominoTimers stand in databases that only a Notes client reads: what cannot be seen is said.
func dominoTimers(begin, until time.Time) []Timer {
	three := time.Date(begin.Year(), begin.Month(), begin.Day(), 3, 0, 0, 0, begin.Location())
	if three.Before(begin) {
		three = three.AddDate(0, 0, 1)
	}
	return []Timer{
		{Name: "Statistics of the applications", Key: "appStats.refreshHour in VoltConfig.nsf", At: three, Inside: three.Before(until),
			Why:  "They read every application database. The hour is the vendor's default; what VoltConfig.nsf says cannot be seen from here.",
			Next: "Look at the setting documents of VoltConfig.nsf with a Notes client."},
		{Name: "Removal of files without a record", Key: "orphanFileCheckHour in VoltConfig.nsf", Inside: true,
			Why: "It changes application databases. Its hour stands in VoltConfig.nsf, which cannot be seen from here.", Next: "Look at the setting document with a Notes client."},
		{Name: "Scheduled agents, compact, updall and backup programs", Key: "ServerTasksAt..., program documents, tell amgr schedule", Inside: true,
			Why: "They lock or change databases in volt while they are copied.", Next: "On the Domino console: tell amgr schedule; show schedule. With the server stopped none of them runs."},
	}
}
