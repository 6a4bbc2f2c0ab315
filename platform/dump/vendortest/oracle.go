package vendortest

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

var login = regexp.MustCompile(`^(\S+?)/"([^"]*)"@(\S+)$`)

func knows(text string) bool {
	m := login.FindStringSubmatch(strings.TrimSpace(text))
	return m != nil && strings.EqualFold(m[1], User) && m[2] == Password
}

// sqlplus answers the few queries that come on its standard input.
func sqlplus(v vendor) int {
	v.called("sqlplus")
	text, err := io.ReadAll(os.Stdin)
	if err != nil || strings.Join(v.args, " ") != "-S -L /nolog" {
		return 1
	}
	connected := false
	for _, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "connect "):
			if v.failing("no-server") {
				fmt.Println("ERROR:\nORA-12541: TNS:no listener")
				continue
			}
			if connected = knows(line[len("connect "):]); !connected {
				fmt.Println("ERROR:\nORA-01017: invalid username/password; logon denied")
			}
		case !strings.HasPrefix(line, "select "):
		case !connected:
			fmt.Println("SP2-0640: Not connected")
		default:
			v.answer(line)
		}
	}
	return 0
}

func (v vendor) answer(query string) {
	switch {
	case strings.Contains(query, "|VERSION|"):
		version := "19.0.0.0.0"
		if v.failing("server-is-newer") {
			version = "23.0.0.0.0"
		}
		if v.failing("replaced") && v.marked("exported") {
			version = "21.0.0.0.0"
		}
		fmt.Println("springboard|VERSION|" + version)
	case strings.Contains(query, "|SCHEMA|"):
		for _, s := range v.schemas() {
			fmt.Println("springboard|SCHEMA|" + s)
		}
	case strings.Contains(query, "|FOLDER|"):
		if !v.failing("no-directory") {
			fmt.Println("springboard|FOLDER|" + filepath.Join(v.dir, "pump"))
		}
	case strings.Contains(query, "v$session"):
		if v.failing("no-authority") {
			fmt.Println("ERROR at line 1:\nORA-00942: table or view does not exist")
			return
		}
		if v.failing("sessions") {
			fmt.Println("springboard|SESSION|77|FREEDOM|JDBC Thin Client|leap01")
		}
	case strings.Contains(query, "dba_segments"):
		fmt.Println("ERROR at line 1:\nORA-00942: table or view does not exist")
	case strings.Contains(query, "|END|"):
		fmt.Println("springboard|END|")
	}
}

// parameters reads the parameter file, which must be this user's alone.
func (v vendor) parameters() map[string]string {
	name, ok := strings.CutPrefix(strings.Join(v.args, " "), "parfile=")
	if !ok {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		fmt.Println("the parameter file is open to others")
		return nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	v.mark("parfile-" + filepath.Base(name))
	p := map[string]string{}
	for _, line := range strings.Split(string(data), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok {
			p[key] = value
		}
	}
	return p
}

func banner(kind string) {
	fmt.Fprintf(os.Stderr, "\n%s: Release 19.0.0.0.0 - Production on Wed Nov 25 22:15:00 2026\nVersion 19.21.0.0.0\n\nCopyright (c) 1982, 2019, Oracle and/or its affiliates.  All rights reserved.\n\n", kind)
}

func expdp(v vendor) int {
	v.called("expdp")
	if v.failing("old-tool") {
		fmt.Fprintln(os.Stderr, "\nExport: Release 12.2.0.1.0 - Production on Wed Nov 25 22:15:00 2026")
		return 0
	}
	banner("Export")
	if len(v.args) == 1 && v.args[0] == "help=y" {
		return 0
	}
	p := v.parameters()
	if p == nil || !knows(p["userid"]) {
		fmt.Fprintln(os.Stderr, "UDE-01017: operation generated ORACLE error 1017\nORA-01017: invalid username/password; logon denied")
		return 1
	}
	if v.failing("no-right") {
		fmt.Fprintln(os.Stderr, "ORA-31631: privileges are required\nORA-39161: Full database jobs require privileges")
		return 1
	}
	return v.export(p)
}

func (v vendor) export(p map[string]string) int {
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	dump := filepath.Join(v.dir, "pump", strings.Replace(p["dumpfile"], "%U", "01", 1))
	say("Connected to: Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production")
	say(`Starting "LEAPADM"."SYS_EXPORT_SCHEMA_01":  leapadm/******** parfile=%s`, "x.par")
	if v.failing("stops") {
		_ = os.WriteFile(dump, v.image()[:100], 0o600)
		say("UDE-03113: operation generated ORACLE error 3113\nORA-03113: end-of-file on communication channel\nProcess ID: 4711")
		return 1
	}
	if v.failing("full") {
		say("ORA-39171: Job is experiencing a resumable wait.\nORA-19502: write error on file \"%s\", block number 1 (block size=4096)\nORA-27072: File I/O error\nLinux-x86_64 Error: 28: No space left on device", dump)
		return 1
	}
	say("Processing object type SCHEMA_EXPORT/TABLE/TABLE_DATA")
	for _, name := range sortedTables() {
		schema, table, _ := strings.Cut(name, ".")
		if n := Rows[name]; name == "FREEDOM.APPLICATION" { // a table of two partitions
			say(`. . exported "%s"."%s":"P1"                          12.02 KB     %d rows`, schema, table, n-50)
			say(`. . exported "%s"."%s":"P2"                              0 KB      50 rows`, schema, table)
		} else {
			say(`. . exported "%s"."%s"                             148.9 KB     %d rows`, schema, table, n)
		}
	}
	v.writeImage(dump)
	v.mark("exported")
	say("Master table \"LEAPADM\".\"SYS_EXPORT_SCHEMA_01\" successfully loaded/unloaded")
	say("******************************************************************************\nDump file set for LEAPADM.SYS_EXPORT_SCHEMA_01 is:\n  %s", dump)
	_ = os.WriteFile(filepath.Join(v.dir, "pump", p["logfile"]), []byte("the log\n"), 0o600)
	return v.end("SYS_EXPORT_SCHEMA_01")
}

// end is the last line of a job with its exit code.
func (v vendor) end(job string) int {
	switch {
	case v.failing("no-words"):
		return 0
	case v.failing("with-errors"):
		fmt.Fprintf(os.Stderr, "ORA-31693: Table data object \"FREEDOM\".\"APPLICATION\" failed to load/unload and is being skipped due to error:\nJob \"LEAPADM\".\"%s\" completed with 1 error(s) at Wed Nov 25 22:16:27 2026 elapsed 0 00:01:27\n", job)
		return 5
	}
	fmt.Fprintf(os.Stderr, "Job \"LEAPADM\".\"%s\" successfully completed at Wed Nov 25 22:16:27 2026 elapsed 0 00:01:27\n\n", job)
	return 0
}

func sortedTables() []string {
	var names []string
	for name := range Rows {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func impdp(v vendor) int {
	v.called("impdp")
	banner("Import")
	p := v.parameters()
	if p == nil || !knows(p["userid"]) || p["sqlfile"] == "" {
		fmt.Fprintln(os.Stderr, "UDI-00014: invalid value for parameter")
		return 1
	}
	dump := filepath.Join(v.dir, "pump", strings.Replace(p["dumpfile"], "%U", "01", 1))
	if !whole(dump) {
		fmt.Fprintf(os.Stderr, "ORA-39001: invalid argument value\nORA-39000: bad dump file specification\nORA-31619: invalid dump file \"%s\"\n", dump)
		return 1
	}
	var text strings.Builder
	for i, name := range sortedTables() {
		schema, table, _ := strings.Cut(name, ".")
		if i == 0 && v.failing("table-lost") {
			continue
		}
		fmt.Fprintf(&text, "CREATE TABLE \"%s\".\"%s\" \n   (\t\"ID\" NUMBER\n   ) ;\n", schema, table)
	}
	_ = os.WriteFile(filepath.Join(v.dir, "pump", p["sqlfile"]), []byte(text.String()), 0o600)
	return v.end("SYS_SQL_FILE_SCHEMA_01")
}
