package secrets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/springboard-leap/springboard/upgrade"
)

const password = `p"'$%&\ ü secret `

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func file(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCredentialsAreFoundInTheirOrder(t *testing.T) {
	keyring.MockInit()
	lab := upgrade.Credentials{User: "admin", Password: upgrade.NewSecret("lab"), Origin: "lab"}
	inRing := upgrade.Credentials{User: "kim", Password: upgrade.NewSecret("ring")}
	session := env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/absent")
	if err := Remember(Leap, "server", inRing, session); err != nil {
		t.Fatal(err)
	}
	ask := func(_ context.Context, prompt string, hidden bool) (string, error) {
		if hidden {
			return "typed", nil
		}
		return "typist", nil
	}
	pw := file(t, password+"\r\nsecond line\n", 0o600)
	for name, c := range map[string]struct {
		o                      Options
		user, password, origin string
	}{
		"environment":                 {Options{Target: Leap, Getenv: env("SPRINGBOARD_LEAP_USER", "joe", "SPRINGBOARD_LEAP_PASSWORD", password), PasswordFile: pw, Own: lab}, "joe", password, "environment"},
		"of the database":             {Options{Target: Database, Getenv: env("SPRINGBOARD_DB_USER", "dba", "SPRINGBOARD_DB_PASSWORD", "x", "SPRINGBOARD_LEAP_USER", "joe")}, "dba", "x", "environment"},
		"password file":               {Options{Target: Leap, User: "joe", PasswordFile: pw, Own: lab, Ask: ask}, "joe", password, "password file"},
		"keyring":                     {Options{Target: Leap, Server: "server", User: "kim", UseKeyring: true, Own: lab, Getenv: session}, "kim", "ring", "keyring"},
		"user and password kept":      {Options{Target: Leap, Server: "server", UseKeyring: true, Own: lab, Ask: ask, Getenv: session}, "kim", "ring", "keyring"},
		"a password of another place": {Options{Target: Leap, Server: "server", UseKeyring: true, PasswordFile: pw, Ask: ask, Getenv: session}, "typist", password, "password file"},
		"nothing in the keyring":      {Options{Target: Leap, Server: "other", User: "kim", UseKeyring: true, Ask: ask, Getenv: session}, "kim", "typed", "prompt"},
		"a lab's own":                 {Options{Target: Leap, Own: lab}, "admin", "lab", "lab"},
		"a lab's own before asking":   {Options{Target: Leap, Own: lab, Ask: ask}, "admin", "lab", "lab"},
		"another user of a lab":       {Options{Target: Leap, User: "joe", Own: lab, Ask: ask}, "joe", "typed", "prompt"},
		"a password for a lab's user": {Options{Target: Leap, PasswordFile: pw, Own: lab}, "admin", password, "password file"},
		"prompt":                      {Options{Target: Leap, Ask: ask}, "typist", "typed", "prompt"},
		"prompt for the user alone":   {Options{Target: Leap, PasswordFile: pw, Ask: ask}, "typist", password, "password file"},
		"a user from the environment": {Options{Target: Leap, Getenv: env("SPRINGBOARD_LEAP_USER", "joe"), Ask: ask}, "joe", "typed", "prompt"},
	} {
		if c.o.Getenv == nil {
			c.o.Getenv = env()
		}
		got, err := Find(t.Context(), c.o)
		if err != nil || got.User != c.user || got.Password.Reveal() != c.password || got.Origin != c.origin {
			t.Errorf("%s: %s %q %s, %v", name, got.User, got.Password.Reveal(), got.Origin, err)
		}
		if s := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(s, "secret") {
			t.Errorf("%s: prints as %s", name, s)
		}
	}
	if who, err := Forget(Leap, "server", "", session); err != nil || who != "kim" {
		t.Error(who, err)
	}
	if who, err := Forget(Leap, "server", "kim", session); err != nil || who != "" {
		t.Errorf("a second time: %q %v", who, err)
	}
	if got, err := Find(t.Context(), Options{Target: Leap, Server: "server", User: "kim", UseKeyring: true, Getenv: session}); err == nil {
		t.Errorf("still there: %s", got.Origin)
	}
}

func TestWithoutASessionNothingIsKeptAndSaid(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the keyring is part of the system")
	}
	keyring.MockInit()
	if err := Remember(Leap, "server", upgrade.Credentials{User: "kim"}, env()); err == nil {
		t.Error("kept")
	}
	if _, err := Forget(Leap, "server", "", env()); err == nil {
		t.Error("forgot")
	}
}

func wantFault(t *testing.T, what string, err error, code string) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != code || f.Kind != upgrade.KindAuth {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
	if strings.Contains(fmt.Sprint(err, f), "secret") {
		t.Errorf("%s: the password is in the error: %v", what, err)
	}
}

func TestNothingIsAskedWhereNobodyCanAnswer(t *testing.T) {
	for _, o := range []Options{{}, {User: "joe"}, {PasswordFile: file(t, password, 0o600)}} {
		o.Target, o.Getenv = Leap, env()
		_, err := Find(t.Context(), o)
		wantFault(t, "no source", err, "SB-4705")
	}
}

func TestNamedSourceThatFailsIsNotPassedOver(t *testing.T) {
	own := upgrade.Credentials{User: "admin", Password: upgrade.NewSecret("lab")}
	dir := t.TempDir()
	find := func(o Options) error {
		o.Target, o.User, o.Own, o.Getenv = Leap, "joe", own, env()
		_, err := Find(t.Context(), o)
		return err
	}
	wantFault(t, "absent", find(Options{PasswordFile: filepath.Join(dir, "absent")}), "SB-4702")
	wantFault(t, "a folder", find(Options{PasswordFile: dir}), "SB-4702")
	wantFault(t, "empty", find(Options{PasswordFile: file(t, "\n"+password, 0o600)}), "SB-4702")
	wantFault(t, "fails", find(Options{PasswordCommand: "exit 3"}), "SB-4703")
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o660} {
		wantFault(t, "open to others", find(Options{PasswordFile: file(t, password, mode)}), "SB-4701")
	}
	wantFault(t, "prints nothing", find(Options{PasswordCommand: "true"}), "SB-4703")
	wantFault(t, "prints and fails", find(Options{PasswordCommand: "echo secret; exit 1"}), "SB-4703")
}

func TestPasswordCommandPrintsThePassword(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the command is one of a Unix shell")
	}
	pw := file(t, password+"\nmore", 0o600)
	got, err := Find(t.Context(), Options{Target: Leap, User: "joe", PasswordCommand: "cat '" + pw + "'", Getenv: env()})
	if err != nil || got.Password.Reveal() != password || got.Origin != "password command" {
		t.Errorf("%q %v", got.Password.Reveal(), err)
	}
}

func TestStoppedPromptStops(t *testing.T) {
	stopped := errors.New("stopped")
	_, err := Find(t.Context(), Options{Target: Leap, Getenv: env(), Ask: func(context.Context, string, bool) (string, error) { return "", stopped }})
	if !errors.Is(err, stopped) {
		t.Error(err)
	}
}
