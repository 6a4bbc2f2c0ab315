package wire

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/platform/db"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
	"github.com/springboard-leap/springboard/upgrade/preflight"
)

// restPort proves the administrator's login for the checks.
type restPort struct{ desk *Desk }

// AdminLogin implements preflight.REST by asking for the list of applications, which needs the administrator's role.
func (p restPort) AdminLogin(ctx context.Context) (preflight.Login, error) {
	creds, err := p.desk.leapCredentials(ctx)
	if err != nil || !creds.IsSet() {
		return preflight.Login{Outcome: preflight.LoginNoUser}, nil //nolint:nilerr // no credentials is an answer: the check says so
	}
	login := preflight.Login{Outcome: preflight.LoginOK, User: creds.User}
	client, entries, err := p.desk.Apps().listed(ctx)
	if err != nil {
		login.Outcome, login.Evidence = outcomeOf(err), upgrade.Evidence{Text: err.Error()}
		if f, ok := upgrade.AsFault(err); ok {
			login.Evidence.URL = f.Args["url"]
		}
		return login, nil
	}
	defer client.Close()
	login.Apps, login.Evidence = len(entries), upgrade.Evidence{URL: client.BaseURL(), Status: 200}
	return login, nil
}

// outcomeOf tells apart why there was no list.
func outcomeOf(err error) preflight.LoginOutcome {
	f, ok := upgrade.AsFault(err)
	if !ok {
		return preflight.LoginOther
	}
	switch f.Code {
	case "SB-4002":
		return preflight.LoginRefused
	case "SB-4003":
		return preflight.LoginForbidden
	case "SB-4001", "SB-4011":
		return preflight.LoginNoAnswer
	}
	return preflight.LoginOther
}

// backupPort tells the checks which backups this run knows.
type backupPort struct{ desk *Desk }

// List implements preflight.Backups.
func (p backupPort) List(ctx context.Context) ([]preflight.Backup, error) {
	all, err := p.desk.Backups().List(ctx)
	if err != nil {
		return nil, err
	}
	var out []preflight.Backup
	for _, b := range all {
		if b.Incomplete || b.State == "" {
			continue
		}
		one := preflight.Backup{Dir: b.Backup, State: string(b.State), At: b.Created, Parts: b.Parts, Bytes: b.Bytes}
		for _, proof := range b.Proofs {
			if b.State == backup.Proven && proof.OK { // one that passed before another failed proves nothing
				one.Proven = proof.At
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// censusPort gives the checks the census of the open run.
type censusPort struct{ desk *Desk }

// Latest implements preflight.Census.
func (p censusPort) Latest(ctx context.Context) (preflight.CensusFacts, bool, error) {
	f, _, err := p.desk.Run(ctx, false)
	if err != nil {
		return preflight.CensusFacts{}, false, nil //nolint:nilerr // no run, no census
	}
	snap, ok, err := p.desk.Apps().store(f).Census()
	if err != nil || !ok {
		return preflight.CensusFacts{}, ok, err
	}
	facts := preflight.CensusFacts{At: snap.At, File: filepath.Join(f.Dir, "apps", "census.json")}
	for _, e := range snap.Entries {
		facts.Apps = append(facts.Apps, upgrade.App{UID: e.UID, Name: e.Name, State: upgrade.Pending, Records: e.Records, Deployed: e.Deployed})
	}
	return facts, true, nil
}

// runPort tells the checks who holds the installation, and what a rehearsal gave.
type runPort struct {
	desk *Desk
	inst upgrade.Installation
}

// Holder implements preflight.Runs.
func (p runPort) Holder(context.Context) (preflight.Holder, bool, error) {
	path, err := p.desk.lockPath(p.inst)
	if err != nil {
		return preflight.Holder{}, false, err
	}
	o, held := op.Holder(path)
	if !held || o.PID == os.Getpid() {
		return preflight.Holder{}, false, nil
	}
	return preflight.Holder{User: o.By, PID: o.PID, Since: o.Since, What: o.What}, true, nil
}

// Rehearsal implements preflight.Runs.
func (p runPort) Rehearsal(ctx context.Context) (preflight.Rehearsal, bool, error) {
	f, _, err := p.desk.Run(ctx, false)
	if err != nil {
		return preflight.Rehearsal{}, false, nil //nolint:nilerr // no run, no rehearsal
	}
	var r preflight.Rehearsal
	ok, err := f.ReadJSON("rehearsal.json", "springboardctl estimate --from RUN", &r)
	return r, ok, err
}

// databasePort looks at the product's database for the checks. nil where the product has none.
func (d *Desk) databasePort(inst upgrade.Installation) preflight.Database {
	if inst.Product != upgrade.Leap || inst.DataSource == nil {
		return nil
	}
	return databasePort{d, inst}
}

type databasePort struct {
	desk *Desk
	inst upgrade.Installation
}

func (p databasePort) open(ctx context.Context) (apps.UpgradeTable, error) {
	creds, err := p.desk.databaseCredentials(ctx, p.inst)
	if err != nil {
		return nil, err
	}
	return db.Open(ctx, p.inst.DataSource, creds)
}

// Ping implements preflight.Database.
func (p databasePort) Ping(ctx context.Context) (string, upgrade.Evidence, error) {
	t, err := p.open(ctx)
	if err != nil {
		return "", upgrade.Evidence{}, err
	}
	defer func() { _ = t.Close() }()
	ds := p.inst.DataSource
	name := ds.Kind + " " + ds.Database
	if s, ok := db.Describe(t); ok {
		server, err := s.Server(ctx)
		return server, upgrade.Evidence{Query: "server version", Row: server}, err
	}
	return name, upgrade.Evidence{Text: name}, nil
}

// Tables implements preflight.Database.
func (p databasePort) Tables(ctx context.Context) ([]preflight.Table, error) {
	t, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }()
	lister, ok := db.Describe(t)
	if !ok {
		return nil, errors.New("this kind of database does not list its tables here")
	}
	names, err := lister.Tables(ctx)
	if err != nil {
		return nil, err
	}
	var out []preflight.Table
	for _, n := range names {
		out = append(out, preflight.Table{Schema: n.Schema, Name: n.Name, Problem: n.Problem})
	}
	return out, nil
}

// Connections implements preflight.Database.
func (p databasePort) Connections(ctx context.Context) (int, error) {
	t, err := p.open(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = t.Close() }()
	counter, ok := t.(db.ConnectionCounter)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	return counter.Connections(ctx)
}

// Tool implements preflight.Database.
func (p databasePort) Tool(ctx context.Context) (preflight.Tool, bool, error) {
	return p.desk.backupTool(ctx, p.inst)
}
