package wire

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/springboard-leap/springboard/platform/maintenance"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// WebConfig is the maintenance page for one web server: its file, and how it is put in force and taken out.
type WebConfig struct {
	Server offline.WebServer `json:"server"`
	Title  string            `json:"title"`
	File   string            `json:"file"`
	Enable string            `json:"enable"`
	Back   string            `json:"back"`
}

// pageFolder is where the page stands in the run.
const pageFolder = "maintenance"

// markOf is what the maintenance page of a run is known by; another run's has another.
func markOf(f *run.Folder) string {
	sum := sha256.Sum256([]byte("maintenance of " + f.Meta.Name + " " + f.Meta.Created.Format(time.RFC3339)))
	return hex.EncodeToString(sum[:8])
}

// places gives the folder that the page is written to, and the one in which the web server will find it.
func (s switched) places(f *run.Folder) (to, at string) {
	to = s.Folder
	if to == "" {
		to = f.Path(pageFolder)
	}
	if at = s.At; at == "" {
		at = to
	}
	return to, at
}

// writePage writes the page and the configuration of the web servers, readable by all: a web server has a user of its own.
func (d *Desk) writePage(f *run.Folder, s switched, product upgrade.Product, servers []offline.WebServer) ([]string, error) {
	to, at := s.places(f)
	files, err := offline.Files(s.Page, product, at, servers...)
	if err != nil {
		return nil, err
	}
	if err := d.opts.Disk.MkdirAll(to, 0o755); err != nil {
		return nil, upgrade.NewFault("SB-9036", upgrade.KindFailed, err, "dir", to, "why", err.Error())
	}
	var written []string
	for _, file := range files {
		path := filepath.Join(to, file.Name)
		if err := d.opts.Disk.WriteFile(path, file.Data, 0o644); err != nil {
			return written, upgrade.NewFault("SB-9036", upgrade.KindFailed, err, "dir", to, "why", err.Error())
		}
		written = append(written, path)
	}
	return written, nil
}

// webConfigs tells of the configuration that was written.
func webConfigs(f *run.Folder, s switched) []WebConfig {
	out := []WebConfig{}
	to, at := s.places(f)
	for _, w := range offline.WebServers {
		file := filepath.Join(to, w.File())
		if _, err := os.Stat(file); err != nil {
			continue
		}
		enable, back := w.Enable(at)
		out = append(out, WebConfig{w, w.Title(), file, enable, back})
	}
	return out
}

// WritePage writes the maintenance page and the configuration of the web servers anew, without taking anything offline. A run is begun when there is none.
func (o *Offline) WritePage(ctx context.Context, opts OfflineOptions) ([]WebConfig, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	inst, err := o.desk.Installation(ctx)
	if err != nil {
		return nil, err
	}
	f, _, err := o.desk.Run(ctx, true)
	if err != nil {
		return nil, err
	}
	var out []WebConfig
	err = o.desk.locked(inst, f, "offline page", func() error {
		s, err := kept(f)
		if err != nil {
			return err
		}
		fresh := o.newState(f, inst, opts)
		s.Page, s.Mark, s.Folder, s.At = fresh.Page, fresh.Mark, fresh.Folder, fresh.At
		if s.Recognise == "" {
			s.Recognise = opts.Recognise
		}
		if _, err := o.desk.writePage(f, s, inst.Product, opts.Servers); err != nil {
			return err
		}
		out = webConfigs(f, s)
		return f.WriteJSON(offlineFile, s)
	})
	return out, err
}

// ServeOptions say how the page is served.
type ServeOptions struct {
	Listen          string
	TLSCert, TLSKey string
	Page            offline.Page // what is set here goes before what begin was told
	Ready           func(baseURL string)
}

// Serve shows the maintenance page until ctx ends, which is no error. The page of the run is used when there is one.
func (o *Offline) Serve(ctx context.Context, so ServeOptions) (maintenance.Counts, error) {
	inst, err := o.desk.Installation(ctx)
	if err != nil {
		return maintenance.Counts{}, err
	}
	f, _, err := o.desk.Run(ctx, true)
	if err != nil {
		return maintenance.Counts{}, err
	}
	s, err := kept(f)
	if err != nil {
		return maintenance.Counts{}, err
	}
	page := s.Page
	if so.Page.Text != "" || so.Page.Title != "" {
		page = so.Page
	}
	page.Mark = markOf(f)
	mo := maintenance.Options{Listen: so.Listen, Page: page, Product: inst.Product, TLSCert: so.TLSCert, TLSKey: so.TLSKey}
	var note error
	mo.Ready = func(base string) {
		_, note = f.Journal.Append(journal.Note, run.StepPage, "The maintenance page is served at "+base, nil)
		if so.Ready != nil {
			so.Ready(base)
		}
	}
	counts, err := maintenance.Serve(ctx, mo)
	if err == nil {
		err = note
	}
	if err == nil {
		_, err = f.Journal.Append(journal.Note, run.StepPage, "The maintenance page is no longer served by Springboard",
			map[string]any{"pages": counts.Pages, "json": counts.JSON, "health": counts.Health})
	}
	return counts, err
}

// ParseWebServers reads names from a command line.
func ParseWebServers(names []string) ([]offline.WebServer, error) {
	var out []offline.WebServer
	for _, n := range names {
		if w := offline.WebServer(n); slices.Contains(offline.WebServers, w) {
			out = append(out, w)
			continue
		}
		return nil, upgrade.NewFault("SB-9032", upgrade.KindUsage, nil, "name", n)
	}
	return out, nil
}
