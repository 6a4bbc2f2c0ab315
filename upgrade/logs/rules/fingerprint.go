package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/logs"
)

// ownFrames is how many frames of ours count for each exception of a chain: deeper ones tell who called, not what failed.
const ownFrames = 3

var (
	// codes are parts of a message that say what failed, and are the same wherever it fails.
	codes = lazyregexp.New(`SQLCODE[=: ]+-?\d+|SQLSTATE[=: ]+\w{5}|\bORA-\d{5}\b|\bSQL\d{4,5}[NCW]\b|\b[A-Z]{4,5}\d{4}[EWI]\b|\bERRORCODE[=: ]+-?\d+`)
	// generated are parts of class names that differ from start to start.
	generated = lazyregexp.New(`\$\$?(?:Lambda|EnhancerBy\w*|FastClassBy\w*|Proxy)[\w$/]*|\$?Proxy\d+|GeneratedMethodAccessor\d+|/0x[0-9a-f]+|_\d{6,}`)
	// values are parts of a text that differ from record to record.
	values = lazyregexp.New(`"[^"]*"|'[^']*'|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|@[0-9a-f]{5,}|(?:[A-Za-z]:)?[/\\][^\s:,;]+|\d+`)
)

// Fingerprint names the cause of a failure: equal for failures of different applications with the same cause. It is made of the classes of the
// exceptions, the error codes in their messages and the top frames of ours, without line numbers, ids and values; for a record without
// exceptions of its text without values. It begins with a readable name.
func (s *Set) Fingerprint(r *logs.Record) string {
	if len(r.Causes) == 0 {
		text := strings.Join(strings.Fields(values.ReplaceAllString(r.Text, "#")), " ")
		return named(r.MessageID, "text", text)
	}
	var b strings.Builder
	for _, c := range r.Causes {
		b.WriteString(c.Class + "\n")
		for _, code := range codes.FindAllString(c.Message, 4) {
			b.WriteString(" " + code + "\n")
		}
		left := ownFrames
		for _, f := range c.Frames {
			if left > 0 && s.ours(f) {
				b.WriteString(" at " + plainFrame(f) + "\n")
				left--
			}
		}
	}
	root := r.Causes[len(r.Causes)-1].Class
	return named(root[strings.LastIndexAny(root, ".$")+1:], "failure", b.String())
}

func named(name, otherwise, content string) string {
	if name == "" {
		name = otherwise
	}
	sum := sha256.Sum256([]byte(content))
	return name + "-" + hex.EncodeToString(sum[:5])
}

func (s *Set) ours(frame string) bool {
	frame = withoutModule(frame)
	for _, prefix := range s.Ours {
		if strings.HasPrefix(frame, prefix) {
			return true
		}
	}
	return false
}

// withoutModule takes "java.base/" or "app//" off a frame.
func withoutModule(frame string) string {
	if slash := strings.LastIndexByte(frame[:max(strings.IndexByte(frame, '('), 0)], '/'); slash >= 0 {
		return frame[slash+1:]
	}
	return frame
}

// plainFrame is class and method only.
func plainFrame(frame string) string {
	frame, _, _ = strings.Cut(withoutModule(frame), "(")
	return generated.ReplaceAllString(frame, "$$")
}
