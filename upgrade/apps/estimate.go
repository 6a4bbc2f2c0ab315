package apps

import (
	"fmt"
	"math"
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

// Timing is how long the upgrade of one application took in a rehearsal or earlier in this run.
type Timing struct {
	UID     string  `json:"uid"`
	Seconds float64 `json:"seconds"`
}

// Estimate is how long the applications will take. P50 and P90 are null while nothing was measured.
type Estimate struct {
	P50      *float64 `json:"p50_seconds"` // as likely shorter as longer
	P90      *float64 `json:"p90_seconds"` // nine times in ten shorter
	Basis    string   `json:"basis"`
	Apps     int      `json:"apps"`
	Measured int      `json:"measured"` // timings used
	Matched  int      `json:"matched"`  // applications of the census that were measured themselves
	Workers  int      `json:"workers"`
}

// TimingsOf gives the timings of accesses that brought a verdict; the first of each application, for later ones upgrade nothing.
func TimingsOf(accesses []Access) []Timing {
	seen := map[string]bool{}
	var timings []Timing
	for _, a := range accesses {
		if seen[key(a.UID)] || (a.Says != upgrade.Upgraded && a.Says != upgrade.Failed) {
			continue
		}
		seen[key(a.UID)] = true
		timings = append(timings, Timing{a.UID, a.Seconds})
	}
	return timings
}

// EstimateFor says how long a sweep over the census will take. What was measured for the application itself is used; the others are taken to be like
// the measured ones, whose spread makes the difference of P50 and P90. from names the rehearsal, for the basis.
func EstimateFor(census []Entry, timings []Timing, workers int, from string) Estimate {
	e := Estimate{Apps: len(census), Measured: len(timings), Workers: max(1, workers)}
	if len(timings) == 0 {
		e.Basis = "nothing was measured yet: rehearse on a copy, or sweep, and estimate from that run"
		return e
	}
	byUID, sample := make(map[string]float64, len(timings)), make([]float64, 0, len(timings))
	for _, t := range timings {
		byUID[key(t.UID)] = t.Seconds
		sample = append(sample, t.Seconds)
	}
	known := 0.0
	for _, entry := range census {
		if s, ok := byUID[key(entry.UID)]; ok {
			known += s
			e.Matched++
		}
	}
	mean, sd := spread(sample)
	rest := float64(len(census) - e.Matched)
	// The sum of n unknown durations: its own spread, and that of the mean, which was measured on a sample only.
	n := float64(len(sample))
	width := sd * math.Sqrt(rest+rest*rest/n)
	if len(sample) < 5 {
		width = max(width, rest*mean) // too few to know a spread
	}
	const runs, z90 = 0.15, 1.2816 // runs: how much one server differs from one time to the next
	total := known + rest*mean
	width = math.Hypot(width, runs*total)
	longest := slices.Max(sample)
	p50 := max(total/float64(e.Workers), min(longest, total))
	p90 := max((total+z90*width)/float64(e.Workers), p50)
	e.P50, e.P90 = &p50, &p90
	e.Basis = fmt.Sprintf("%d applications, %d of them measured in %s, the others like the %d measured there (mean %.2f s); %d at a time; "+
		"without the time for stopping, backup, installation and Setup", len(census), e.Matched, from, len(sample), mean, e.Workers)
	return e
}

func spread(sample []float64) (mean, sd float64) {
	for _, s := range sample {
		mean += s
	}
	mean /= float64(len(sample))
	for _, s := range sample {
		sd += (s - mean) * (s - mean)
	}
	if len(sample) > 1 {
		sd = math.Sqrt(sd / float64(len(sample)-1))
	}
	return mean, sd
}
