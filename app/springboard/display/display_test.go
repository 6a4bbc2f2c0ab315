package display

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func env(m map[string]string) func(string) string { return func(k string) string { return m[k] } }

func TestADisplaysNameIsRead(t *testing.T) {
	for name, want := range map[string]address{
		":0": {"unix", "/tmp/.X11-unix/X0", 0}, ":77.1": {"unix", "/tmp/.X11-unix/X77", 77}, "unix:3": {"unix", "/tmp/.X11-unix/X3", 3},
		"host.example:10.0": {"tcp", "host.example:6010", 10}, "[::1]:1": {"tcp", "", 1},
	} {
		got, err := parseDisplay(name)
		if name == "[::1]:1" {
			if err != nil || got.number != 1 || got.network != "tcp" {
				t.Errorf("%s: %+v %v", name, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: %+v %v, want %+v", name, got, err, want)
		}
	}
	for _, bad := range []string{"", "nothing", ":", ":x", ":-1"} {
		if got, err := parseDisplay(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, got)
		}
	}
}

// server answers as an X server does, and tells what it was asked.
func server(t *testing.T, status byte, reason string, present byte) (net.Conn, <-chan []byte) {
	ours, theirs := net.Pipe()
	asked := make(chan []byte, 1)
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	go func() {
		head := make([]byte, 12)
		if _, err := io.ReadFull(theirs, head); err != nil {
			return
		}
		pad := func(n uint16) int { return int(n+3) / 4 * 4 }
		rest := make([]byte, pad(binary.LittleEndian.Uint16(head[6:]))+pad(binary.LittleEndian.Uint16(head[8:])))
		if _, err := io.ReadFull(theirs, rest); err != nil {
			return
		}
		asked <- append(head, rest...)
		body := []byte(reason)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		answer := []byte{status, byte(len(reason)), 11, 0, 0, 0, byte(len(body) / 4), 0}
		if _, err := theirs.Write(append(answer, body...)); err != nil {
			return
		}
		if _, err := io.ReadFull(theirs, make([]byte, 12)); err != nil {
			return
		}
		reply := make([]byte, 32)
		reply[0], reply[8] = 1, present
		_, _ = theirs.Write(reply)
	}()
	return ours, asked
}

func TestAnXServerIsAskedForGLX(t *testing.T) {
	for _, present := range []byte{0, 1} {
		conn, asked := server(t, 1, "", present)
		got, err := askGLX(conn, []byte("0123456789abcdef"))
		if err != nil || got != (present == 1) {
			t.Errorf("present %d: %v %v", present, got, err)
		}
		if q := string(<-asked); q[0] != 'l' || !strings.Contains(q, cookieName) || !strings.Contains(q, "0123456789abcdef") {
			t.Errorf("asked %q", q)
		}
	}
}

func TestARefusalOfTheXServerIsToldInItsWords(t *testing.T) {
	conn, _ := server(t, 0, "No protocol specified\n", 0)
	if _, err := askGLX(conn, nil); err == nil || !strings.Contains(err.Error(), "No protocol specified") {
		t.Errorf("%v", err)
	}
}

func TestTheCookieOfTheDisplayIsTaken(t *testing.T) {
	field := func(s string) string {
		return string(binary.BigEndian.AppendUint16(nil, uint16(len(s)))) + s
	}
	entry := func(number, name, secret string) string {
		return "\x01\x00" + field("host") + field(number) + field(name) + field(secret)
	}
	file := filepath.Join(t.TempDir(), "auth")
	data := entry("1", cookieName, "one") + entry("2", "XDM", "no") + entry("2", cookieName, "two") + entry("", cookieName, "any")
	if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[int]string{1: "one", 2: "two", 9: "any"} {
		if got := string(cookie(file, number)); got != want {
			t.Errorf("display %d: %q, want %q", number, got, want)
		}
	}
	if got := cookie(filepath.Join(t.TempDir(), "none"), 1); got != nil {
		t.Errorf("without a file: %q", got)
	}
}

func TestWhatIsMissingIsNamedWithItsCode(t *testing.T) {
	if !needsDisplay {
		t.Skip("this system has no display to name")
	}
	for want, e := range map[string]map[string]string{
		"SB-9101": {}, "SB-9102": {"DISPLAY": ":9871"}, "": {"WAYLAND_DISPLAY": "wayland-0"},
	} {
		err := Check(context.Background(), env(e))
		f, _ := upgrade.AsFault(err)
		if want == "" && err != nil || want != "" && (f == nil || f.Code != want) {
			t.Errorf("%v: %v, want %s", e, err, want)
		}
	}
}

func FuzzCookie(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x04host\x00\x011\x00\x12MIT-MAGIC-COOKIE-1\x00\x03one"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(t.TempDir(), "auth")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = cookie(file, 1)
	})
}
