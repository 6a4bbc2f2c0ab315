package trace

import (
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// stateSpec is a specification within a sentence of any language: the message's id is stable, its words are not.
var stateSpec = lazyregexp.New(`[\w.*$<>@#/\[\]-]+=[A-Za-z]+(?:=(?:enabled|disabled))?` +
	`(?::[\w.*$<>@#/\[\]-]+=[A-Za-z]+(?:=(?:enabled|disabled))?)*`)

// StateIDs are the messages by which WebSphere and Liberty tell the trace state that is in force: at start, and after a change.
var StateIDs = []string{"TRAS0017I", "TRAS0018I"}

// ParseState finds the specification that a TRAS0017I or TRAS0018I message tells; text may be the whole line of the log.
func ParseState(text string) (spec string, ok bool) {
	for _, id := range StateIDs {
		if _, after, found := strings.Cut(text, id); found {
			spec = stateSpec.FindString(after)
			return spec, spec != ""
		}
	}
	return "", false
}

// FromLogger makes the component of a java.util.logging level as Domino's rcpinstall.properties has it: key "com.ibm.form.nitro.level", value
// "FINEST". A logger's level holds for all below it. ok is false for keys that are not levels and for levels unknown to the grammar.
func FromLogger(key, level string) (c Component, ok bool) {
	name, ok := strings.CutSuffix(strings.TrimSpace(key), ".level")
	if !ok {
		return Component{}, false
	}
	l, ok := ParseLevel(level)
	if !ok {
		return Component{}, false
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "*"), ".")
	if name == "" {
		return Component{Name: "*", Level: l}, true
	}
	return Component{Name: name + ".*", Level: l}, true
}

// Add sets a component; the last of equal names wins.
func (s *Spec) Add(c Component) { s.set(c) }
