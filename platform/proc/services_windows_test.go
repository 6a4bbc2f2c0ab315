package proc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheServiceManagerTellsOfServicesByTheirPrograms(t *testing.T) {
	system := filepath.Join(os.Getenv("SystemRoot"), "system32")
	list, err := servicesOf(t.Context(), wanted{places: []string{system}})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d services run programs of %s: %v", len(list), system, err)
	}
	running := false
	for _, s := range list {
		if !s.Known || s.State == "" || s.Running != (s.State != "stopped") || !strings.Contains(strings.ToLower(s.How), "system32") {
			t.Errorf("%+v", s)
		}
		running = running || s.Running
	}
	if !running {
		t.Error("no service of the system runs")
	}
	if list, err := servicesOf(t.Context(), wanted{places: []string{`C:\HCL\Nowhere`}}); err != nil || len(list) > 0 {
		t.Errorf("%v %+v", err, list)
	}
}
