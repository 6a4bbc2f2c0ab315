package present

import (
	"slices"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

func TestWhatWasNotSeenOrWasFoundIsToldWithItsQuestion(t *testing.T) {
	rest := backup.Rest{Processes: "none", OpenFiles: "unknown", Services: "found", Asked: []backup.Asked{{What: "processes", Answer: "none", How: "the process list"},
		{What: "services", Answer: "found", Found: []string{"domino.service is active (running)"}, How: "systemctl show domino.service"}, {What: "open files", Answer: "unknown", How: "/proc"}}}
	want := []string{"Services: found (domino.service is active (running)); asked: systemctl show domino.service.", "Open files: unknown; asked: /proc."}
	if got := AskedOf(rest); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if text, sure := RestOf(rest); sure || text != "Found: service at work; no process of the server; not seen: file open for writing" {
		t.Errorf("%q %v", text, sure)
	}
}
