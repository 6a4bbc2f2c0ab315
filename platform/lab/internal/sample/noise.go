package sample

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Noise is a log record that tells of a server's everyday life.
type Noise struct {
	Weight int      `json:"weight"`
	Level  string   `json:"level"`  // one letter, as in the log
	Logger string   `json:"logger"` // full name; empty: as Class
	Class  string   `json:"class"`
	Method string   `json:"method"`
	Text   string   `json:"text"`
	Trace  []string `json:"trace"`
}

type noiseSet struct {
	all   []Noise
	total int
}

var loadNoise = sync.OnceValues(func() (noiseSet, error) {
	all, err := read[[]Noise]("noise.json")
	s := noiseSet{all: all}
	for _, n := range all {
		s.total += n.Weight
	}
	return s, err
})

// NextNoise generates a record of the time; app is the application that is worked on, or empty. Domino has no records of WebSphere.
func NextNoise(r Random, now time.Time, app string, domino bool) (Noise, error) {
	set, err := loadNoise()
	if err != nil {
		return Noise{}, err
	}
	w, err := loadNames()
	if err != nil {
		return Noise{}, err
	}
	for {
		n := set.pick(r.IntN(set.total))
		if !domino || !n.webSphere() {
			return fillNoise(r, w, n, now, app), nil
		}
	}
}

func (s noiseSet) pick(at int) Noise {
	for _, n := range s.all {
		if at -= n.Weight; at < 0 {
			return n
		}
	}
	return s.all[len(s.all)-1]
}

// webSphere tells that only WebSphere writes such a record.
func (n Noise) webSphere() bool {
	return strings.HasPrefix(n.Logger, "com.ibm.ws.") || strings.HasPrefix(n.Logger, "com.ibm.ejs.") || strings.HasPrefix(n.Class, "com.ibm.ws.")
}

func fillNoise(r Random, w names, n Noise, now time.Time, app string) Noise {
	n.Text = fillText(r, w, n.Text, now, app)
	trace := make([]string, len(n.Trace))
	for i, line := range n.Trace {
		trace[i] = fillText(r, w, line, now, app)
	}
	n.Trace = trace
	return n
}

// fillText gives each placeholder a value of its own.
func fillText(r Random, w names, text string, now time.Time, app string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if strings.HasPrefix(rest, "{") { // a literal brace
			b.WriteByte('{')
			text = rest[1:]
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(value(r, w, name, now, app))
		text = after
	}
}

func value(r Random, w names, name string, now time.Time, app string) string {
	switch name {
	case "n":
		return fmt.Sprint(100 + r.IntN(99900))
	case "small":
		return fmt.Sprint(1 + r.IntN(9))
	case "hex":
		return fmt.Sprintf("%08x", r.Uint32())
	case "uuid":
		return r.UUID()
	case "user":
		return owner(r, w)
	case "app":
		if app == "" {
			return r.UUID()
		}
		return app
	case "date":
		return now.Format("2006-01-02 15:04:05")
	case "ms":
		return fmt.Sprintf("%03d", now.Nanosecond()/1e6)
	}
	return "{" + name + "}"
}
