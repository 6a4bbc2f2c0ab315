package dump

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Db2 backs a database up as the vendor says, on the database's own machine: quiesce, deactivate, BACKUP DATABASE, db2ckbkp, and unquiesce whatever happened.
// Steps and their order: domain.md 6; exit codes and options of the command line processor: IBM's Db2 12.1 documentation, "Command line processor return
// codes" and "options". Without a user the instance's own authentication is used (who runs Springboard is the instance owner); with one, the password goes
// to the processor's standard input.
type Db2 struct {
	Source      upgrade.DataSource
	Credentials upgrade.Credentials
	Options     Options
}

// db2Look is what was seen of the server.
type db2Look struct {
	clp     *db2CLP
	tool    string // version of the programs
	server  string // version of the server
	schemas []string
	tables  []string // "SCHEMA"."TABLE", quoted
	bytes   int64    // estimate, 0 when unknown
	steps   []backup.DumpStep
}

// Plan implements backup.Dumper.
func (d *Db2) Plan(ctx context.Context) (backup.DumpPlan, error) {
	look, err := d.look(ctx)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	plan := backup.DumpPlan{What: d.what(look.schemas), Tool: look.tool, Bytes: look.bytes, Commands: look.clp.backupCommands("DIR", "IMAGE"),
		Notes: []string{"all connections to " + d.Source.Database + " are cut, and nobody can connect until it is unquiesced, which is done whatever happens",
			"the image is written by the server itself: the instance's owner must be able to write to the folder"}}
	if _, cmis := missingSchemas(look.schemas); cmis {
		plan.Notes = append(plan.Notes, noCMIS)
	}
	return plan, nil
}

func (d *Db2) what(schemas []string) string {
	return fmt.Sprintf("Db2 database %s, whole, with the schemas %s", d.Source.Database, strings.Join(schemas, ", "))
}

var (
	db2Name  = lazyregexp.New(`^[A-Za-z@#$][A-Za-z0-9@#$_]{0,7}$`) // an alias, at most 8 characters (SQL reference, "Identifiers")
	db2User  = lazyregexp.New(`^[A-Za-z0-9@#$_.\\-]{1,128}$`)
	db2Plain = lazyregexp.New(`^[A-Za-z0-9_.:@%+=/\\-]+$`) // a path that needs no quotes in the command line processor
)

// look finds the programs, compares their version with the server's, and lists what there is to back up. Nothing is changed.
func (d *Db2) look(ctx context.Context) (look db2Look, err error) {
	if !db2Name.MatchString(d.Source.Database) {
		return look, upgrade.NewFault("SB-2450", upgrade.KindUnsupported, nil, "what", "database", "name", d.Source.Database)
	}
	if u := d.Credentials.User; u != "" && !db2User.MatchString(u) {
		return look, upgrade.NewFault("SB-2450", upgrade.KindUnsupported, nil, "what", "user", "name", u)
	}
	if strings.ContainsAny(d.Credentials.Password.Reveal(), "'\"\r\n") {
		return look, upgrade.NewFault("SB-2451", upgrade.KindUnsupported, nil, "user", d.Credentials.User)
	}
	if look.clp, err = findDb2(d); err != nil {
		return look, err
	}
	level, err := look.clp.other(ctx, "db2level")
	if err != nil {
		return look, err
	}
	look.steps = append(look.steps, level.step)
	if look.tool = db2LevelVersion(level.text); look.tool == "" {
		return look, upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New(lastLine(level.text)), "tool", "db2level", "exit", strconv.Itoa(level.exit))
	}
	said, err := look.clp.session(ctx, "", db2SchemaQuery, db2TableQuery)
	if err != nil {
		return look, err
	}
	look.steps = append(look.steps, said.step)
	if look.server = db2ServerVersion(said.text); look.server == "" {
		return look, upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New("it did not say which server it is connected to"), "tool", said.step.Command,
			"exit", strconv.Itoa(said.exit))
	}
	if !sameRelease(look.tool, look.server) {
		return look, upgrade.NewFault("SB-2408", upgrade.KindUnsupported, nil, "tool", "Db2 "+look.tool, "path", look.clp.db2, "version", "Db2 "+look.server)
	}
	look.schemas, look.tables = marked(said.raw, "SCHEMA"), marked(said.raw, "TABLE")
	if size, err := look.clp.session(ctx, "", db2SizeQuery); err == nil {
		look.bytes = pages(size.raw) // without the right to ask, the size stays unknown
	}
	if needed, _ := missingSchemas(look.schemas); len(needed) > 0 {
		return look, upgrade.NewFault("SB-2404", upgrade.KindFailed, nil, "database", d.Source.Database, "schema", strings.Join(needed, ", "),
			"found", strings.Join(look.schemas, ", "))
	}
	return look, nil
}

// Dump implements backup.Dumper.
func (d *Db2) Dump(ctx context.Context, rep op.Reporter, dir string) (dumped backup.Dumped, err error) {
	look, err := d.look(ctx)
	if err != nil {
		return dumped, err
	}
	if !db2Plain.MatchString(dir) {
		return dumped, upgrade.NewFault("SB-2452", upgrade.KindUnsupported, nil, "dir", dir)
	}
	dumped = backup.Dumped{Kind: "db2", What: d.what(look.schemas), Tool: "Db2 " + look.tool, Server: look.server, Schemas: look.schemas, Steps: look.steps}
	run := &db2Run{Db2: d, clp: look.clp, rep: rep, dumped: &dumped}
	err = run.backup(ctx, dir, look.tables)
	// The database must not stay quiesced, whatever happened and although the backup may have been stopped.
	if run.quiesced {
		if uerr := run.unquiesce(context.WithoutCancel(ctx)); uerr != nil {
			fault := upgrade.NewFault("SB-2453", upgrade.KindPartial, uerr, "database", d.Source.Database)
			if err != nil {
				return dumped, errors.Join(err, fault)
			}
			dumped.Warnings = append(dumped.Warnings, backup.Problem{Code: fault.Code, Args: fault.Args, Fault: fault})
		}
	}
	return dumped, err
}

// db2Run is one backup at work.
type db2Run struct {
	*Db2
	clp      *db2CLP
	rep      op.Reporter
	dumped   *backup.Dumped
	quiesced bool // or perhaps so: it was asked for
}

func (r *db2Run) note(s outcome) { r.dumped.Steps = append(r.dumped.Steps, s.step) }

func (r *db2Run) backup(ctx context.Context, dir string, tables []string) error {
	r.rep.Item("quiesce " + r.Source.Database)
	r.quiesced = true
	said, err := r.clp.session(ctx, "quiesce database immediate force connections", rowQueries(tables)...)
	if err != nil {
		return err
	}
	r.note(said)
	if r.dumped.Rows = countedRows(said.raw); len(r.dumped.Rows) != len(tables) {
		return upgrade.NewFault("SB-2405", upgrade.KindFailed, nil, "dir", dir, "detail", fmt.Sprintf("rows of %d tables were counted, not of %d", len(r.dumped.Rows), len(tables)))
	}
	stamp, err := r.image(ctx, dir)
	if err != nil {
		return err
	}
	r.dumped.Image = stamp
	images, err := db2Images(dir, r.Source.Database, stamp)
	if err != nil {
		return err
	}
	r.rep.Item("db2ckbkp")
	said, err = r.clp.other(ctx, "db2ckbkp", images...)
	if err != nil {
		return err
	}
	r.note(said)
	if said.exit != 0 || !strings.Contains(said.text, db2Verified) {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, errors.New(lastLine(said.text)), "dir", dir,
			"detail", fmt.Sprintf("db2ckbkp ended with exit code %d and without its words for success", said.exit))
	}
	again, err := r.clp.other(ctx, "db2level")
	if err == nil && db2LevelVersion(again.text) != strings.TrimPrefix(r.dumped.Tool, "Db2 ") {
		err = upgrade.NewFault("SB-2412", upgrade.KindSourceChanged, nil, "was", r.dumped.Tool, "now", "Db2 "+db2LevelVersion(again.text))
	}
	return err
}

// image runs the backup itself. A user who tries to connect just then wakes the database up again (SQL1035N, IBM technote 1636292): that is tried once more.
func (r *db2Run) image(ctx context.Context, dir string) (stamp string, err error) {
	for try := 0; ; try++ {
		r.rep.Item("deactivate " + r.Source.Database)
		said, err := r.clp.batch(ctx, "deactivate database "+r.Source.Database+r.clp.asUser())
		if err != nil {
			return "", err
		}
		r.note(said)
		r.rep.Item("backup database " + r.Source.Database)
		said, err = r.clp.batch(ctx, r.clp.backupCommand(dir))
		if err != nil && strings.Contains(err.Error(), "SQL1035N") && try == 0 {
			continue
		}
		if err != nil {
			return "", err
		}
		r.note(said)
		m := db2Success.FindStringSubmatch(said.text)
		if m == nil {
			return "", upgrade.NewFault("SB-2405", upgrade.KindVerify, errors.New(lastLine(said.text)), "dir", dir,
				"detail", "the backup ended without its words for success")
		}
		r.dumped.Output = ending(said.text)
		return m[1], nil
	}
}

func (r *db2Run) unquiesce(ctx context.Context) error {
	r.rep.Item("unquiesce " + r.Source.Database)
	said, err := r.clp.session(ctx, "unquiesce database")
	if err == nil {
		r.note(said)
	}
	return err
}

// db2Images finds the files of an image on this machine: DATABASE.0.instance.DBPART000.20170822140451.001 and so on (of one kind: type 0, the whole database).
func db2Images(dir, database, stamp string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*."+stamp+".[0-9][0-9][0-9]"))
	if err != nil {
		return nil, err
	}
	var images []string
	for _, path := range all {
		name := strings.ToUpper(filepath.Base(path))
		if !strings.HasPrefix(name, strings.ToUpper(database)+".0.") {
			continue
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			return nil, upgrade.NewFault("SB-2405", upgrade.KindVerify, err, "dir", dir, "detail", filepath.Base(path)+" is empty")
		}
		images = append(images, path)
	}
	if len(images) == 0 {
		return nil, upgrade.NewFault("SB-2454", upgrade.KindFailed, nil, "dir", dir, "database", database, "image", stamp)
	}
	slices.Sort(images)
	for i, path := range images {
		if !strings.HasSuffix(path, fmt.Sprintf(".%03d", i+1)) {
			return nil, upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", dir, "detail", fmt.Sprintf("file %03d of the image is missing", i+1))
		}
	}
	return images, nil
}

// Prove implements backup.Dumper: a scratch database on a Db2 server is for a person to make. What can be done here is done: db2ckbkp reads the image once more.
func (d *Db2) Prove(ctx context.Context, rep op.Reporter, dir, _ string, taken backup.Dumped) (string, error) {
	images, err := db2Images(dir, d.Source.Database, taken.Image)
	if err != nil {
		return "", err
	}
	clp, err := findDb2(d)
	if err != nil {
		return "Db2's programs are not on this machine; a person restores it into a scratch database", backup.ErrUnsupported
	}
	rep.Item("db2ckbkp")
	said, err := clp.other(ctx, "db2ckbkp", images...)
	if err != nil {
		return "", err
	}
	if said.exit != 0 || !strings.Contains(said.text, db2Verified) {
		return "", upgrade.NewFault("SB-2405", upgrade.KindVerify, errors.New(lastLine(said.text)), "dir", dir, "detail", "db2ckbkp does not find the image good")
	}
	return "db2ckbkp finds the image good; a person restores it into a scratch database", backup.ErrUnsupported
}
