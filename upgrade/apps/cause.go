package apps

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

const mostCauses = 32 // a chain that is longer is a loop

// CauseChain reads the exceptions of a stack trace, outermost first, each as "class: message" on one line. A text that is no trace gives its first line.
func CauseChain(trace string) []string {
	var chain []string
	started := false
	for line := range strings.Lines(trace) {
		text := strings.TrimSpace(line)
		switch {
		case text == "":
			continue
		case strings.HasPrefix(text, "at ") || strings.HasPrefix(text, "... "):
			continue
		case strings.HasPrefix(text, "Caused by: "):
			chain = append(chain, oneLine(strings.TrimPrefix(text, "Caused by: ")))
		case !started:
			chain = append(chain, oneLine(text))
		case len(chain) == 1 && !isException(chain[0]) && isException(text):
			chain[0] = oneLine(text) // a headline stood before the exception
		}
		started = true
		if len(chain) >= mostCauses {
			break
		}
	}
	return chain
}

var exceptionClass = lazyregexp.New(`^(?:[\pL_$][\pL\pN_$]*\.)+[\pL_$][\pL\pN_$]*(?::|$)`)

func isException(line string) bool { return exceptionClass.MatchString(line) }

// values are what differs between applications that failed for the same reason.
var values = []struct {
	re *lazyregexp.Regexp
	by string
}{
	{lazyregexp.New(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`), "<id>"},
	{lazyregexp.New(`'[^']*'|"[^"]*"|“[^”]*”|«[^»]*»`), "<value>"},
	{lazyregexp.New(`(?:[A-Za-z]:)?(?:[/\\][^\s/\\:;,]+){2,}`), "<path>"},
	{lazyregexp.New(`\b[0-9a-fA-F]{8,}\b`), "<id>"},
	{lazyregexp.New(`[0-9]+`), "#"},
}

// Fingerprint is the same for failures that are alike: it keeps the classes of the chain and the root's message without ids, values and numbers.
// uid and name of the application are taken out too; both may be empty. It is empty for an empty chain.
func Fingerprint(causes []string, uid, name string) string {
	if len(causes) == 0 {
		return ""
	}
	h := sha256.New()
	for i, cause := range causes {
		class, message := "", cause
		if isException(cause) {
			class, message, _ = strings.Cut(cause, ":")
		}
		h.Write([]byte(class + "\n"))
		if i == len(causes)-1 {
			h.Write([]byte(normalise(message, uid, name)))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func normalise(message, uid, name string) string {
	if len(name) > 2 {
		message = strings.ReplaceAll(message, name, "<name>")
	}
	if len(uid) > 2 {
		message = strings.ReplaceAll(message, uid, "<id>")
	}
	for _, v := range values {
		message = v.re.ReplaceAllString(message, v.by)
	}
	return strings.Join(strings.Fields(message), " ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
