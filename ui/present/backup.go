package present

import (
	"fmt"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// BestBackup is the newest proven backup, or else the newest sealed one; ok is false when there is neither.
func BestBackup(list []backup.Summary) (best backup.Summary, ok bool) {
	for _, b := range list {
		if b.Problem != "" || b.Incomplete || b.State == "" {
			continue
		}
		proven, was := b.State == backup.Proven, best.State == backup.Proven
		if !ok || proven && !was || proven == was && b.Created.After(best.Created) {
			best, ok = b, true
		}
	}
	return best, ok
}

// LadderOf tells how far each step of the ladder is: copied, flushed, reread, sealed, proven. One pass copies, flushes and rereads.
func LadderOf(p op.Progress) []float32 {
	f := float32(max(0, p.Fraction()))
	if p.State == op.Done {
		switch p.Kind {
		case "prove":
			return []float32{1, 1, 1, 1, 1}
		case "backup":
			return []float32{1, 1, 1, 1, 0}
		}
	}
	switch p.Kind {
	case "prove":
		return []float32{1, 1, 1, 1, max(f, 0.02)}
	case "verify":
		return []float32{1, 1, max(f, 0.02), 1, 0}
	case "restore":
		return []float32{1, 1, 1, 1, 0}
	}
	switch {
	case strings.HasPrefix(p.Phase, "copying"):
		return []float32{f, f, f, 0, 0}
	case strings.HasPrefix(p.Phase, "looking"):
		return []float32{1, 1, 1, f / 2, 0}
	case strings.HasPrefix(p.Phase, "sealing"):
		return []float32{1, 1, 1, 0.5, 0}
	}
	return []float32{0.01, 0, 0, 0, 0}
}

// Doing says what an operation does right now: phase, how much, time left.
func Doing(p op.Progress, now time.Time) string {
	words := Upper(p.Phase)
	if words == "" {
		words = p.Title
	}
	switch {
	case p.Total > 0 && p.Unit == op.Bytes:
		words += "  " + Size(p.Done) + " of " + Size(p.Total)
	case p.Total > 0:
		words += "  " + Count(p.Done) + " of " + Count(p.Total)
	}
	if p.State == op.Running {
		if left := Left(p.Left(now)); left != "" && now.Sub(p.Started) > 2*time.Second {
			words += ", " + left
		}
	}
	return words
}

// Pace keeps how fast bytes went, second by second.
type Pace struct {
	phase string
	at    time.Time
	done  int64
	last  []float64 // bytes a second
}

// Add takes a sample. Samples within half a second of the last are left out.
func (p *Pace) Add(now time.Time, phase string, done int64) {
	if phase != p.phase || done < p.done {
		p.phase, p.at, p.done = phase, now, done
		return
	}
	d := now.Sub(p.at)
	if d < 500*time.Millisecond {
		return
	}
	p.last = append(p.last, float64(done-p.done)/d.Seconds())
	p.at, p.done = now, done
	if len(p.last) > 600 {
		p.last = p.last[len(p.last)-600:]
	}
}

// Bars gives the last n samples, oldest first.
func (p *Pace) Bars(n int) []float64 {
	out := make([]float64, n)
	k := min(n, len(p.last))
	copy(out[n-k:], p.last[len(p.last)-k:])
	return out
}

// Words is the last pace in words.
func (p *Pace) Words() string {
	if len(p.last) == 0 {
		return ""
	}
	return Size(int64(p.last[len(p.last)-1])) + "/s"
}

// Peak is the fastest of the last n samples in words, with how long they span; empty while there are none.
func (p *Pace) Peak(n int) string {
	k := min(n, len(p.last))
	if k == 0 {
		return ""
	}
	top := 0.0
	for _, v := range p.last[len(p.last)-k:] {
		top = max(top, v)
	}
	return "at most " + Size(int64(top)) + "/s in the last " + Plural(int64(k), "second", "seconds")
}

// RestOf says how far it is seen that the installation rests. sure is false when something was found or could not be seen.
func RestOf(r backup.Rest) (text string, sure bool) {
	var none, found, unknown []string
	sort := func(state, word string) {
		switch state {
		case "none":
			none = append(none, word)
		case "found":
			found = append(found, word)
		case "unknown":
			unknown = append(unknown, word)
		}
	}
	sort(r.Processes, "process of the server")
	sort(r.Services, "service at work")
	sort(r.OpenFiles, "file open for writing")
	sort(r.Connections, "connection to the database")
	var parts []string
	if len(found) > 0 {
		parts = append(parts, "Found: "+Join(found))
	}
	if len(none) > 0 {
		parts = append(parts, "no "+strings.Join(none, ", no "))
	}
	if len(unknown) > 0 {
		parts = append(parts, "not seen: "+Join(unknown))
	}
	return Upper(strings.Join(parts, "; ")), len(found) == 0 && len(unknown) == 0
}

// AskedOf says of every question about the installation's rest that was not answered with none what came, and how it was asked.
func AskedOf(r backup.Rest) []string {
	var lines []string
	for _, a := range r.Asked {
		if a.Answer == "none" {
			continue
		}
		text := Upper(a.What) + ": " + a.Answer
		if len(a.Found) > 0 {
			text += " (" + Join(a.Found) + ")"
		}
		lines = append(lines, Sentence(text+"; asked: "+a.How))
	}
	return lines
}

// Room says what a backup needs on a volume and what is free there.
func Room(v backup.Volume) string {
	text := v.Path + ": " + Size(v.Free) + " free"
	if v.Needed > 0 {
		text += ", " + Size(v.Needed) + " needed"
	}
	if v.Type != "" {
		text += " (" + v.Type + ")"
	}
	return text
}

// Proof says in one line what a test restore showed.
func Proof(p backup.Proof, now time.Time) string {
	if p.Person != "" {
		text := "The database came back by hand"
		if !p.OK {
			text = "The database did not come back"
		}
		return fmt.Sprintf("%s, says %s %s: %s", text, p.Person, Clock(p.At, now), p.Why)
	}
	if !p.OK {
		return fmt.Sprintf("Test restore %s: %s", Clock(p.At, now), Plural(int64(p.Problems), "problem", "problems"))
	}
	text := fmt.Sprintf("Test restore %s: %s compared", Clock(p.At, now), Plural(p.Files, "file", "files"))
	if p.NSF > 0 {
		text += ", " + Plural(p.NSF, "NSF header", "NSF headers") + " read"
	}
	if p.Database != "" {
		text += "; " + p.Database
	}
	if p.Pending != "" {
		text += "; the database is left to a person"
	}
	return text
}
