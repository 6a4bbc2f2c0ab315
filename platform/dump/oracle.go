package dump

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// Oracle exports Leap's schemas with Data Pump. The server itself writes the files, into the folder of a directory object, so this runs on the database's machine;
// from there they are copied into the backup and compared. expdp, impdp and sqlplus get the password in a parameter file that only this user may read
// (removed at once) or on standard input, never on the command line. Exit codes: 0 good, 5 ended with errors, 1 failed (Oracle Database Utilities, "Data Pump
// Exit Codes"); the job's last line must say "successfully completed".
type Oracle struct {
	Source      upgrade.DataSource
	Credentials upgrade.Credentials
	Options     Options
}

var (
	oraName    = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_$#]{0,127}$`)
	oraRelease = lazyregexp.New(`Release (\d+(?:\.\d+)+)`)
	oraDone    = lazyregexp.New(`(?m)Job "[^"]+"\."[^"]+" successfully completed\b`)
	oraRows    = lazyregexp.New(`(?m)\. \. exported "((?:[^"]|"")+)"\."((?:[^"]|"")+)"(?::"[^"]+")?(?:\."[^"]+")*\s+[\d.]+ [KMGT]?B\s+(\d+) rows`)
	oraError   = lazyregexp.New(`\b(?:ORA|UDE|UDI|SP2|LRM|TNS)-\d{4,5}\b[^\n]*`)
)

// oraLook is what was seen of the server.
type oraLook struct {
	tools   oraTools
	tool    string // version of expdp
	server  string
	schemas []string
	folder  string // of the directory object, on the database's machine
	bytes   int64
}

func (o *Oracle) directory() string {
	if o.Options.OracleDirectory != "" {
		return strings.ToUpper(o.Options.OracleDirectory)
	}
	return "DATA_PUMP_DIR"
}

// Plan implements backup.Dumper.
func (o *Oracle) Plan(ctx context.Context) (backup.DumpPlan, error) {
	look, err := o.look(ctx)
	if err != nil {
		return backup.DumpPlan{}, err
	}
	job := o.job("STAMP", look.schemas)
	plan := backup.DumpPlan{What: o.what(look.schemas), Tool: "expdp " + look.tool, Bytes: look.bytes, Online: true,
		Commands: []string{"expdp parfile=FILE    with " + strings.Join(job.export(""), " "), "impdp parfile=FILE    with " + strings.Join(job.readBack(""), " ")},
		Notes: []string{"the server writes to " + o.directory() + ", which is " + look.folder + "; the files are copied from there into the backup",
			"the parameter file holds user and password, is readable by this user only, and is removed at once"}}
	if _, cmis := missingSchemas(look.schemas); cmis {
		plan.Notes = append(plan.Notes, noCMIS)
	}
	return plan, nil
}

func (o *Oracle) what(schemas []string) string {
	return fmt.Sprintf("Oracle %s, schemas %s", o.service(), strings.Join(schemas, ", "))
}

// look finds the programs and asks the server for what an export needs to know. Nothing is changed.
func (o *Oracle) look(ctx context.Context) (look oraLook, err error) {
	if !o.Credentials.IsSet() {
		return look, upgrade.NewFault("SB-2470", upgrade.KindAuth, nil, "database", o.service())
	}
	if !oraName.MatchString(o.Credentials.User) || !oraName.MatchString(o.directory()) || strings.ContainsAny(o.Credentials.Password.Reveal(), "\"\r\n") {
		return look, upgrade.NewFault("SB-2471", upgrade.KindUnsupported, nil, "user", o.Credentials.User, "directory", o.directory())
	}
	if look.tools, err = o.findTools(); err != nil {
		return look, err
	}
	if look.tool, err = look.tools.version(ctx); err != nil {
		return look, err
	}
	said, err := o.sql(ctx, look.tools, oraVersionQuery, oraSchemaQuery, oraSizeQuery,
		`select '`+mark+`FOLDER|' || directory_path from all_directories where directory_name = '`+o.directory()+`'`)
	if err != nil {
		return look, err
	}
	look.schemas, look.bytes = marked(said.raw, "SCHEMA"), pages(said.raw)
	if v := marked(said.raw, "VERSION"); len(v) > 0 {
		look.server = v[0]
	}
	if f := marked(said.raw, "FOLDER"); len(f) > 0 {
		look.folder = f[0]
	}
	switch needed, _ := missingSchemas(look.schemas); {
	case look.server == "":
		return look, upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New(lastLine(said.text)), "tool", "sqlplus", "exit", fmt.Sprint(said.exit))
	case majorOf(look.tool) < majorOf(look.server):
		return look, upgrade.NewFault("SB-2408", upgrade.KindUnsupported, nil, "tool", "expdp "+look.tool, "path", look.tools.expdp, "version", "Oracle "+look.server)
	case len(needed) > 0:
		return look, upgrade.NewFault("SB-2404", upgrade.KindFailed, nil, "database", o.service(), "schema", strings.Join(needed, ", "),
			"found", strings.Join(look.schemas, ", "))
	case look.folder == "":
		return look, upgrade.NewFault("SB-2472", upgrade.KindFailed, nil, "directory", o.directory())
	}
	return look, nil
}

// Dump implements backup.Dumper.
func (o *Oracle) Dump(ctx context.Context, rep op.Reporter, dir string) (d backup.Dumped, err error) {
	look, err := o.look(ctx)
	if err != nil {
		return d, err
	}
	job := o.job(o.Options.now().UTC().Format("20060102_150405"), look.schemas)
	d = backup.Dumped{Kind: "oracle", What: o.what(look.schemas), Tool: "expdp " + look.tool, Server: look.server, Image: job.name, Schemas: look.schemas}
	defer job.clear(look.folder) // our files beside those of the directory's others
	rep.Item("expdp")
	said, err := o.pump(ctx, look.tools.expdp, job.export(o.login()))
	if err != nil {
		return d, err
	}
	d.Steps, d.Output = append(d.Steps, said.step), ending(said.text)
	if err := completed(said, dir); err != nil {
		return d, err
	}
	d.Rows = exportedRows(said.raw)
	if err := exportedSchemas(d.Rows, said.text, dir); err != nil {
		return d, err
	}
	rep.Item("impdp sqlfile")
	said, err = o.pump(ctx, look.tools.impdp, job.readBack(o.login()))
	if err != nil {
		return d, err
	}
	d.Steps = append(d.Steps, said.step)
	if err := completed(said, dir); err != nil {
		return d, err
	}
	rep.Item("copying from " + look.folder)
	if err := job.fetch(ctx, look.folder, dir); err != nil {
		return d, err
	}
	if err := namesAll(filepath.Join(dir, job.sqlFile()), d.Rows, dir); err != nil {
		return d, err
	}
	again, err := o.sql(ctx, look.tools, oraVersionQuery)
	if err != nil {
		return d, err
	}
	if now := marked(again.raw, "VERSION"); !slices.Equal(now, []string{look.server}) {
		return d, upgrade.NewFault("SB-2412", upgrade.KindSourceChanged, nil, "was", look.server, "now", strings.Join(now, " "))
	}
	return d, nil
}

// completed judges how a job ended: by its exit code and by its last line, both.
func completed(said outcome, dir string) error {
	switch {
	case said.exit == 0 && oraDone.MatchString(said.text):
		return nil
	case said.exit == 0 || said.exit == 5:
		cause := oraError.FindString(said.text)
		if cause == "" {
			cause = lastLine(said.text)
		}
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, errors.New(cause), "dir", dir, "detail",
			fmt.Sprintf("its job did not say that it was successfully completed (exit code %d)", said.exit))
	}
	return oracleFault(said)
}

// oracleFault tells what an error of Oracle's programs means. Codes: Oracle's error messages reference.
func oracleFault(said outcome) error {
	shown, _, _ := strings.Cut(said.step.Command, " ")
	cause := oraError.FindString(said.text)
	if cause == "" {
		cause = lastLine(said.text)
	}
	has := func(codes ...string) bool {
		return slices.ContainsFunc(codes, func(c string) bool { return strings.Contains(said.text, c) })
	}
	switch {
	case has("ORA-01017", "ORA-28000", "ORA-28001", "ORA-01005"):
		return upgrade.NewFault("SB-2473", upgrade.KindAuth, errors.New(cause))
	case has("ORA-12541", "ORA-12514", "ORA-12154", "ORA-12170", "ORA-01034", "ORA-03113", "ORA-03135", "ORA-12537", "ORA-12547"):
		return upgrade.NewFault("SB-2457", upgrade.KindFailed, errors.New(cause), "tool", shown)
	case has("ORA-39087", "ORA-39070", "ORA-29283", "ORA-39002", "ORA-31626", "ORA-31631", "ORA-39161"):
		return upgrade.NewFault("SB-2474", upgrade.KindBlocked, errors.New(cause))
	case has("ORA-27072", "ORA-19502", "ORA-39095") || isFull(said.text):
		return upgrade.NewFault("SB-2411", upgrade.KindFailed, errors.New(cause), "tool", shown)
	}
	return upgrade.NewFault("SB-2409", upgrade.KindFailed, errors.New(cause), "tool", shown, "exit", fmt.Sprint(said.exit))
}

// exportedRows reads the rows of each table from an export's log; the partitions of one are added up.
func exportedRows(log string) map[string]int64 {
	rows := map[string]int64{}
	for _, m := range oraRows.FindAllStringSubmatch(log, -1) {
		var n int64
		if _, err := fmt.Sscan(m[3], &n); err == nil {
			rows[m[1]+"."+m[2]] += n
		}
	}
	return rows
}

// exportedSchemas looks whether the job exported of each schema that Leap cannot do without.
func exportedSchemas(rows map[string]int64, log, dir string) error {
	have := map[string]bool{}
	for table := range rows {
		schema, _, _ := strings.Cut(table, ".")
		have[strings.ToUpper(schema)] = true
	}
	if !have["FREEDOM"] || strings.Contains(log, "ORA-39165") {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", dir, "detail", "it holds no tables of FREEDOM, or a schema was not found")
	}
	return nil
}

// Prove implements backup.Dumper: a scratch restore on an Oracle server is for a person to make.
func (o *Oracle) Prove(context.Context, op.Reporter, string, string, backup.Dumped) (string, error) {
	return "a person imports it under other schema names", backup.ErrUnsupported
}

// ProveByHand implements backup.ByHand: import under other schema names leaves those in use alone.
func (o *Oracle) ProveByHand(dir string, taken backup.Dumped) []string {
	remap, drop := []string{}, []string{}
	for _, s := range taken.Schemas {
		remap = append(remap, s+":SB_"+s)
		drop = append(drop, "SQL> drop user SB_"+s+" cascade;")
	}
	list := []string{"copy " + filepath.Join(dir, taken.Image+"_*.dmp") + " into the folder of " + o.directory() + ", readable by the server",
		fmt.Sprintf("impdp system directory=%s dumpfile=%s_%%U.dmp logfile=%s_proof.log remap_schema=%s", o.directory(), taken.Image, taken.Image, strings.Join(remap, ","))}
	if n, ok := taken.Rows["FREEDOM.APP_UPGRADE"]; ok {
		list = append(list, fmt.Sprintf("SQL> select count(*) from SB_FREEDOM.APP_UPGRADE;    (%d rows at the backup)", n))
	}
	return append(list, drop...)
}

// PlanRestore implements backup.Restorer in so far as it tells the commands: users have to be dropped, which a person does.
func (o *Oracle) PlanRestore(_ context.Context, dir string, taken backup.Dumped, _ string) (backup.DatabaseRestore, error) {
	plan := backup.DatabaseRestore{What: o.what(taken.Schemas), OnRequest: true,
		Notes: []string{"the schemas in use are dropped and imported again; a person does this, as there is no way to keep them under another name"}}
	for _, s := range taken.Schemas {
		plan.Commands = append(plan.Commands, "SQL> drop user "+s+" cascade;")
	}
	plan.Commands = append(plan.Commands, "copy "+filepath.Join(dir, taken.Image+"_*.dmp")+" into the folder of "+o.directory()+", readable by the server",
		fmt.Sprintf("impdp system directory=%s dumpfile=%s_%%U.dmp logfile=%s_restore.log schemas=%s", o.directory(), taken.Image, taken.Image, strings.Join(taken.Schemas, ",")))
	return plan, nil
}

// Stage implements backup.Restorer.
func (o *Oracle) Stage(context.Context, op.Reporter, string, backup.Dumped, string) error {
	return upgrade.NewFault("SB-2475", upgrade.KindUnsupported, nil, "database", o.service())
}

// Swap implements backup.Restorer.
func (o *Oracle) Swap(context.Context, string, backup.Dumped, string) error {
	return upgrade.NewFault("SB-2475", upgrade.KindUnsupported, nil, "database", o.service())
}

// SwapBack implements backup.Restorer.
func (o *Oracle) SwapBack(context.Context, backup.Dumped, string) error {
	return upgrade.NewFault("SB-2475", upgrade.KindUnsupported, nil, "database", o.service())
}

// Drop implements backup.Restorer: nothing was made.
func (o *Oracle) Drop(context.Context, backup.Dumped, string) error { return nil }

// Sessions implements backup.Sessions.
func (o *Oracle) Sessions(ctx context.Context) ([]backup.Session, error) {
	tools, err := o.findTools()
	if err != nil {
		return nil, err
	}
	said, err := o.sql(ctx, tools, oraSessionQuery)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(said.raw, mark+"END|") || strings.Contains(said.text, "ORA-00942") {
		return nil, fmt.Errorf("%w: this account may not read v$session", backup.ErrUnsupported)
	}
	var list []backup.Session
	for _, v := range marked(said.raw, "SESSION") {
		f := strings.SplitN(v, "|", 4)
		if len(f) == 4 {
			list = append(list, backup.Session{ID: f[0], User: f[1], Program: f[2], From: f[3]})
		}
	}
	return list, nil
}

// SessionsBy implements backup.Sessions.
func (o *Oracle) SessionsBy() string { return oraSessionQuery }
