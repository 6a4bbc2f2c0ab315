package backup_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// managed is a machine with a service manager.
type managed struct {
	quiet
	list []backup.Service
	err  error
}

func (m managed) Services(context.Context, upgrade.Installation) ([]backup.Service, error) {
	return m.list, m.err
}

func TestAServiceAtWorkRefusesABackupAndARestore(t *testing.T) {
	inst, p := domino(t), ports()
	dir := made(t, p, inst, backup.Options{To: fastDir(t)}).Backup
	p.Quiet = managed{list: []backup.Service{
		{Name: "helper.service", Manager: "systemd", State: "inactive (dead)", Known: true, How: "systemctl show helper.service"},
		{Name: "domino.service", Manager: "systemd", State: "active (running)", Running: true, Known: true, How: "systemctl show domino.service"}}}
	plan := planOf(t, p, inst, backup.Options{To: fastDir(t)})
	if f := plan.Blocker(); f == nil || f.Code != "SB-2056" || f.Args["service"] != "domino.service" {
		t.Fatalf("%v", f)
	}
	if plan.Rest.Services != "found" || len(plan.Rest.Asked) != 3 {
		t.Errorf("%+v", plan.Rest)
	}
	a := plan.Rest.Asked[1]
	if a.What != "services" || strings.Join(a.Found, ", ") != "helper.service is inactive (dead), domino.service is active (running)" || !strings.Contains(a.How, "systemctl show domino.service") {
		t.Errorf("%+v", a)
	}
	_, err := backup.Restore(t.Context(), op.Silent{}, p, dir, backup.RestoreOptions{InPlace: true, Installation: inst})
	wantKind(t, err, upgrade.KindBlocked, "SB-2056")
	result := made(t, p, inst, backup.Options{To: fastDir(t), WhileRunning: true})
	if len(result.Warnings) == 0 || result.Warnings[0].Code != "SB-2057" {
		t.Errorf("the risk is not named: %+v", result.Warnings)
	}
	if text, err := os.ReadFile(result.Backup + "/manifest.json"); err != nil || !strings.Contains(string(text), "systemctl show domino.service") {
		t.Errorf("how it was asked does not stand in the manifest: %v", err)
	}
}

func TestWhatAServiceManagerDoesNotTellIsUnknown(t *testing.T) {
	inst := domino(t)
	for name, c := range map[string]struct {
		asked managed
		rest  string
		code  string
	}{
		"no service":      {managed{}, "none", ""},
		"all stopped":     {managed{list: []backup.Service{{Name: "a", State: "stopped", Known: true}}}, "none", ""},
		"one is silent":   {managed{list: []backup.Service{{Name: "a", State: "stopped", Known: true}, {Name: "b", How: "no bus"}}}, "unknown", "SB-2058"},
		"cannot be asked": {managed{err: errors.New("refused")}, "unknown", "SB-2058"},
		"no manager":      {managed{err: backup.ErrUnsupported}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := ports()
			p.Quiet = c.asked
			plan := planOf(t, p, inst, backup.Options{To: fastDir(t)})
			if plan.Rest.Services != c.rest || plan.Blocker() != nil {
				t.Errorf("%+v %v", plan.Rest, plan.Blocker())
			}
			code := ""
			for _, f := range plan.Warnings() {
				if strings.HasPrefix(f.Code, "SB-205") {
					code = f.Code
				}
			}
			if code != c.code {
				t.Errorf("warned with %q, want %q", code, c.code)
			}
		})
	}
}
