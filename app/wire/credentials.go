package wire

import (
	"context"
	"net"
	"strconv"

	"github.com/springboard-leap/springboard/platform/secrets"
	"github.com/springboard-leap/springboard/upgrade"
)

// CredentialOptions say where user names and passwords come from, beside the environment (SPRINGBOARD_LEAP_USER and so on), the keyring and a
// lab's own. Never from an argument: other users of a machine see those.
type CredentialOptions struct {
	PasswordFile    string // file whose first line is Leap's password
	PasswordCommand string // command that prints Leap's password
	// Ask asks a person, nil when nobody can be asked. what is the server; echo tells whether typing may be shown.
	Ask func(what string, echo bool) (string, error)
}

// leapCredentials are the administrator's, found once for a desk: nobody is asked twice.
func (d *Desk) leapCredentials(ctx context.Context) (upgrade.Credentials, error) {
	return d.leap.find(func() (upgrade.Credentials, error) {
		inst, err := d.Installation(ctx)
		if err != nil {
			return upgrade.Credentials{}, err
		}
		o := d.sources(secrets.Leap, inst.BaseURL)
		o.PasswordFile, o.PasswordCommand = d.opts.Credentials.PasswordFile, d.opts.Credentials.PasswordCommand
		if d.lab != nil {
			o.Own = d.lab.Credentials()
		}
		return secrets.Find(ctx, o)
	})
}

// databaseCredentials are those of the account that reads the database. Not set where the database needs none.
func (d *Desk) databaseCredentials(ctx context.Context, inst upgrade.Installation) (upgrade.Credentials, error) {
	ds := inst.DataSource
	if ds == nil || ds.Kind == "sqlite" || ds.Kind == "derby" {
		return upgrade.Credentials{}, nil
	}
	return d.database.find(func() (upgrade.Credentials, error) {
		server := net.JoinHostPort(ds.Host, strconv.Itoa(ds.Port)) + "/" + ds.Database
		o := d.sources(secrets.Database, server)
		if d.lab != nil {
			own, err := d.lab.DatabaseCredentials()
			if err != nil {
				return upgrade.Credentials{}, err
			}
			o.Own = own
		}
		return secrets.Find(ctx, o)
	})
}

// PasswordTarget names what a password is for, and whose server it is.
type PasswordTarget struct {
	For    secrets.Target
	Server string
}

// PasswordTarget reads "leap" or "database" and finds the server; SB-9037 when it needs no password.
func (d *Desk) PasswordTarget(ctx context.Context, name string) (PasswordTarget, error) {
	inst, err := d.Installation(ctx)
	if err != nil {
		return PasswordTarget{}, err
	}
	ds := inst.DataSource
	switch {
	case d.lab != nil:
	case name == "leap" && inst.BaseURL != "":
		return PasswordTarget{secrets.Leap, inst.BaseURL}, nil
	case name == "database" && ds != nil && ds.Kind != "sqlite" && ds.Kind != "derby":
		return PasswordTarget{secrets.Database, net.JoinHostPort(ds.Host, strconv.Itoa(ds.Port)) + "/" + ds.Database}, nil
	}
	return PasswordTarget{}, upgrade.NewFault("SB-9037", upgrade.KindUsage, nil, "name", name)
}

// KeepPassword looks for user and password as every command does, asking a person where it can, and keeps both in the system's keyring. It gives the user.
func (d *Desk) KeepPassword(ctx context.Context, t PasswordTarget) (user string, err error) {
	o := d.sources(t.For, t.Server)
	o.UseKeyring = false
	if t.For == secrets.Leap {
		o.PasswordFile, o.PasswordCommand = d.opts.Credentials.PasswordFile, d.opts.Credentials.PasswordCommand
	}
	creds, err := secrets.Find(ctx, o)
	if err != nil {
		return "", err
	}
	return creds.User, secrets.Remember(t.For, t.Server, creds, nil)
}

// ForgetPassword takes what was kept out of the keyring and tells whose it was; empty when nothing was.
func (d *Desk) ForgetPassword(t PasswordTarget, user string) (string, error) {
	return secrets.Forget(t.For, t.Server, user, nil)
}

// givenDatabaseCredentials are those that are there without asking a person.
func (d *Desk) givenDatabaseCredentials(ctx context.Context, inst upgrade.Installation) (upgrade.Credentials, error) {
	ds := inst.DataSource
	o := d.sources(secrets.Database, net.JoinHostPort(ds.Host, strconv.Itoa(ds.Port))+"/"+ds.Database)
	o.Ask = nil
	return secrets.Find(ctx, o)
}

// sources are where both kinds of credentials are looked for.
func (d *Desk) sources(target secrets.Target, server string) secrets.Options {
	o := secrets.Options{Target: target, Server: server, UseKeyring: d.lab == nil}
	if ask := d.opts.Credentials.Ask; ask != nil {
		o.Ask = func(_ context.Context, prompt string, hidden bool) (string, error) { return ask(prompt, !hidden) }
	}
	return o
}
