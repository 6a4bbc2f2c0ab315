package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/rolling"
	"github.com/springboard-leap/springboard/upgrade"
)

// tick is a clock that goes on by a millisecond at every look.
type tick struct {
	mu sync.Mutex
	at time.Time
}

func (c *tick) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func newTick() *tick {
	return &tick{at: time.Date(2026, 11, 23, 22, 51, 37, 0, time.FixedZone("CET", 3600))}
}

// served is a lab that is served until the test ends.
type served struct {
	t      *testing.T
	base   string
	ctx    string
	api    string
	stop   func() error
	mu     sync.Mutex
	events []Event
}

func serve(t *testing.T, l *Lab) *served {
	t.Helper()
	s := &served{t: t}
	s.ctx, s.api = contexts(l.Product())
	ctx, cancel := context.WithCancel(t.Context())
	up, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- l.Serve(ctx, ServeOptions{Now: newTick().now, Speed: -1, LogBytes: 1 << 20, OnEvent: func(e Event) {
			s.mu.Lock()
			s.events = append(s.events, e)
			s.mu.Unlock()
			if e.Kind == EventServing {
				up <- e.BaseURL
			}
		}})
	}()
	var once sync.Once
	var end error
	s.stop = func() error {
		once.Do(func() { cancel(); end = <-done })
		return end
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	select {
	case s.base = <-up:
	case err := <-done:
		done <- err
		t.Fatalf("serve: %v", err)
	}
	return s
}

func (s *served) kinds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var k []string
	for _, e := range s.events {
		k = append(k, e.Kind)
	}
	return k
}

// do asks the product; redirects are not followed.
func (s *served) do(method, path, user, password string, body io.Reader, contentType string) (int, []byte, http.Header) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, data, resp.Header
}

func (s *served) get(path string) (int, []byte) {
	s.t.Helper()
	status, body, _ := s.do(http.MethodGet, path, User, Password, nil, "")
	return status, body
}

func (s *served) list() []listed {
	s.t.Helper()
	status, body := s.get("/" + s.api + "/secure/org/admin/apps?format=json")
	var x struct {
		Apps []listed `json:"apps"`
	}
	if err := json.Unmarshal(body, &x); err != nil || status != 200 {
		s.t.Fatalf("%d %v %.200s", status, err, body)
	}
	return x.Apps
}

func (s *served) launch(uid string) (int, string) {
	s.t.Helper()
	status, body := s.get("/" + s.ctx + "/secure/org/app/" + uid + "/launch/index.html?form=F_Form1")
	return status, string(body)
}

func (s *served) upload(path string, archive []byte) (int, []byte) {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "a.nitro_s")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := part.Write(archive); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	status, body, _ := s.do(http.MethodPost, path, User, Password, &b, form.FormDataContentType())
	return status, body
}

// sweep opens every application with 16 clients at once, each application twice, and gives the uids of those that are unavailable.
func (s *served) sweep() []string {
	s.t.Helper()
	var mu sync.Mutex
	failed := map[string]bool{}
	work := make(chan string)
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for uid := range work {
				if _, body := s.launch(uid); strings.Contains(body, "This application is unavailable") {
					mu.Lock()
					failed[uid] = true
					mu.Unlock()
				} else if !strings.Contains(body, uid) {
					s.t.Errorf("the page of %s does not tell its uid: %.200s", uid, body)
				}
			}
		})
	}
	for range 2 {
		for _, a := range s.list() {
			work <- a.UID
		}
	}
	close(work)
	clients.Wait()
	uids := make([]string, 0, len(failed))
	for uid := range failed {
		uids = append(uids, uid)
	}
	sort.Strings(uids)
	return uids
}

// wholeLog reads the rolled files and the live one, without headers, as one text.
func wholeLog(t *testing.T, l *Lab) string {
	t.Helper()
	live := below(l.dir, layoutOf(l.mark.Runtime).mainLog)
	names, err := rolling.Rolled(live)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range append(names, live) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if l.mark.Runtime == upgrade.WAS {
			if _, after, ok := strings.Cut(text, "End Display Current Environment *************\n"); ok && strings.HasPrefix(text, "****") {
				text = after
			}
		}
		b.WriteString(text)
	}
	return b.String()
}
