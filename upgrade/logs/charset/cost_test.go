package charset_test

import (
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// A log is read in many pieces, and each asks: names that are already known must not cost a thing.
func TestNoNameAndAKnownNameAreFoundWithoutMemory(t *testing.T) {
	for _, name := range []string{"", "UTF-8", "windows-1250"} {
		utf8, _ := charset.ByName("UTF-8")
		if n := testing.AllocsPerRun(100, func() { utf8.WithStray(name) }); n > 0 {
			t.Errorf("%q takes %.0f pieces of memory", name, n)
		}
	}
}
