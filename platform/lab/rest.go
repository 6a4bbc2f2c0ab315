package lab

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// quietLog swallows what net/http says of connections that break: clients do that, and a stopped server does it to them.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// call is one request to the product.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	admin  bool   // has the administrator's role
	api    bool   // came by the API's context: errors are JSON, not pages
	thread uint32 // of the web container
	rest   string // path below the context
}

// handler is the product's web side.
func (s *server) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.RLock()
		defer s.requests.RUnlock()
		if s.state() == stopped {
			panic(http.ErrAbortHandler) // the connection breaks, as with a server that is down
		}
		c := &call{w: w, r: r}
		if !s.route(c) {
			c.problem(http.StatusNotFound, "SRVE0190E: File not found: "+r.URL.Path)
			return
		}
		if !c.signIn(s.mark.Product) {
			return
		}
		thread := <-s.threads
		defer func() { s.threads <- thread }()
		c.thread = thread
		s.serve(c)
	})
}

// route finds out which context a request is for.
func (s *server) route(c *call) bool {
	ctx, api := contexts(s.mark.Product)
	var ok bool
	if c.rest, ok = strings.CutPrefix(c.r.URL.Path, "/"+api+"/"); ok {
		c.api = true
		return true
	}
	c.rest, ok = strings.CutPrefix(c.r.URL.Path, "/"+ctx+"/")
	return ok
}

// signIn checks the basic authentication; false means that it has answered.
func (c *call) signIn(p upgrade.Product) bool {
	user, password, _ := c.r.BasicAuth()
	known := user == User || user == AuthorUser
	right := subtle.ConstantTimeCompare([]byte(password), []byte(Password)) == 1
	if known && right {
		c.admin = user == User
		return true
	}
	c.w.Header().Set("WWW-Authenticate", `Basic realm="`+p.Title()+`"`)
	c.problem(http.StatusUnauthorized, "SECJ0118E: Authentication error during authentication for the user")
	return false
}

// serve answers a request of a user who is signed in.
func (s *server) serve(c *call) {
	if strings.HasPrefix(c.rest, "secure/org/setup/") {
		s.setupPages(c)
		return
	}
	switch s.state() {
	case setupDue:
		ctx, _ := contexts(s.mark.Product)
		http.Redirect(c.w, c.r, "/"+ctx+"/secure/org/setup/index.html", http.StatusFound)
		return
	case tooOld:
		c.problem(http.StatusInternalServerError, "The database is of a newer version than "+s.mark.Product.Title()+" "+s.mark.Version+" and cannot be used by it.")
		return
	}
	rest, ok := strings.CutPrefix(c.rest, "secure/org/")
	if !ok {
		c.problem(http.StatusNotFound, "SRVE0190E: File not found: "+c.r.URL.Path)
		return
	}
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	switch {
	case parts[0] == "admin" && len(parts) >= 2 && parts[1] == "apps":
		s.admin(c, parts[2:])
	case parts[0] == "app":
		s.app(c, parts[1:])
	case rest == "ide/manager.html":
		s.manager(c)
	default:
		c.problem(http.StatusNotFound, "SRVE0190E: File not found: "+c.r.URL.Path)
	}
}

// needs answers 403 or 405 where the role or the method is not the right one.
func (c *call) needs(admin bool, methods ...string) bool {
	if admin && !c.admin {
		c.problem(http.StatusForbidden, "You do not have the role that this needs.")
		return false
	}
	for _, m := range methods {
		if c.r.Method == m || c.r.Method == http.MethodHead && m == http.MethodGet {
			return true
		}
	}
	c.w.Header().Set("Allow", strings.Join(methods, ", "))
	c.problem(http.StatusMethodNotAllowed, "Method "+c.r.Method+" is not allowed here.")
	return false
}

// problem answers an error, as JSON to users of the API and as a page to the others.
func (c *call) problem(status int, text string) {
	if c.api {
		c.json(status, map[string]any{"error": text, "status": status})
		return
	}
	c.page(status, "errorpage.html", pageValues{Title: "Error", Text: text})
}

func (c *call) json(status int, v any) {
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(v) // a client that left needs no answer
}

// app answers everything about one application.
func (s *server) app(c *call, parts []string) {
	switch {
	case len(parts) == 0:
		if c.needs(true, http.MethodPost) {
			s.importUpload(c)
		}
		return
	case len(parts) == 1 && parts[0] == "openapi.json":
		if c.needs(false, http.MethodGet) {
			s.openAPI(c, "app")
		}
		return
	case len(parts) == 1 && parts[0] == "importAppFromFile":
		if c.needs(true, http.MethodPost) {
			s.importFile(c)
		}
		return
	}
	a, ok := s.find(parts[0])
	if !ok {
		c.problem(http.StatusNotFound, "There is no application "+parts[0]+".")
		return
	}
	switch strings.Join(parts[1:], "/") {
	case "":
		if c.needs(true, http.MethodDelete) {
			s.remove(c, a)
		}
	case "archive":
		if c.needs(true, http.MethodGet, http.MethodPost) {
			if c.r.Method == http.MethodPost {
				s.upgradeDesign(c, a)
			} else {
				s.export(c, a)
			}
		}
	case "archive/exportAppToFile":
		if c.needs(true, http.MethodGet) {
			s.exportToFile(c, a)
		}
	case "launch/index.html":
		if c.needs(false, http.MethodGet) {
			s.launch(c, a)
		}
	default:
		c.problem(http.StatusNotFound, "SRVE0190E: File not found: "+c.r.URL.Path)
	}
}

// usable accesses the application, which upgrades it when that is due; false means that it has answered why it cannot be used.
func (s *server) usable(c *call, a *app) bool {
	cause, missing, err := s.access(a, c.thread)
	switch {
	case err != nil:
		s.say(record{level: "E", thread: c.thread, class: "com.ibm.form.nitro.platform.StandardExceptionMapper", method: "toResponse", text: s.uuid(),
			trace: []string{err.Error()}})
		c.problem(http.StatusInternalServerError, "We are unable to process your request. If this error persists, report the problem to your administrator.")
	case missing:
		c.problem(http.StatusNotFound, "There is no application "+a.data.UID+".")
	case cause != nil:
		s.unavailable(c, a, cause.Status)
	default:
		return true
	}
	return false
}

func (s *server) unavailable(c *call, a *app, status int) {
	if c.api && !strings.Contains(c.rest, "/launch/") {
		text := "This application is unavailable. It could not be upgraded to version " + s.mark.Version + "."
		c.json(http.StatusInternalServerError, map[string]any{"error": text, "status": http.StatusInternalServerError, "reference": s.uuid()})
		return
	}
	c.page(status, "unavailable.html", pageValues{Title: a.data.Name, UID: a.data.UID, Reference: s.uuid(), Version: s.mark.Version})
}

func (s *server) uuid() string {
	s.randomMu.Lock()
	defer s.randomMu.Unlock()
	return s.random.UUID()
}

// background is the context of work that is not broken off because its client leaves.
func (s *server) background() context.Context { return context.WithoutCancel(s.ctx) }
