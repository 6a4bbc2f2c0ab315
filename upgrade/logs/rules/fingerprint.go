package rules

import (
	"strings"

	"github.com/springboard-leap/springboard/upgrade/fingerprint"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// ownFrames is how many frames of ours count for each exception of a chain: deeper ones tell who called, not what failed.
const ownFrames = 3

// Fingerprint names the cause of a failure: equal for failures of different applications with the same cause. It is made of the classes of the
// exceptions, the error codes in their messages and the top frames of ours, without line numbers, ids and values; where no frame of ours stands and no
// code, of the innermost message without values too; for a record without exceptions of its text without values. It begins with a readable name.
func (s *Set) Fingerprint(r *logs.Record) string {
	if len(r.Causes) == 0 {
		return named(r.MessageID, "text", fingerprint.Message(r.Text))
	}
	var lines []string
	told := false
	for _, c := range r.Causes {
		lines = append(lines, fingerprint.Class(c.Class))
		for _, code := range fingerprint.Codes(c.Message) {
			lines, told = append(lines, " "+code), true
		}
		left := ownFrames
		for _, f := range c.Frames {
			if frame := fingerprint.Frame(f); left > 0 && s.ours(frame) {
				lines, told = append(lines, " at "+frame), true
				left--
			}
		}
	}
	root := r.Causes[len(r.Causes)-1]
	if !told {
		lines = append(lines, fingerprint.Message(root.Message))
	}
	class := fingerprint.Class(root.Class)
	return named(class[strings.LastIndexAny(class, ".$")+1:], "failure", lines...)
}

func named(name, otherwise string, lines ...string) string {
	if name == "" {
		name = otherwise
	}
	return name + "-" + fingerprint.Sum(lines...)[:10]
}

// ours tells whether a frame is of the product's packages.
func (s *Set) ours(frame string) bool {
	for _, prefix := range s.Ours {
		if strings.HasPrefix(frame, prefix) {
			return true
		}
	}
	return false
}
