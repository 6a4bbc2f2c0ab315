package lab

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/store"
	"github.com/springboard-leap/springboard/platform/osfs"
)

// listed is an application in the statistics. Records is how many were submitted.
type listed struct {
	UID            string    `json:"uid"`
	Title          string    `json:"title"`
	Owner          string    `json:"owner"`
	Deployed       bool      `json:"deployed"`
	Records        int       `json:"records"`
	Created        time.Time `json:"created"`
	Modified       time.Time `json:"modified"`
	Administrators []string  `json:"administrators,omitempty"`
	Forms          any       `json:"forms,omitempty"`
}

// admin answers the statistics. They come from the builder's own tables: looking at them accesses no application.
func (s *server) admin(c *call, parts []string) {
	if !c.needs(true, http.MethodGet) {
		return
	}
	switch {
	case len(parts) == 0:
		s.listApps(c)
	case parts[0] == "openapi.json":
		s.openAPI(c, "admin")
	default:
		a, ok := s.find(parts[0])
		if !ok || len(parts) > 1 {
			c.problem(http.StatusNotFound, "There is no application "+parts[0]+".")
			return
		}
		c.json(http.StatusOK, s.listed(c, a))
	}
}

func (s *server) listed(c *call, a *app) listed {
	a.mu.Lock()
	d := a.data
	a.mu.Unlock()
	l := listed{UID: d.UID, Title: d.Name, Owner: d.Owner, Deployed: d.Deployed, Records: d.Records, Created: d.Created, Modified: d.Modified}
	if flag(c, "includeAdmins") {
		l.Administrators = []string{d.Owner}
	}
	if flag(c, "includeForms") {
		if content, err := s.store.Content(c.r.Context(), d.UID); err == nil {
			l.Forms = content.Design
		}
	}
	return l
}

func flag(c *call, name string) bool {
	on, err := strconv.ParseBool(c.r.URL.Query().Get(name))
	return err == nil && on
}

func (s *server) listApps(c *call) {
	all := s.list()
	rows := make([]listed, 0, len(all))
	for _, a := range all {
		rows = append(rows, s.listed(c, a))
	}
	switch format := c.r.URL.Query().Get("format"); format {
	case "", "json":
		c.json(http.StatusOK, map[string]any{"total": len(rows), "apps": rows})
	case "xlsx":
		data, err := workbook(rows)
		if err != nil {
			c.problem(http.StatusInternalServerError, err.Error())
			return
		}
		c.w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		_, _ = c.w.Write(data)
	default:
		c.problem(http.StatusBadRequest, "format must be json or xlsx")
	}
}

// packed gives an application as an archive.
func (s *server) packed(a *app, withData bool) ([]byte, error) {
	content, err := s.store.Content(s.background(), a.data.UID)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	d := a.data
	a.mu.Unlock()
	head := nitroHead{UID: d.UID, Title: d.Name, Owner: d.Owner, Version: s.mark.Version, Created: d.Created, Modified: d.Modified, Records: len(content.Records)}
	return nitro{head, content}.encode(withData)
}

func (s *server) export(c *call, a *app) {
	if !s.usable(c, a) {
		return
	}
	data, err := s.packed(a, flag(c, "submitted"))
	if err != nil {
		c.problem(http.StatusInternalServerError, "The application cannot be exported: "+err.Error())
		return
	}
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+a.data.UID+`.nitro_s"; filename*=UTF-8''`+url.PathEscape(a.data.Name)+".nitro_s")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = c.w.Write(data)
}

// exportToFile writes the archive to a file of the server, that is: below the lab's folder. It answers without a body.
func (s *server) exportToFile(c *call, a *app) {
	file, ok := s.serverFile(c, c.r.URL.Query().Get("filePath"))
	if !ok || !s.usable(c, a) {
		return
	}
	data, err := s.packed(a, flag(c, "exportData"))
	if err == nil {
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = osfs.WriteFile(file, data, 0o644)
		}
	}
	if err != nil {
		c.problem(http.StatusInternalServerError, "The application cannot be exported: "+err.Error())
	}
}

func (s *server) serverFile(c *call, native string) (string, bool) {
	if native == "" {
		c.problem(http.StatusBadRequest, "filePath is missing")
		return "", false
	}
	return below(s.dir, path.Clean("/"+filepath.ToSlash(native))), true
}

// upload gives the first file of a multipart request.
func upload(c *call) ([]byte, error) {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxNitro)
	form, err := c.r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, fmt.Errorf("no file in the request: %w", err)
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

func (s *server) importUpload(c *call) {
	data, err := upload(c)
	if err != nil {
		c.problem(http.StatusBadRequest, "The upload cannot be read: "+err.Error())
		return
	}
	s.bringIn(c, data, flag(c, "deploy"), flag(c, "importData"), flag(c, "cleanIds"))
}

func (s *server) importFile(c *call) {
	var ask struct {
		FilePath   string `json:"filePath"`
		CleanIDs   bool   `json:"cleanIds"`
		Deploy     bool   `json:"deploy"`
		ImportData bool   `json:"importData"`
	}
	if err := json.NewDecoder(io.LimitReader(c.r.Body, 1<<20)).Decode(&ask); err != nil {
		c.problem(http.StatusBadRequest, "The request is no JSON: "+err.Error())
		return
	}
	file, ok := s.serverFile(c, ask.FilePath)
	if !ok {
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		c.problem(http.StatusBadRequest, "The file "+ask.FilePath+" cannot be read.")
		return
	}
	s.bringIn(c, data, ask.Deploy, ask.ImportData, ask.CleanIDs)
}

// bringIn imports an archive. Its design becomes that of this version, so the application opens afterwards, also one that had failed to upgrade.
func (s *server) bringIn(c *call, data []byte, deploy, withData, cleanIDs bool) {
	n, err := decodeNitro(data)
	if err != nil {
		c.problem(http.StatusBadRequest, "The archive cannot be imported: "+err.Error())
		return
	}
	if compareVersions(n.head.Version, s.mark.Version) > 0 {
		c.problem(http.StatusBadRequest, "The archive is of version "+n.head.Version+". Applications are only forward compatible.")
		return
	}
	if !withData {
		n.content.Records = nil
	}
	if cleanIDs {
		n.head.UID = s.uuid()
		for i := range n.content.Records {
			n.content.Records[i].UID = s.uuid()
		}
	}
	a := &app{data: store.App{UID: n.head.UID, Name: n.head.Title, Owner: n.head.Owner, Deployed: deploy, Version: s.mark.Version, Created: n.head.Created,
		Modified: s.now().UTC(), Imported: true, Records: len(n.content.Records)}}
	status, text := s.add(a, n.content)
	if status != http.StatusOK {
		c.problem(status, text)
		return
	}
	s.say(record{level: "I", thread: c.thread, class: "com.ibm.form.nitro.service.rest.AppResource", method: "importApp",
		text: fmt.Sprintf("Application imported: %s \"%s\" with %d records", a.data.UID, a.data.Name, a.data.Records)})
	s.event(Event{Kind: EventAppImported, Text: "Imported " + a.data.Name, UID: a.data.UID, Name: a.data.Name})
	c.json(http.StatusOK, s.listed(c, a))
}

// add puts a new application among the others, unless one with its uid is there.
func (s *server) add(a *app, content store.Content) (status int, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.mu.Lock()
	_, taken := s.apps[a.data.UID]
	if !taken {
		s.apps[a.data.UID] = a
	}
	s.mu.Unlock()
	if taken {
		return http.StatusConflict, "There is already an application " + a.data.UID + ". Delete it first, or import with cleanIds=true."
	}
	if err := s.store.Put(s.background(), a.data, content); err != nil {
		a.gone = true
		s.forget(a.data.UID)
		return http.StatusInternalServerError, "The application cannot be stored: " + err.Error()
	}
	return http.StatusOK, ""
}

func (s *server) forget(uid string) {
	s.mu.Lock()
	delete(s.apps, uid)
	s.mu.Unlock()
}

func (s *server) remove(c *call, a *app) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone {
		c.problem(http.StatusNotFound, "There is no application "+a.data.UID+".")
		return
	}
	if err := s.store.Delete(s.background(), a.data.UID); err != nil {
		c.problem(http.StatusInternalServerError, "The application cannot be deleted: "+err.Error())
		return
	}
	a.gone = true
	s.forget(a.data.UID)
	s.say(record{level: "I", thread: c.thread, class: "com.ibm.form.nitro.service.rest.AppResource", method: "deleteApp",
		text: fmt.Sprintf("Application deleted: %s \"%s\"", a.data.UID, a.data.Name)})
	s.event(Event{Kind: EventAppDeleted, Text: "Deleted " + a.data.Name, UID: a.data.UID, Name: a.data.Name})
	c.w.WriteHeader(http.StatusNoContent)
}

// upgradeDesign replaces an application's design by that of an archive and keeps its records.
func (s *server) upgradeDesign(c *call, a *app) {
	data, err := upload(c)
	if err != nil {
		c.problem(http.StatusBadRequest, "The upload cannot be read: "+err.Error())
		return
	}
	n, err := decodeNitro(data)
	if err != nil {
		c.problem(http.StatusBadRequest, "The archive cannot be used: "+err.Error())
		return
	}
	if compareVersions(n.head.Version, s.mark.Version) > 0 {
		c.problem(http.StatusBadRequest, "The archive is of version "+n.head.Version+". Applications are only forward compatible.")
		return
	}
	if !s.usable(c, a) {
		return
	}
	a.mu.Lock()
	now := s.now().UTC()
	err = s.store.SetDesign(s.background(), a.data.UID, n.content.Design, now)
	if err == nil {
		a.data.Modified = now
	}
	a.mu.Unlock()
	if err != nil {
		c.problem(http.StatusInternalServerError, "The design cannot be stored: "+err.Error())
		return
	}
	c.json(http.StatusOK, s.listed(c, a))
}
