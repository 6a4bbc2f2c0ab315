package dump

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// oraTools are the programs of one Oracle home.
type oraTools struct{ expdp, impdp, sqlplus string }

// findTools finds them: in the named folder, on the PATH, in ORACLE_HOME, or below the usual homes.
func (o *Oracle) findTools() (t oraTools, err error) {
	dir := o.Options.Tools
	if dir == "" {
		dir = oracleBin()
	}
	t = oraTools{filepath.Join(dir, exe("expdp")), filepath.Join(dir, exe("impdp")), filepath.Join(dir, exe("sqlplus"))}
	for _, path := range []string{t.expdp, t.impdp, t.sqlplus} {
		if dir == "" || !fileThere(path) {
			return t, upgrade.NewFault("SB-2476", upgrade.KindFailed, nil, "tool", filepath.Base(path), "dir", dir, "database", o.service())
		}
	}
	return t, nil
}

func oracleBin() string {
	if path, err := exec.LookPath("expdp"); err == nil {
		return filepath.Dir(path)
	}
	if home := os.Getenv("ORACLE_HOME"); home != "" {
		return filepath.Join(home, "bin")
	}
	for _, pattern := range []string{"/u01/app/oracle/product/*/*/bin", "/opt/oracle/product/*/*/bin", `C:\app\*\product\*\*\bin`} {
		found, err := filepath.Glob(pattern)
		if err == nil && len(found) > 0 {
			sort.Strings(found)
			return found[len(found)-1]
		}
	}
	return ""
}

// version asks expdp for its own: the banner of its help.
func (t oraTools) version(ctx context.Context) (string, error) {
	p := program{path: t.expdp, args: []string{"help=y"}, shown: "expdp help=y", env: oracleEnv(t)}
	r, err := p.run(ctx)
	if err != nil {
		return "", err
	}
	m := oraRelease.FindStringSubmatch(r.text)
	if m == nil {
		return "", p.failed(r)
	}
	return m[1], nil
}

func majorOf(version string) int {
	head, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(head)
	if err != nil {
		return 0
	}
	return n
}

// oracleEnv makes the programs speak English; without a home they don't find their messages.
func oracleEnv(t oraTools) []string {
	env := []string{"NLS_LANG=AMERICAN_AMERICA.AL32UTF8"}
	if os.Getenv("ORACLE_HOME") == "" {
		env = append(env, "ORACLE_HOME="+filepath.Dir(filepath.Dir(t.expdp)))
	}
	return env
}

// service is where the database is, as EZCONNECT has it.
func (o *Oracle) service() string {
	if o.Source.Host == "" {
		return o.Source.Database
	}
	port := o.Source.Port
	if port == 0 {
		port = 1521
	}
	return "//" + net.JoinHostPort(o.Source.Host, strconv.Itoa(port)) + "/" + o.Source.Database
}

// login is user, password and service as a parameter file has them.
func (o *Oracle) login() string {
	text := o.Credentials.User + `/"` + o.Credentials.Password.Reveal() + `"`
	if s := o.service(); s != "" {
		text += "@" + s
	}
	return text
}

// Queries answer one marked text a row. All of them are answered to every account, but for the sessions.
const (
	oraVersionQuery = `select '` + mark + `VERSION|' || max(version) from product_component_version where upper(product) like 'ORACLE%DATABASE%'`
	oraSchemaQuery  = `select '` + mark + `SCHEMA|' || username from all_users where username in ('FREEDOM', 'APP_DATA', 'IF_CMIS') or username like 'S\_\_%' escape '\' ` +
		`order by username`
	oraSizeQuery    = `select '` + mark + `BYTES|' || sum(bytes) from dba_segments where owner in ('FREEDOM', 'APP_DATA', 'IF_CMIS') or owner like 'S\_\_%' escape '\'`
	oraSessionQuery = `select '` + mark + `SESSION|' || sid || '|' || username || '|' || program || '|' || machine from v$session where type = 'USER' ` +
		`and audsid <> userenv('sessionid') and (username in ('FREEDOM', 'APP_DATA', 'IF_CMIS') or schemaname in ('FREEDOM', 'APP_DATA', 'IF_CMIS'))`
)

// sql gives queries to sqlplus on its standard input, where the password goes too.
func (o *Oracle) sql(ctx context.Context, t oraTools, queries ...string) (outcome, error) {
	var in strings.Builder
	in.WriteString("set heading off feedback off pagesize 0 linesize 32767 trimspool on trimout on verify off define off echo off\n")
	in.WriteString("connect " + o.login() + "\n")
	for _, q := range queries {
		in.WriteString(q + ";\n")
	}
	in.WriteString("select '" + mark + "END|' from dual;\nexit\n")
	p := program{path: t.sqlplus, args: []string{"-S", "-L", "/nolog"}, stdin: in.String(), shown: "sqlplus -S -L /nolog", secret: o.Credentials.Password, env: oracleEnv(t)}
	r, err := p.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	said := outcome{ran: r, step: p.step(r)}
	if !strings.Contains(r.raw, mark+"END|") {
		return said, oracleFault(said)
	}
	return said, nil
}

// pump runs expdp or impdp with a parameter file that only this user may read, and that is gone when it returns.
func (o *Oracle) pump(ctx context.Context, tool string, parameters []string) (outcome, error) {
	f, err := os.CreateTemp("", "springboard-*.par") // with mode 0600
	if err != nil {
		return outcome{}, upgrade.NewFault("SB-2477", upgrade.KindFailed, err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(strings.Join(parameters, "\n") + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return outcome{}, upgrade.NewFault("SB-2477", upgrade.KindFailed, err)
	}
	p := program{path: tool, args: []string{"parfile=" + f.Name()}, secret: o.Credentials.Password,
		shown: strings.TrimSuffix(filepath.Base(tool), ".exe") + " parfile=FILE with " + strings.Join(parameters[1:], " "), env: oracleEnv(oraTools{expdp: tool})}
	r, err := p.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	return outcome{ran: r, step: p.step(r)}, nil
}

// oraJob are the names of one export.
type oraJob struct {
	name      string // begins the names of all its files
	directory string
	schemas   []string
}

func (o *Oracle) job(stamp string, schemas []string) oraJob {
	return oraJob{name: "springboard_" + strings.ToLower(stamp), directory: o.directory(), schemas: schemas}
}

func (j oraJob) sqlFile() string { return j.name + ".sql" }

// export are the parameters of expdp; the first is the login, which is never shown.
func (j oraJob) export(login string) []string {
	return []string{"userid=" + login, "directory=" + j.directory, "dumpfile=" + j.name + "_%U.dmp", "logfile=" + j.name + ".log",
		"schemas=" + strings.Join(j.schemas, ","), "flashback_time=systimestamp", "reuse_dumpfiles=no"}[start(login):]
}

// readBack are the parameters of impdp that read the dump and write the statements it would give, changing nothing.
func (j oraJob) readBack(login string) []string {
	return []string{"userid=" + login, "directory=" + j.directory, "dumpfile=" + j.name + "_%U.dmp", "logfile=" + j.name + "_read.log", "sqlfile=" + j.sqlFile(),
		"schemas=" + strings.Join(j.schemas, ",")}[start(login):]
}

func start(login string) int {
	if login == "" {
		return 1
	}
	return 0
}

// files are those of the job in the directory's folder.
func (j oraJob) files(folder string) []string {
	found, err := filepath.Glob(filepath.Join(folder, j.name+"*"))
	if err != nil {
		return nil
	}
	sort.Strings(found)
	return found
}

// clear removes the job's files from the directory's folder, where this user may.
func (j oraJob) clear(folder string) {
	for _, path := range j.files(folder) {
		_ = os.Remove(path) // what stays is the server's, under a name of its own
	}
}

// fetch copies the job's files into the backup and reads each copy again.
func (j oraJob) fetch(ctx context.Context, folder, dir string) error {
	dumps := 0
	for _, path := range j.files(folder) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := copyFile(path, filepath.Join(dir, filepath.Base(path)))
		if err != nil {
			return upgrade.NewFault("SB-2478", upgrade.KindFailed, err, "path", path)
		}
		if strings.HasSuffix(path, ".dmp") {
			dumps++
			if n == 0 {
				return upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", folder, "detail", filepath.Base(path)+" is empty")
			}
		}
	}
	if dumps == 0 {
		return upgrade.NewFault("SB-2479", upgrade.KindFailed, nil, "directory", j.directory, "folder", folder)
	}
	return nil
}

// copyFile copies a file and compares the copy with what was read.
func copyFile(from, to string) (n int64, err error) {
	src, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	read, again := sha256.New(), sha256.New()
	if n, err = io.Copy(io.MultiWriter(dst, read), src); err != nil {
		return n, err
	}
	if err := dst.Sync(); err != nil {
		return n, err
	}
	if _, err := dst.Seek(0, io.SeekStart); err != nil {
		return n, err
	}
	if _, err := io.Copy(again, dst); err != nil {
		return n, err
	}
	if string(read.Sum(nil)) != string(again.Sum(nil)) {
		return n, fmt.Errorf("the copy differs from %s", from)
	}
	return n, nil
}

// namesAll looks whether the statements that were read back from the dump make every table that was exported.
func namesAll(path string, rows map[string]int64, dir string) error {
	f, err := os.Open(path)
	if err != nil {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, err, "dir", dir, "detail", "impdp wrote no statements")
	}
	defer func() { _ = f.Close() }() // it was only read
	missing := map[string]bool{}
	for table := range rows {
		missing[table] = true
	}
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadString('\n')
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "CREATE TABLE "); ok {
			delete(missing, madeTable(rest))
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "CREATE GLOBAL TEMPORARY TABLE "); ok {
			delete(missing, madeTable(rest))
		}
		if err != nil {
			break
		}
	}
	for table := range missing {
		return upgrade.NewFault("SB-2405", upgrade.KindVerify, nil, "dir", dir, "detail",
			fmt.Sprintf("%d of %d exported tables do not come back from it, for example %s", len(missing), len(rows), table))
	}
	return nil
}

// madeTable reads "SCHEMA"."TABLE" as the export's log has it: SCHEMA.TABLE.
func madeTable(text string) string {
	parts := strings.SplitN(text, `"`, 5)
	if len(parts) < 5 || parts[2] != "." {
		return ""
	}
	return parts[1] + "." + parts[3]
}
