package leaprest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

const (
	uid      = "3f1c2d4e-0000-4000-8000-1234567890ab"
	password = `p"'$%&\ ü secret`
)

// serve starts a server that answers everything with h, and a client for it. The address of the server is checked to keep the password out of sight.
func serve(t *testing.T, h http.HandlerFunc, change ...func(*Options)) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return clientOf(t, s.URL, change...)
}

func clientOf(t *testing.T, address string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: address, Product: upgrade.Leap, Retries: 2, RetryWait: time.Millisecond, Timeout: 5 * time.Second,
		Credentials: upgrade.Credentials{User: "admin", Password: upgrade.NewSecret(password)}}
	for _, c := range change {
		c(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func wantFault(t *testing.T, err error, code string, kind upgrade.Kind) {
	t.Helper()
	f, ok := upgrade.AsFault(err)
	if !ok || f.Code != code || f.Kind != kind {
		t.Errorf("got %v, want %s of kind %d", err, code, kind)
		return
	}
	if s := fmt.Sprint(err, f.Args); strings.Contains(s, "secret") {
		t.Errorf("the password is in the error: %s", s)
	}
}

func sendPage(w http.ResponseWriter, status int, page string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(page))
}

const (
	loginPage = `<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="j_security_check"><input name="j_username"><INPUT TYPE="password"></form></body></html>`
	errorPage = `<html><head><title>Error 500</title></head><body>SRVE0255E: A WebGroup/Virtual Host has not been defined.</body></html>`
	setupPage = `<html><head><title>HCL Leap Setup</title></head><body><h1>Setup</h1></body></html>`
	appPage   = `<html><head><title>Leave request</title></head><body><div id="leap-app"></div></body></html>`
)

func archiveBytes(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 3 {
		w, err := z.Create(fmt.Sprintf("form%d.xml", i))
		if err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			fmt.Fprintf(w, "<form id='%d'/>", i)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cutOff sends a header that promises more than it gives, and hangs up.
func cutOff(w http.ResponseWriter, kind, body string) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(buf, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body)+100, body)
	_ = buf.Flush()
	_ = conn.Close()
}

func soon(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
