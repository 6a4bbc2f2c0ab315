package probe

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestUsageAddsUpRegularFilesOnly(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "12345")
	write(t, filepath.Join(dir, "sub", "b"), "123")
	if err := os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here")
	}
	u, err := Files{}.Usage(t.Context(), dir)
	if err != nil || u.Bytes != 8 || u.Files != 2 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := (Files{}).Usage(t.Context(), filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder gives %v", err)
	}
}

func TestHeadAndTailGiveTheEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	write(t, file, "0123456789")
	head, err := Files{}.Head(file, 3)
	if err != nil || string(head) != "012" {
		t.Errorf("head %q, %v", head, err)
	}
	tail, err := Files{}.Tail(file, 3)
	if err != nil || string(tail) != "789" {
		t.Errorf("tail %q, %v", tail, err)
	}
	if all, err := (Files{}).Tail(file, 100); err != nil || len(all) != 10 {
		t.Errorf("all %q, %v", all, err)
	}
	if _, err := (Files{}).Head(filepath.Dir(file), 1); err == nil {
		t.Error("a folder was read as a file")
	}
}

func TestDiskOfAFolderThatIsNotThereYetIsThatOfTheOneAbove(t *testing.T) {
	dir := t.TempDir()
	d, err := Host{}.Disk(t.Context(), filepath.Join(dir, "not", "yet"))
	if err != nil || d.Total == 0 || d.Volume == "" {
		t.Fatalf("%+v, %v", d, err)
	}
	same, err := Host{}.Disk(t.Context(), dir)
	if err != nil || same.Volume != d.Volume || d.Path != same.Path {
		t.Errorf("%+v and %+v", d, same)
	}
}

func TestTheFirstAnswerCountsWithoutFollowingRedirects(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, sent := r.BasicAuth(); sent {
			t.Error("credentials were sent")
		}
		http.Redirect(w, r, "/login", http.StatusFound)
	}))
	defer srv.Close()
	a, err := NewNet("").Get(t.Context(), srv.URL)
	if err != nil || a.Status != http.StatusFound || a.Location != "/login" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestNobodyListeningIsAShortError(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	_, err := NewNet("").Get(t.Context(), srv.URL)
	if err == nil || strings.Contains(err.Error(), "Get ") {
		t.Errorf("%v", err)
	}
}

func TestACertificateIsDescribedWhetherTrustedOrNot(t *testing.T) {
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	facts, err := NewNet("").TLS(t.Context(), u.Host, u.Hostname())
	if err != nil || facts.Problem != "unknown-authority" || facts.SHA256 == "" {
		t.Errorf("%+v, %v", facts, err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, pemOf(srv.Certificate().Raw))
	trusting := NewNet(ca)
	if facts, err = trusting.TLS(t.Context(), u.Host, u.Hostname()); err != nil || facts.Problem != "" {
		t.Errorf("%+v, %v", facts, err)
	}
	if facts, err = trusting.TLS(t.Context(), u.Host, "other.example.org"); err != nil || facts.Problem != "wrong-name" {
		t.Errorf("%+v, %v", facts, err)
	}
	if _, err := NewNet(filepath.Join(t.TempDir(), "absent.pem")).TLS(t.Context(), u.Host, u.Hostname()); err == nil {
		t.Error("a missing CA file was passed over")
	}
}

func TestACancelledLookIsNoAllClear(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Files{}).Usage(ctx, t.TempDir()); err == nil {
		t.Error("no error")
	}
}

func TestFactsComeWithWhatIsMissing(t *testing.T) {
	f, err := Host{}.Facts(t.Context())
	if err != nil || !strings.HasPrefix(f.OS, runtime.GOOS) {
		t.Errorf("%+v, %v", f, err)
	}
}
