package dump

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// db2CLP runs Db2's command line processor. Its commands come from standard input (-t: each ends with a semicolon; +p: no prompt; -s: the first error stops
// it), because a password in "connect to X user U using P" on the command line would be shown to every user of the machine. Nothing echoes what is read
// (-v is off, and DB2OPTIONS, which could switch it on, is emptied).
type db2CLP struct {
	db2      string // the program
	profile  string // db2profile of the instance, empty where there is none
	database string
	creds    upgrade.Credentials
}

// findDb2 finds the processor: as named, on the PATH, or below the instances' homes.
func findDb2(d *Db2) (*db2CLP, error) {
	path := d.Options.Db2
	if path != "" {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, "bin", exe("db2"))
		}
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			return nil, upgrade.NewFault("SB-2459", upgrade.KindUsage, err, "path", d.Options.Db2)
		}
	} else if path = db2Path(); path == "" {
		return nil, upgrade.NewFault("SB-2460", upgrade.KindFailed, nil, "database", d.Source.Database)
	}
	clp := &db2CLP{db2: path, database: d.Source.Database, creds: d.Credentials}
	profile := filepath.Join(filepath.Dir(filepath.Dir(path)), "db2profile")
	if _, err := os.Stat(profile); err == nil && runtime.GOOS != "windows" {
		clp.profile = profile
	}
	return clp, nil
}

func exe(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// db2Path looks where installations have it: PATH, the home of the instance that the environment names, every home with a sqllib, the product's folder.
func db2Path() string {
	if path, err := exec.LookPath("db2"); err == nil {
		return path
	}
	var patterns []string
	if instance := os.Getenv("DB2INSTANCE"); instance != "" {
		patterns = append(patterns, "/home/"+instance+"/sqllib/bin/db2")
	}
	patterns = append(patterns, "/home/*/sqllib/bin/db2", "/database/config/*/sqllib/bin/db2", "/opt/ibm/db2/V*/bin/db2", `C:\Program Files\IBM\SQLLIB\BIN\db2.exe`)
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil || len(found) == 0 {
			continue
		}
		sort.Strings(found)
		return found[len(found)-1]
	}
	return ""
}

// program prepares a run of one of Db2's programs in the instance's environment. A profile is a script of the shell that sets it, so the shell runs it first.
func (c *db2CLP) program(path string, args ...string) program {
	p := program{path: path, args: args, secret: c.creds.Password, env: []string{"LC_ALL=C", "LANG=C", "DB2OPTIONS="}}
	if runtime.GOOS == "windows" {
		p.env = append(p.env, "DB2CLP=**$$**") // what db2cmd sets: without it the processor refuses to start (DB21061E)
	}
	if c.profile != "" {
		p.path, p.args = "/bin/sh", append([]string{"-c", `. "$1"; shift; exec "$@"`, "sh", c.profile, path}, args...)
	}
	return p
}

// batch gives commands to one run of the processor. Its exit code is that of all commands, or-ed: 1 no rows, 2 a warning, 4 an error, 8 a system error.
func (c *db2CLP) batch(ctx context.Context, commands ...string) (outcome, error) {
	p := c.program(c.db2, "-t", "+p", "-s")
	p.stdin = strings.Join(commands, ";\n") + ";\n"
	p.shown = c.shown(commands)
	r, err := p.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	said := outcome{ran: r, step: p.step(r)}
	if r.exit < 0 || r.exit >= 4 {
		return said, db2Fault(p.shown, r.text, r.exit, c.userName())
	}
	return said, nil
}

// session connects, gives one command that is no query unless it is empty, then queries, and disconnects.
func (c *db2CLP) session(ctx context.Context, command string, queries ...string) (outcome, error) {
	list := []string{"connect to " + c.database + c.asUser()}
	if command != "" {
		list = append(list, command)
	}
	list = append(list, queries...)
	return c.batch(ctx, append(list, "connect reset", "terminate")...)
}

// other runs one of Db2's other programs, which stand beside the processor (db2level) or below adm and bin of the same instance.
func (c *db2CLP) other(ctx context.Context, name string, args ...string) (outcome, error) {
	path := filepath.Join(filepath.Dir(c.db2), exe(name))
	if _, err := os.Stat(path); err != nil {
		if adm := filepath.Join(filepath.Dir(filepath.Dir(c.db2)), "adm", exe(name)); fileThere(adm) {
			path = adm
		}
	}
	p := c.program(path, args...)
	p.shown = typed(name, args)
	r, err := p.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	return outcome{ran: r, step: p.step(r)}, nil
}

func fileThere(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func (c *db2CLP) userName() string {
	if c.creds.User == "" {
		return "who runs Springboard"
	}
	return c.creds.User
}

// asUser is the clause with user and password, empty where the instance knows who runs this. A password is quoted: then every character but the quote may
// stand in it (IBM technote 1303153).
func (c *db2CLP) asUser() string {
	if c.creds.User == "" {
		return ""
	}
	return " user " + c.creds.User + " using '" + c.creds.Password.Reveal() + "'"
}

// shown is what a person is told of the commands: each as it would be typed, without the password and with one example of many queries.
func (c *db2CLP) shown(commands []string) string {
	var list []string
	queries := 0
	for _, text := range commands {
		if strings.HasPrefix(text, "select ") {
			if queries++; queries > 1 {
				continue
			}
		}
		if c.creds.User != "" {
			text = strings.Replace(text, c.asUser(), " user "+c.creds.User, 1)
		}
		list = append(list, `db2 "`+text+`"`)
	}
	return strings.Join(list, "; ")
}

func (c *db2CLP) backupCommand(dir string) string {
	return "backup database " + c.database + c.asUser() + " to " + dir + " compress without prompting"
}

// backupCommands are the steps of a backup, one a line, for a plan.
func (c *db2CLP) backupCommands(dir, image string) []string {
	list := []string{"connect to " + c.database + c.asUser(), "quiesce database immediate force connections", "connect reset",
		"deactivate database " + c.database + c.asUser(), c.backupCommand(dir)}
	for i, text := range list {
		list[i] = c.shown([]string{text})
	}
	list = append(list, "db2ckbkp "+filepath.Join(dir, image))
	for _, text := range []string{"connect to " + c.database + c.asUser(), "unquiesce database", "connect reset"} {
		list = append(list, c.shown([]string{text}))
	}
	return list
}
