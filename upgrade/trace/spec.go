// Package trace reads trace specifications of WebSphere and Liberty ("*=info:com.ibm.form.nitro.*=finest") and the logger levels of Domino's
// OSGi workspace, and tells whether Leap itself is traced. The vendor asks for trace strings to be off before an upgrade.
//
// Everything here is pure: text in, values out.
package trace

import (
	"fmt"
	"strings"
)

// Level is how much a component writes; larger is more.
type Level int

// The levels, quietest first. Each has aliases in the servers' grammar: fine is event, finer is entryexit, finest is debug.
const (
	Off Level = iota
	Fatal
	Severe
	Warning
	Audit
	Info
	Config
	Detail
	Fine
	Finer
	Finest
	All
)

var levelNames = [...]string{"off", "fatal", "severe", "warning", "audit", "info", "config", "detail", "fine", "finer", "finest", "all"}

var levelAliases = map[string]Level{"event": Fine, "entryexit": Finer, "debug": Finest, "error": Severe, "warn": Warning, "dump": Finest}

// String is the level as WebSphere writes it, in lower case.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return "unknown"
	}
	return levelNames[l]
}

// Traces tells that the level is finer than info, so that a server at this level writes trace.
func (l Level) Traces() bool { return l > Info }

// ParseLevel reads a level without regard to case.
func ParseLevel(text string) (Level, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for i, name := range levelNames {
		if name == text {
			return Level(i), true
		}
	}
	l, ok := levelAliases[text]
	return l, ok
}

// Component is one part of a specification: a logger name, possibly ending in a wildcard, and its level.
type Component struct {
	Name  string `json:"name"` // "*", "com.ibm.form.nitro.*", a class, or the name of a trace group
	Level Level  `json:"level"`
}

// String is the component as a specification has it.
func (c Component) String() string { return c.Name + "=" + c.Level.String() }

// Spec is a read specification. Of components with the same name only the last is kept, as the servers do.
type Spec struct {
	Components []Component
}

// SyntaxError tells which part of a specification cannot be read. The rest of it was read all the same.
type SyntaxError struct {
	Spec, Part string
}

// Error names the part.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("trace specification %q: cannot read %q", e.Spec, e.Part)
}

// ParseSpec reads a specification: component=level parts, separated by colons; also the older form component=level=enabled, the comma lists and
// the "Leap:" prefix that the Helm chart has, and the full stop that ends the sentence in a log. The empty text is an empty Spec: the server's
// default, *=info. With a SyntaxError the Spec holds the readable parts.
func ParseSpec(text string) (Spec, error) {
	var s Spec
	var bad error
	clean := strings.TrimSuffix(strings.TrimSpace(text), ".")
	for _, part := range strings.FieldsFunc(clean, func(r rune) bool { return r == ':' || r == ',' || r == '\n' || r == '\r' }) {
		part = strings.TrimSpace(part)
		if part == "" || (!strings.Contains(part, "=") && strings.EqualFold(part, "leap")) {
			continue
		}
		c, ok := parsePart(part)
		if !ok {
			if bad == nil {
				bad = &SyntaxError{Spec: text, Part: part}
			}
			continue
		}
		s.set(c)
	}
	return s, bad
}

func parsePart(part string) (Component, bool) {
	fields := strings.Split(part, "=")
	name := strings.TrimSpace(fields[0])
	if len(fields) < 2 || len(fields) > 3 || name == "" {
		return Component{}, false
	}
	level, ok := ParseLevel(fields[1])
	if !ok {
		return Component{}, false
	}
	if len(fields) == 3 {
		switch strings.ToLower(strings.TrimSpace(fields[2])) {
		case "enabled", "on":
		case "disabled", "off":
			if level.Traces() {
				level = Info // the older form takes the trace away, messages stay
			}
		default:
			return Component{}, false
		}
	}
	return Component{Name: name, Level: level}, true
}

func (s *Spec) set(c Component) {
	for i := range s.Components {
		if s.Components[i].Name == c.Name {
			s.Components[i].Level = c.Level
			return
		}
	}
	s.Components = append(s.Components, c)
}

// String is the specification in the servers' own form; "*=info" when it is empty.
func (s Spec) String() string {
	if len(s.Components) == 0 {
		return "*=info"
	}
	parts := make([]string, len(s.Components))
	for i, c := range s.Components {
		parts[i] = c.String()
	}
	return strings.Join(parts, ":")
}
