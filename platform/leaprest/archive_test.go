package leaprest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestExportKeepsAWholeArchive(t *testing.T) {
	data := archiveBytes(t)
	var asked string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RequestURI()
		for chunk := data; len(chunk) > 0; { // chunked, without a length
			n := min(512, len(chunk))
			_, _ = w.Write(chunk[:n])
			chunk = chunk[n:]
			w.(http.Flusher).Flush()
		}
	})
	to := filepath.Join(t.TempDir(), "leave.nitro_s")
	a, err := c.Export(t.Context(), uid, true, to)
	sum := sha256.Sum256(data)
	if err != nil || a.Bytes != int64(len(data)) || a.Files != 3 || a.SHA256 != hex.EncodeToString(sum[:]) {
		t.Fatalf("%+v %v", a, err)
	}
	if got, _ := os.ReadFile(to); !bytes.Equal(got, data) {
		t.Error("other bytes")
	}
	if asked != "/apps-basic/secure/org/app/"+uid+"/archive?mode=source&submitted=true" {
		t.Error(asked)
	}
	_, err = c.Export(t.Context(), uid, true, to)
	wantFault(t, err, "SB-4023", upgrade.KindFailed)
}

func TestExportThatIsNotWholeLeavesNothing(t *testing.T) {
	data := archiveBytes(t)
	flipped := bytes.Clone(data)
	flipped[60] ^= 1
	send := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
	}
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		code string
		kind upgrade.Kind
	}{
		"half an archive":   {send(data[:len(data)/2]), "SB-4016", upgrade.KindVerify},
		"a flipped byte":    {send(flipped), "SB-4016", upgrade.KindVerify},
		"no archive":        {send([]byte("hello")), "SB-4016", upgrade.KindVerify},
		"nothing":           {send(nil), "SB-4016", upgrade.KindVerify},
		"an empty archive":  {send([]byte("PK\x05\x06" + strings.Repeat("\x00", 18))), "SB-4016", upgrade.KindVerify},
		"a login page":      {func(w http.ResponseWriter, _ *http.Request) { sendPage(w, 200, loginPage) }, "SB-4004", upgrade.KindAuth},
		"a hang-up":         {func(w http.ResponseWriter, _ *http.Request) { cutOff(w, "application/zip", string(data)) }, "SB-4010", upgrade.KindFailed},
		"an error":          {func(w http.ResponseWriter, _ *http.Request) { sendPage(w, 500, errorPage) }, "SB-4008", upgrade.KindFailed},
		"an unknown one":    {http.NotFound, "SB-4015", upgrade.KindFailed},
		"a short last part": {send(data[:len(data)-1]), "SB-4016", upgrade.KindVerify},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := serve(t, c.h).Export(t.Context(), uid, false, filepath.Join(dir, "a.nitro_s"))
			wantFault(t, err, c.code, c.kind)
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
	_, err := serve(t, send(data)).Export(t.Context(), uid, false, filepath.Join(t.TempDir(), "no", "such", "folder"))
	wantFault(t, err, "SB-4024", upgrade.KindFailed)
}

func TestImportSendsTheFileOnce(t *testing.T) {
	data := archiveBytes(t)
	file := filepath.Join(t.TempDir(), "leave.nitro_s")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		f, head, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		got, _ := io.ReadAll(f)
		if !bytes.Equal(got, data) || head.Filename != "leave.nitro_s" || r.URL.Query().Get("importData") != "true" || r.URL.Query().Get("cleanIds") != "false" {
			t.Errorf("%s %s, %d bytes", r.URL, head.Filename, len(got))
		}
		fmt.Fprintf(w, `{"uid":%q}`, uid)
	})
	if got, err := c.Import(t.Context(), file, ImportOptions{Data: true, Deploy: true}); err != nil || got != uid || asked.Load() != 1 {
		t.Errorf("%s %v %d", got, err, asked.Load())
	}
	for name, x := range map[string]struct {
		h    http.HandlerFunc
		code string
		kind upgrade.Kind
	}{
		"the answer is lost": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
		}, "SB-4018", upgrade.KindIncomplete},
		"busy": {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }, "SB-4008", upgrade.KindFailed},
		"a login page": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			sendPage(w, 200, loginPage)
		}, "SB-4004", upgrade.KindAuth},
	} {
		var asked atomic.Int64
		c := serve(t, func(w http.ResponseWriter, r *http.Request) { asked.Add(1); x.h(w, r) })
		_, err := c.Import(t.Context(), file, ImportOptions{})
		wantFault(t, err, x.code, x.kind)
		if asked.Load() != 1 {
			t.Errorf("%s: sent %d times", name, asked.Load())
		}
	}
}

func TestDeleteLooksWhenItsAnswerIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		look http.HandlerFunc
		code string
		kind upgrade.Kind
	}{
		"gone":      {http.NotFound, "", 0},
		"there":     {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"uid":%q}`, uid) }, "SB-4010", upgrade.KindFailed},
		"who knows": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "SB-4018", upgrade.KindIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			deletes := 0
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodDelete {
					c.look(w, r)
					return
				}
				deletes++
				conn, _, _ := w.(http.Hijacker).Hijack()
				_ = conn.Close()
			})
			err := client.Delete(t.Context(), uid)
			if c.code == "" {
				if err != nil {
					t.Error(err)
				}
			} else {
				wantFault(t, err, c.code, c.kind)
			}
			if deletes != 1 {
				t.Errorf("%d deletes", deletes)
			}
		})
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) })
	wantFault(t, c.Delete(t.Context(), uid), "SB-4003", upgrade.KindAuth)
}
