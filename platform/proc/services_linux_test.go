package proc

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// systemd stands in for systemctl: it answers with what stands in a file named after the unit, as systemctl show writes it.
func systemd(t *testing.T, answers map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for unit, text := range answers {
		put(t, filepath.Join(dir, unit), text, 0o600)
	}
	put(t, filepath.Join(dir, "systemctl"), "#!/bin/sh\nfor unit; do :; done\n[ \"$1\" = show ] && exec cat \""+dir+"/$unit\"\nexit 1\n", 0o700)
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func put(t *testing.T, path, text string, perm os.FileMode) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), perm)); err != nil {
		t.Fatal(err)
	}
}

func TestUnitsThatStartTheServerAreFoundWhereverTheyLie(t *testing.T) {
	root := t.TempDir()
	home := leapOnWAS().Home
	etc, lib, initd := filepath.Join(root, "etc"), filepath.Join(root, "lib"), filepath.Join(root, "init.d")
	put(t, filepath.Join(etc, "leap.service"), "[Service]\nType=forking\nExecStart="+home+"/bin/startServer.sh server1\n", 0o600)
	put(t, filepath.Join(lib, "leap.service"), "[Service]\nExecStart=/bin/true\n", 0o600) // the other one counts
	put(t, filepath.Join(lib, "remark.service"), "# like "+home+"/bin\n[Service]\nExecStart=/bin/true\n", 0o600)
	put(t, filepath.Join(lib, "many@.service"), "[Service]\nExecStart="+home+"/bin/x\n", 0o600)
	put(t, filepath.Join(lib, "leap.timer"), "[Timer]\nUnit="+home+"\n", 0o600)
	put(t, filepath.Join(initd, "server1_was.init"), "#!/bin/sh\nWAS_HOME="+home+"\n", 0o700)
	put(t, filepath.Join(lib, "dir.service", "x"), "", 0o600)
	units, err := unitsOf([]string{etc, filepath.Join(root, "none"), lib, initd}, wantedOf(leapOnWAS()))
	if err != nil || len(units) != 2 || units[0].name != "leap.service" || units[0].file != filepath.Join(etc, "leap.service") || units[1].name != "server1_was.init.service" {
		t.Errorf("%v %+v", err, units)
	}
}

func TestAServiceRunsAsSystemdSays(t *testing.T) {
	answers := map[string]string{
		"running":    "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4711\n",
		"starting":   "LoadState=loaded\nActiveState=activating\nSubState=start\nMainPID=0\n",
		"stopped":    "LoadState=loaded\nActiveState=inactive\nSubState=dead\nMainPID=0\n",
		"failed":     "LoadState=loaded\nActiveState=failed\nSubState=failed\nMainPID=0\n",
		"script":     "LoadState=loaded\nActiveState=active\nSubState=exited\nMainPID=0\n",
		"speechless": "\n",
	}
	systemd(t, answers)
	for name, want := range map[string]struct {
		running, known bool
		state          string
	}{
		"running": {true, true, "active (running)"}, "starting": {true, true, "activating (start)"}, "stopped": {false, true, "inactive (dead)"},
		"failed": {false, true, "failed (failed)"}, "script": {false, true, "active (exited)"}, "speechless": {false, false, ""}, "missing": {false, false, ""},
	} {
		got := askSystemd(t.Context(), unit{name: name, file: "/etc/systemd/system/" + name, by: "/opt/x"})
		if got.Running != want.running || got.Known != want.known || got.State != want.state || !strings.Contains(got.How, "names /opt/x") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
