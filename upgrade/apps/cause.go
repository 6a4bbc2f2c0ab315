package apps

import (
	"maps"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/fingerprint"
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

// Fingerprint is the same for failures that are alike: it keeps the classes of the chain and the root's message without ids, values and numbers.
// uid and name of the application are taken out too; both may be empty. It is empty for an empty chain. Frames do not count here: a failure is known from
// the log, from the table or from the application's page, and the last two have none or not all.
func Fingerprint(causes []string, uid, name string) string {
	if len(causes) == 0 {
		return ""
	}
	var lines []string
	for i, cause := range causes {
		class, message := "", cause
		if isException(cause) {
			class, message, _ = strings.Cut(cause, ":")
		}
		lines = append(lines, fingerprint.Class(class))
		if i == len(causes)-1 {
			lines = append(lines, fingerprint.Message(message, uid, name))
		}
	}
	return fingerprint.Sum(lines...)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
