package lab

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"

	"github.com/springboard-leap/springboard/assets"
)

// pageValues fill the pages of the product.
type pageValues struct {
	Title, Text, UID, Reference, Version, Product, Context string
	Apps                                                   []listed
	Deployed                                               bool
}

// page answers an HTML page. Every one says that it is a lab's.
func (c *call) page(status int, name string, v pageValues) {
	text, err := fs.ReadFile(assets.FS(), "lab/pages/"+name)
	var b bytes.Buffer
	if err == nil {
		var t *template.Template
		if t, err = template.New(name).Parse(string(text)); err == nil {
			err = t.Execute(&b, v)
		}
	}
	if err != nil {
		http.Error(c.w, err.Error(), http.StatusInternalServerError)
		return
	}
	c.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b.Bytes())
}

// launch runs an application.
func (s *server) launch(c *call, a *app) {
	if !s.usable(c, a) {
		return
	}
	a.mu.Lock()
	d := a.data
	a.mu.Unlock()
	ctx, _ := contexts(s.mark.Product)
	c.page(http.StatusOK, "app.html", pageValues{Title: d.Name, UID: d.UID, Version: s.mark.Version, Context: ctx, Deployed: d.Deployed})
}

func (s *server) manager(c *call) {
	if !c.needs(false, http.MethodGet) {
		return
	}
	v := pageValues{Title: s.mark.Product.Title(), Version: s.mark.Version}
	v.Context, _ = contexts(s.mark.Product)
	for _, a := range s.list() {
		v.Apps = append(v.Apps, s.listed(c, a))
	}
	c.page(http.StatusOK, "manager.html", v)
}

// setupPages shows Setup and, on an administrator's demand, runs it.
func (s *server) setupPages(c *call) {
	if !c.needs(true, http.MethodGet, http.MethodPost) {
		return
	}
	if c.r.Method == http.MethodPost {
		if err := s.runSetup(); err != nil {
			c.problem(http.StatusInternalServerError, "Setup failed: "+err.Error())
			return
		}
	}
	v := pageValues{Title: s.mark.Product.Title() + " Setup", Version: s.mark.Version, Text: "Setup is complete."}
	v.Context, _ = contexts(s.mark.Product)
	switch s.state() {
	case setupDue:
		v.Text = "An upgrade is due."
	case tooOld:
		v.Text = "The database is of a newer version."
	}
	c.page(http.StatusOK, "setup.html", v)
}

// runSetup is Setup by the page: a person replaced the program files, or restored older data.
func (s *server) runSetup() error {
	s.mu.Lock()
	due := s.condition == setupDue && !s.upgrading
	s.upgrading = s.upgrading || due
	s.mu.Unlock()
	if !due {
		return nil
	}
	defer func() {
		s.mu.Lock()
		s.upgrading = false
		s.mu.Unlock()
	}()
	return s.setup(s.background(), s.event)
}

// openAPI describes the calls that this server answers.
func (s *server) openAPI(c *call, part string) {
	_, api := contexts(s.mark.Product)
	base := "/" + api + "/secure/org/"
	op := func(summary string) map[string]any {
		return map[string]any{"summary": summary, "responses": map[string]any{"200": map[string]any{"description": "OK"}}}
	}
	paths := map[string]any{
		base + "admin/apps":       map[string]any{"get": op("List applications")},
		base + "admin/apps/{uid}": map[string]any{"get": op("One application")},
	}
	if part == "app" {
		paths = map[string]any{
			base + "app":               map[string]any{"post": op("Import an application")},
			base + "app/{uid}":         map[string]any{"delete": op("Delete an application")},
			base + "app/{uid}/archive": map[string]any{"get": op("Export an application"), "post": op("Upgrade an application's design")},
		}
	}
	info := map[string]any{"title": s.mark.Product.Title() + " (practice server)", "version": s.mark.Version}
	c.json(http.StatusOK, map[string]any{"openapi": "3.0.1", "info": info, "paths": paths})
}
