package wire

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/springboard-leap/springboard/platform/probe"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/offline"
	"github.com/springboard-leap/springboard/upgrade/run"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// TraceStatus is the trace of the product, configured and running.
type TraceStatus struct {
	On         bool             `json:"on"`
	Configured string           `json:"configured"`
	Running    string           `json:"running"` // as the log last told; empty: not seen
	Evidence   upgrade.Evidence `json:"evidence,omitzero"`
	Ways       []offline.Way    `json:"ways"` // to turn the running trace off; Springboard cannot
}

// OfflineStatus is who can reach what, and what was switched.
type OfflineStatus struct {
	State       string            `json:"state"`                 // online, offline
	Interrupted string            `json:"interrupted,omitempty"` // begin or end: it was killed, and is gone on with by the same command
	Proven      bool              `json:"proven"`                // every probe saw what should be seen in this state
	Since       time.Time         `json:"since,omitzero"`
	Seconds     int64             `json:"seconds,omitempty"` // that it is offline
	Until       time.Time         `json:"until,omitzero"`
	Public      string            `json:"public,omitempty"`
	Direct      string            `json:"direct,omitempty"`
	Changes     []settings.Record `json:"changes"` // in force, of offline begin
	Probes      []offline.Probe   `json:"probes"`
	Page        []WebConfig       `json:"page"`
	Trace       TraceStatus       `json:"trace"`
	Timers      []offline.Timer   `json:"timers"`
	Remind      []string          `json:"remind"` // what a person has to see to
	Notes       []NotesTask       `json:"notes"`  // Domino Leap: what a person changes in VoltConfig.nsf
}

// OfflineLook says what is probed.
type OfflineLook struct {
	Public, Direct, Recognise string
	NoProbes                  bool
}

// Status probes the addresses now. Nothing is written.
func (o *Offline) Status(ctx context.Context, look OfflineLook) (OfflineStatus, error) {
	inst, err := o.desk.Again(ctx)
	if err != nil {
		return OfflineStatus{}, err
	}
	s, open, f, err := o.inForce(ctx)
	if err != nil {
		return OfflineStatus{}, err
	}
	st := OfflineStatus{State: "online", Changes: []settings.Record{}, Page: []WebConfig{}, Probes: []offline.Probe{}, Timers: []offline.Timer{}}
	if s.off() || len(open) > 0 {
		st.State, st.Since, st.Until = "offline", s.Since, s.Until
		st.Seconds = int64(o.desk.now().Sub(s.Since).Seconds())
		st.Changes = append(st.Changes, open...)
		st.Interrupted = map[string]string{isBeginning: "begin", isEnding: "end"}[s.Phase]
	}
	if f != nil {
		st.Page = webConfigs(f, s)
	}
	st.Public, st.Direct = first(look.Public, s.Public, o.publicOf(inst, "")), first(look.Direct, s.Direct, o.directOf(inst, ""))
	st.Trace = TraceStatus{On: inst.Trace.On, Configured: inst.Trace.Configured, Running: inst.Trace.Running, Evidence: inst.Evidence["trace.running"], Ways: offline.RunningTrace(inst)}
	if st.Timers, err = o.timers(ctx, inst, s.Until); err != nil {
		return st, err
	}
	if st.Notes, err = o.desk.Settings().Notes(ctx); err != nil {
		return st, err
	}
	st.Remind = reminders(inst, st)
	if look.NoProbes {
		return st, nil
	}
	expect := offline.Expect{Mark: s.Mark, Text: first(look.Recognise, s.Recognise)}
	if f != nil && expect.Mark == "" {
		expect.Mark = markOf(f)
	}
	st.Probes, err = o.probes(ctx, inst, st, expect)
	st.Proven = len(st.Probes) > 0
	for _, p := range st.Probes {
		st.Proven = st.Proven && p.Right
	}
	return st, err
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// probes looks at each way once, all at the same time.
func (o *Offline) probes(ctx context.Context, inst upgrade.Installation, st OfflineStatus, expect offline.Expect) ([]offline.Probe, error) {
	pages, api := offline.Contexts(inst.Product)
	all := []offline.Probe{
		{From: offline.Users, To: "web server", URL: below(st.Public, pages, "secure/org/ide/manager.html")},
		{From: offline.Programs, To: "web server", URL: below(st.Public, api, "secure/org/admin/apps")},
		{From: offline.Administrator, To: "Leap", URL: below(st.Direct, pages, "secure/org/ide/manager.html")},
	}
	var known []offline.Probe
	for _, p := range all {
		if p.URL != "" {
			known = append(known, p)
		}
	}
	eyes := probe.NewNet(o.desk.opts.CAFile)
	group, ctx := errgroup.WithContext(ctx)
	for i := range known {
		group.Go(func() error {
			p := &known[i]
			a, err := eyes.Look(ctx, p.URL, pages, p.From == offline.Programs)
			if err != nil {
				return err
			}
			p.At = o.desk.now().UTC().Truncate(time.Second)
			p.Judge(a, expect, st.State == "offline")
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return append([]offline.Probe{}, known...), nil
}

// below puts a path behind an address; an address may hold the context of the pages already.
func below(base, pages, path string) string {
	if base == "" {
		return ""
	}
	base = strings.TrimSuffix(base, "/")
	for _, own := range []string{"/apps", "/apps-basic", "/volt-apps", "/volt-api"} {
		base = strings.TrimSuffix(base, own)
	}
	return base + "/" + pages + "/" + path
}

// publicOf is the address that users have: as named, or as configured.
func (o *Offline) publicOf(inst upgrade.Installation, named string) string {
	return first(named, inst.BaseURL)
}

// directOf is the server's own address, past web server and load balancer: as named, one that the configuration tells beside the public one, or the port of
// serverindex.xml. A lab has no web server before it.
func (o *Offline) directOf(inst upgrade.Installation, named string) string {
	if named != "" || o.desk.IsLab() {
		return first(named, inst.BaseURL)
	}
	for _, f := range inst.SettingsFiles {
		if f.Kind != "serverindex" || !f.Exists {
			continue
		}
		if host, number, err := defaultHost(f.Path); err == nil && number != "" {
			if host == "" || host == "*" {
				host = "localhost"
			}
			return "http://" + net.JoinHostPort(host, number)
		}
	}
	for _, a := range inst.Addresses {
		if a != inst.BaseURL {
			return a
		}
	}
	return ""
}

// timers are what begins by itself within the window.
func (o *Offline) timers(ctx context.Context, inst upgrade.Installation, until time.Time) ([]offline.Timer, error) {
	in := map[string]upgrade.Setting{}
	for _, f := range inst.SettingsFiles {
		if f.Kind != "leap-config" || !f.Exists {
			continue
		}
		all, err := o.desk.Settings().All(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if !s.Overridden {
				in[s.Key] = s
			}
		}
	}
	now := o.desk.now()
	if !until.After(now) {
		until = time.Time{}
	}
	return append([]offline.Timer{}, offline.Timers(inst.Product, in, now, until)...), nil
}

// reminders are what the vendor asks for and no setting of Leap does.
func reminders(inst upgrade.Installation, st OfflineStatus) []string {
	web := "Put the maintenance page in force on the web server or load balancer, or switch it off."
	if st.State == "online" {
		web = "Before the upgrade: put the maintenance page in force on the web server or load balancer, or switch it off."
	}
	list := []string{web}
	if inst.Product == upgrade.Leap {
		list = append(list, "Switch SAML filtering off until the upgrade is through: the administrator signs in at the server itself.")
	} else {
		list = append(list, remindNotes(st.Notes))
	}
	if st.Public != "" && st.Public == st.Direct {
		list = append(list, "Users and the administrator have the same address: no web server in front is known. Name the users' address with --public, the server's own with --direct.")
	}
	if st.Direct == "" {
		list = append(list, "The server's own address is not known: name it with --direct, so that the administrator's way can be proven.")
	}
	if len(st.Changes) > 0 {
		list = append(list, "serverURI and the trace of the configuration take effect when the server is started again.")
	}
	return list
}

// remindNotes tells what is left to do in VoltConfig.nsf.
func remindNotes(tasks []NotesTask) string {
	open, unseen := 0, 0
	for _, t := range tasks {
		switch {
		case t.Ticked == nil:
			open++
		case !t.Ticked.Proven && t.Proof != offline.NotesWord:
			unseen++
		}
	}
	switch {
	case len(tasks) == 0:
		return "serverURI, the notice and the timers of Domino Leap stand in VoltConfig.nsf: offline begin leads through changing them with a Notes client."
	case open > 0:
		return fmt.Sprintf("%d changes in VoltConfig.nsf wait for a Notes client: springboardctl settings notes leads through them.", open)
	case unseen > 0:
		return fmt.Sprintf("%d changes in VoltConfig.nsf were ticked and do not show from outside yet: springboardctl settings notes tells why.", unseen)
	}
	return "All changes in VoltConfig.nsf are ticked by name."
}

// eyes looks at both addresses, for what shows of a change in VoltConfig.nsf.
func (o *Offline) eyes(ctx context.Context, inst upgrade.Installation, f *run.Folder, public, direct string) (offline.Look, error) {
	s, err := kept(f)
	if err != nil {
		return offline.Look{}, err
	}
	pages, _ := offline.Contexts(inst.Product)
	out := offline.Look{Public: first(public, s.Public, o.publicOf(inst, "")), Direct: first(direct, s.Direct, o.directOf(inst, ""))}
	seer := probe.NewNet(o.desk.opts.CAFile)
	group, ctx := errgroup.WithContext(ctx)
	look := func(base string, into **offline.Answer) {
		if base == "" {
			return
		}
		group.Go(func() error {
			a, err := seer.Look(ctx, below(base, pages, "secure/org/ide/manager.html"), pages, false)
			*into = &a
			return err
		})
	}
	look(out.Public, &out.Users)
	look(out.Direct, &out.Administrator)
	return out, group.Wait()
}

// defaultHost reads the end point WC_defaulthost of a serverindex.xml.
func defaultHost(file string) (host, number string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = f.Close() }()
	within := false
	for dec := xml.NewDecoder(f); ; {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return "", "", nil
		}
		if err != nil {
			return "", "", err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range e.Attr {
			attr[a.Name.Local] = a.Value
		}
		if e.Name.Local == "specialEndpoints" {
			within = attr["endPointName"] == "WC_defaulthost"
		}
		if within && e.Name.Local == "endPoint" {
			return attr["host"], attr["port"], nil
		}
	}
}
