package dump

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// scratchAlias is the name of a scratch database that a person makes: an alias has at most 8 characters.
const scratchAlias = "SBSCRATC"

// ProveByHand implements backup.ByHand: RESTORE into another name leaves the database in use alone. An offline image needs no logs.
func (d *Db2) ProveByHand(dir string, taken backup.Dumped) []string {
	list := []string{
		fmt.Sprintf(`db2 "restore database %s from %s taken at %s into %s without rolling forward without prompting"`, d.Source.Database, dir, taken.Image, scratchAlias),
		`db2 "connect to ` + scratchAlias + `"`,
	}
	for _, table := range []string{"FREEDOM.APP_UPGRADE", "FREEDOM.APPLICATION"} {
		if n, ok := taken.Rows[table]; ok {
			list = append(list, fmt.Sprintf(`db2 "select count(*) from %s"    (%d rows at the backup)`, table, n))
		}
	}
	return append(list, `db2 "connect reset"`, `db2 "drop database `+scratchAlias+`"`)
}

func (c *db2CLP) restoreCommand(dir, stamp string) string {
	return "restore database " + c.database + c.asUser() + " from " + dir + " taken at " + stamp + " replace existing without rolling forward without prompting"
}

// PlanRestore implements backup.Restorer. Db2 has no way to rename a database, so RESTORE overwrites the one in use: it is run only on request.
func (d *Db2) PlanRestore(_ context.Context, dir string, taken backup.Dumped, _ string) (backup.DatabaseRestore, error) {
	if taken.Image == "" || !db2Name.MatchString(d.Source.Database) {
		return backup.DatabaseRestore{}, upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", dir, "detail", "the manifest names no image of Db2")
	}
	if !db2Plain.MatchString(dir) {
		return backup.DatabaseRestore{}, upgrade.NewFault("SB-2452", upgrade.KindUnsupported, nil, "dir", dir)
	}
	clp, err := findDb2(d)
	if err != nil {
		clp = &db2CLP{db2: "db2", database: d.Source.Database, creds: d.Credentials} // the commands can be told all the same
	}
	plan := backup.DatabaseRestore{What: "Db2 database " + d.Source.Database + ", whole", OnRequest: true,
		Notes: []string{"Db2 overwrites the present database while it restores, and keeps no former one"}}
	for _, text := range []string{"connect to " + clp.database + clp.asUser(), "quiesce database immediate force connections", "connect reset",
		"deactivate database " + clp.database + clp.asUser(), clp.restoreCommand(dir, taken.Image), "connect to " + clp.database + clp.asUser(), "unquiesce database", "connect reset"} {
		plan.Commands = append(plan.Commands, clp.shown([]string{text}))
	}
	return plan, nil
}

// Stage implements backup.Restorer: the image is checked, nothing more can be done beforehand.
func (d *Db2) Stage(ctx context.Context, rep op.Reporter, dir string, taken backup.Dumped, _ string) error {
	clp, err := findDb2(d)
	if err != nil {
		return err
	}
	images, err := db2Images(dir, d.Source.Database, taken.Image)
	if err != nil {
		return err
	}
	rep.Item("db2ckbkp")
	said, err := clp.other(ctx, "db2ckbkp", images...)
	if err == nil && (said.exit != 0 || !strings.Contains(said.text, db2Verified)) {
		err = upgrade.NewFault("SB-2405", upgrade.KindVerify, errors.New(lastLine(said.text)), "dir", dir, "detail", "db2ckbkp does not find the image good")
	}
	return err
}

// Swap implements backup.Restorer: the database is overwritten. A restore that broke off is begun again from the same image.
func (d *Db2) Swap(ctx context.Context, dir string, taken backup.Dumped, _ string) error {
	clp, err := findDb2(d)
	if err != nil {
		return err
	}
	// A database that is broken or gone can be neither quiesced nor deactivated: that must not keep its restore away, and RESTORE refuses one in use itself.
	if _, err := clp.session(ctx, "quiesce database immediate force connections"); upgrade.KindOf(err) == upgrade.KindAuth {
		return err
	}
	if _, err := clp.batch(ctx, "deactivate database "+clp.database+clp.asUser()); upgrade.KindOf(err) == upgrade.KindAuth {
		return err
	}
	said, err := clp.batch(ctx, clp.restoreCommand(dir, taken.Image))
	if err != nil {
		return upgrade.NewFault("SB-2461", upgrade.KindOf(err), err, "database", d.Source.Database)
	}
	if !strings.Contains(said.text, "DB20000I") && !strings.Contains(said.text, "SQL2540W") {
		return upgrade.NewFault("SB-2461", upgrade.KindFailed, errors.New(lastLine(said.text)), "database", d.Source.Database)
	}
	rows, err := clp.session(ctx, "", rowQueries(quotedTables(taken.Rows))...)
	if err != nil {
		return upgrade.NewFault("SB-2461", upgrade.KindOf(err), err, "database", d.Source.Database)
	}
	if diff := compare(taken.Rows, countedRows(rows.raw)); diff != "" {
		return upgrade.NewFault("SB-2403", upgrade.KindVerify, nil, "database", d.Source.Database, "detail", diff)
	}
	if _, err := clp.session(ctx, "unquiesce database"); err != nil && errorCode(err.Error()) != "SQL1371W" {
		return upgrade.NewFault("SB-2453", upgrade.KindPartial, err, "database", d.Source.Database)
	}
	return nil
}

// quotedTables are the names of the counted tables as statements need them.
func quotedTables(rows map[string]int64) []string {
	var list []string
	for name := range rows {
		if !strings.HasPrefix(name, `"`) {
			schema, table, _ := strings.Cut(name, ".")
			name = ident(schema) + "." + ident(table)
		}
		list = append(list, name)
	}
	return list
}

// SwapBack implements backup.Restorer: there is no former database.
func (d *Db2) SwapBack(context.Context, backup.Dumped, string) error {
	return upgrade.NewFault("SB-2462", upgrade.KindPartial, nil, "database", d.Source.Database)
}

// Drop implements backup.Restorer: nothing was made.
func (d *Db2) Drop(context.Context, backup.Dumped, string) error { return nil }

// Sessions implements backup.Sessions.
func (d *Db2) Sessions(ctx context.Context) ([]backup.Session, error) {
	clp, err := findDb2(d)
	if err != nil {
		return nil, err
	}
	var list []string
	if clp.creds.User != "" {
		list = append(list, "connect to "+clp.database+clp.asUser())
	}
	said, err := clp.batch(ctx, append(list, "list applications for database "+clp.database, "terminate")...)
	if err != nil {
		return nil, err
	}
	return db2Applications(said.text), nil
}

// SessionsBy implements backup.Sessions.
func (d *Db2) SessionsBy() string { return "db2 list applications for database " + d.Source.Database }

// db2Applications reads LIST APPLICATIONS: user, program, handle, application id, database, agents. Springboard's own session, which asks, is the processor's.
func db2Applications(text string) []backup.Session {
	var list []backup.Session
	for _, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) < 6 {
			continue
		}
		n := len(f)
		if _, err := strconv.Atoi(f[n-1]); err != nil {
			continue
		}
		handle, err := strconv.Atoi(f[n-4])
		if err != nil || strings.HasPrefix(f[1], "db2bp") {
			continue
		}
		list = append(list, backup.Session{ID: strconv.Itoa(handle), User: f[0], Program: strings.Join(f[1:n-4], " "), From: f[n-3]})
	}
	return list
}
