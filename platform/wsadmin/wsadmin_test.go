package wsadmin

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

// client makes a profile whose scripting client is a shell script.
func client(t *testing.T, body string) (c Client, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the client of these tests is a shell script")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "wsadmin.sh"), []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	script = filepath.Join(dir, "it's a script.py")
	if err := os.WriteFile(script, []byte("AdminConfig.save()\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return Client{Profile: dir}, script
}

func TestTheScriptIsRunAndItsWordsAreKept(t *testing.T) {
	c, script := client(t, `echo "$@"; echo WASX7209I: Connected; echo saved`)
	out, err := c.Run(t.Context(), script, "saved")
	if err != nil || !strings.Contains(out, "-lang jython -f "+script) {
		t.Errorf("%q %v", out, err)
	}
}

func TestAClientThatDidNotSaveHasFailedWhateverItsExitCode(t *testing.T) {
	for name, body := range map[string]string{"says nothing": "exit 0", "exit code": "echo saved; exit 105", "exception": "echo WASX7017E: Exception; exit 0"} {
		c, script := client(t, body)
		_, err := c.Run(t.Context(), script, "saved")
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5027" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAProfileWithoutAClientIsTold(t *testing.T) {
	_, err := Client{Profile: t.TempDir()}.Run(t.Context(), "x.py", "saved")
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5026" {
		t.Errorf("%v", err)
	}
}
