//go:build unix

package logs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestAPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "SystemOut.log")
	must(t, syscall.Mkfifo(path, 0o600))
	_, err := Open(t.Context(), Options{}, path)
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-3001" || !strings.Contains(err.Error(), "pipe") {
		t.Errorf("%v", err)
	}
}

func TestALogThatShrinksWhileItIsSearchedIsAnErrorAndNoEnd(t *testing.T) {
	file, _ := generated(t, "SystemOut.log", 3<<20)
	parts := opened(t, file)
	must(t, os.Truncate(file, 1<<20))
	var last error
	for _, err := range Search(t.Context(), parts, &Filter{}, Wanted{}) {
		last = err
	}
	if f, ok := upgrade.AsFault(last); !ok || f.Code != "SB-3001" || !errors.Is(last, errShrunk) {
		t.Errorf("%v", last)
	}
}

func TestALogThatGrowsWhileItIsSearchedIsSearchedAsItWas(t *testing.T) {
	file, g := generated(t, "SystemOut.log", 2<<20)
	parts := opened(t, file)
	n := int64(0)
	for _, err := range Search(t.Context(), parts, &Filter{}, Wanted{}) {
		must(t, err)
		if n++; n%1000 == 0 {
			f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
			must(t, err)
			_, err = f.WriteString("[11/23/26 23:00:00:000 UTC] 000000a3 Demo          I   more\n")
			must(t, errors.Join(err, f.Close()))
		}
	}
	if n != g.Records {
		t.Errorf("%d records, want %d", n, g.Records)
	}
}

func TestAHugeLineIsSearched(t *testing.T) { searchHugeLine(t, 8<<20) }

func TestSoakALineOf100MBIsSearched(t *testing.T) {
	if os.Getenv("SPRINGBOARD_SOAK") == "" {
		t.Skip("make soak; a line of 8 MB is searched in make test, and one of 100 MB is read")
	}
	searchHugeLine(t, 100<<20)
}

func searchHugeLine(t *testing.T, size int) {
	record := "[11/23/26 21:00:00:000 UTC] 00000001 Demo          I   text %s\n"
	text := strings.ReplaceAll(record, "%s", "early") + strings.Repeat("x", size) + "late\n" + strings.ReplaceAll(record, "%s", "after\x00\x00") +
		strings.ReplaceAll(strings.TrimSpace(record), "%s", "last ") + strings.Repeat("y", 3<<20)
	parts := opened(t, writeTemp(t, "SystemOut.log", text))
	all := everyRecord(t, parts)
	for want, count := range map[string]int{"early": 1, "after": 1, "last": 1, "late": 0, "text": 3, "\x00": 1} {
		f, err := NewFilter(FilterSpec{Text: want})
		must(t, err)
		if n := searched(t, want, f, parts, all, 1<<20); n != count {
			t.Errorf("%q: %d records, want %d", want, n, count)
		}
	}
}
