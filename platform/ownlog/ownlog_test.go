package ownlog

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestTheFileIsJSONLinesForItsOwnerOnlyAndHoldsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "springboard.log")
	log, closer, err := New(Options{File: path, JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	log.WithField("password", upgrade.NewSecret("hunter2")).Infof("signed in with %v", upgrade.NewSecret("hunter2"))
	if err := closer.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(data, &line); err != nil || line["level"] != "info" {
		t.Errorf("%s: %v", data, err)
	}
	if bytes.Contains(data, []byte("hunter2")) {
		t.Errorf("the secret is in the log: %s", data)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestWithoutAFileOnlyWarningsReachTheTerminal(t *testing.T) {
	var words strings.Builder
	log, _, err := New(Options{Words: &words})
	if err != nil {
		t.Fatal(err)
	}
	log.Info("quiet")
	log.Warn("loud")
	if got := words.String(); strings.Contains(got, "quiet") || !strings.Contains(got, "loud") {
		t.Errorf("got %q", got)
	}
}

func TestAnUnknownLevelIsAUsageFault(t *testing.T) {
	if _, _, err := New(Options{Level: "noisy"}); upgrade.KindOf(err) != upgrade.KindUsage {
		t.Errorf("got %v", err)
	}
}
