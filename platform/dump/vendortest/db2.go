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

const db2Stamp = "20261125221500"

// db2 is the command line processor as far as backups use it. Its answers are those of public transcripts and of IBM's message reference.
func db2(v vendor) int {
	v.called("db2")
	if strings.Join(v.args, " ") != "-t +p -s" {
		fmt.Println("DB21007E  End of file reached while reading the command.")
		return 8
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 8
	}
	s := &clp{vendor: v}
	code := 0
	for _, statement := range strings.Split(string(text), ";\n") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		c := s.run(statement)
		code |= c
		if c >= 4 { // -s
			break
		}
	}
	return code
}

type clp struct {
	vendor
	connected bool
}

func (s *clp) say(code int, text string) int {
	fmt.Println(text + "\n")
	return code
}

var userClause = regexp.MustCompile(` user (\S+) using '(.*?)'( |$)`)

func (s *clp) run(statement string) int {
	if m := userClause.FindStringSubmatch(statement); m != nil && (m[1] != User || m[2] != Password) {
		return s.say(4, `SQL30082N  Security processing failed with reason "24" ("USERNAME AND/OR PASSWORD INVALID").  SQLSTATE=08001`)
	}
	plain := userClause.ReplaceAllString(statement, " ")
	word, _, _ := strings.Cut(plain, " ")
	switch {
	case strings.HasPrefix(plain, "connect to "):
		return s.connect()
	case plain == "connect reset":
		s.connected = false
		return s.say(0, "DB20000I  The SQL command completed successfully.")
	case plain == "terminate":
		return s.say(0, "DB20000I  The TERMINATE command completed successfully.")
	case word == "select" || word == "quiesce" || word == "unquiesce":
		if !s.connected {
			return s.say(4, "SQL1024N  A database connection does not exist.  SQLSTATE=08003")
		}
		return s.work(word, plain)
	case word == "deactivate":
		return s.deactivate()
	case word == "backup":
		return s.backup(plain)
	case word == "restore":
		return s.restore(plain)
	case word == "list":
		return s.applications()
	}
	return s.say(4, `SQL0104N  An unexpected token "`+word+`" was found following "BEGIN-OF-STATEMENT".  SQLSTATE=42601`)
}

func (s *clp) connect() int {
	if s.failing("no-server") || s.marked("stopped") {
		return s.say(4, "SQL1032N  No start database manager command was issued.  SQLSTATE=57019")
	}
	s.connected = true
	version := "11.5.9.0"
	if s.failing("server-is-newer") {
		version = "12.1.0.0"
	}
	return s.say(0, "\n   Database Connection Information\n\n Database server        = DB2/LINUXX8664 "+version+"\n SQL authorization ID   = DB2INST1\n Local database alias   = LEAPDB")
}

func (s *clp) work(word, statement string) int {
	switch word {
	case "quiesce":
		if s.failing("no-authority") {
			return s.say(4, `SQL0552N  "LEAPADM" does not have the privilege to perform operation "QUIESCE DATABASE".  SQLSTATE=42502`)
		}
		s.mark("quiesced")
		return s.say(0, "DB20000I  The QUIESCE DATABASE command completed successfully.")
	case "unquiesce":
		if s.failing("unquiesce") {
			return s.say(4, "SQL1229N  The current transaction has been rolled back because of a system error.  SQLSTATE=40504")
		}
		s.unmark("quiesced")
		return s.say(0, "DB20000I  The UNQUIESCE DATABASE command completed successfully.")
	}
	return s.query(statement)
}

var counted = regexp.MustCompile(`^select '(.*\|)' concat rtrim\(char\(count_big\(\*\)\)\) from "([^"]+)"\."([^"]+)"$`)

func (s *clp) query(statement string) int {
	var rows []string
	switch {
	case strings.Contains(statement, "|SCHEMA|"):
		for _, name := range s.schemas() {
			rows = append(rows, "springboard|SCHEMA|"+name)
		}
	case strings.Contains(statement, "|TABLE|"):
		for name := range Rows {
			schema, table, _ := strings.Cut(name, ".")
			rows = append(rows, `springboard|TABLE|"`+schema+`"."`+table+`"`)
		}
		sort.Strings(rows)
	case strings.Contains(statement, "|BYTES|"):
		return s.say(4, `SQL0551N  The statement failed because the authorization ID does not have the required authorization.  SQLSTATE=42501`)
	default:
		m := counted.FindStringSubmatch(statement)
		if m == nil {
			return s.say(4, "SQL0104N  An unexpected token was found.  SQLSTATE=42601")
		}
		rows = append(rows, fmt.Sprintf("%s%d.", strings.ReplaceAll(m[1], "''", "'"), Rows[m[2]+"."+m[3]]))
	}
	fmt.Printf("\n1                                                                               \n%s\n", strings.Repeat("-", 80))
	for _, row := range rows {
		fmt.Printf("%-80s\n", row)
	}
	fmt.Printf("\n  %d record(s) selected.\n\n", len(rows))
	return 0
}

func (s *clp) deactivate() int {
	if s.marked("deactivated") {
		return s.say(2, "SQL1496W  DEACTIVATE DATABASE is successful, but the database was not activated.")
	}
	s.mark("deactivated")
	return s.say(0, "DB20000I  The DEACTIVATE DATABASE command completed successfully.")
}

var (
	backupTo    = regexp.MustCompile(`^backup database LEAPDB\s+to (\S+) compress without prompting$`)
	restoreFrom = regexp.MustCompile(`^restore database LEAPDB\s+from (\S+) taken at (\d{14}) replace existing without rolling forward without prompting$`)
)

func imageName() string { return "LEAPDB.0.db2inst1.DBPART000." + db2Stamp + ".001" }

func (s *clp) backup(statement string) int {
	m := backupTo.FindStringSubmatch(statement)
	switch {
	case m == nil:
		return s.say(4, "SQL0104N  An unexpected token was found.  SQLSTATE=42601")
	case !s.marked("quiesced") || !s.marked("deactivated") || s.once("busy"):
		s.unmark("deactivated")
		return s.say(4, "SQL1035N  The operation failed because the specified database cannot be connected to in the mode requested.  SQLSTATE=57019")
	case s.failing("full"):
		return s.say(4, `SQL2419N  The target disk "`+m[1]+`" has become full.`)
	case s.failing("no-folder"):
		return s.say(4, `SQL2036N  The path for the file, named pipe, or device "`+m[1]+`" is not valid.`)
	case s.failing("stops"):
		s.mark("stopped")
		_ = os.WriteFile(filepath.Join(m[1], imageName()), s.image()[:100], 0o600)
		return s.say(4, "SQL1224N  The database manager is not able to accept new requests, has terminated all requests in progress, or has terminated the specified request.  SQLSTATE=55032")
	}
	if !s.failing("elsewhere") {
		s.writeImage(filepath.Join(m[1], imageName()))
	}
	if s.failing("replaced") {
		s.mark("other-level")
	}
	if s.failing("no-words") {
		return s.say(0, "")
	}
	return s.say(0, "Backup successful. The timestamp for this backup image is : "+db2Stamp)
}

func (s *clp) restore(statement string) int {
	m := restoreFrom.FindStringSubmatch(statement)
	if m == nil || !whole(filepath.Join(m[1], imageName())) {
		return s.say(4, "SQL2530N  The backup image is corrupted. Restore processing cannot continue.")
	}
	if s.once("restore-breaks") {
		return s.say(4, "SQL1224N  The database manager is not able to accept new requests.  SQLSTATE=55032")
	}
	s.mark("restored")
	return s.say(2, `SQL2540W  Restore is successful, however a warning "2539" was encountered during Database Restore while processing in No Interrupt mode.`)
}

func (s *clp) applications() int {
	if !s.failing("sessions") {
		return s.say(2, "SQL1611W  No data was returned by Database System Monitor.")
	}
	return s.say(0, `
Auth Id  Application    Appl.      Application Id                                                 DB       # of
         Name           Handle                                                                    Name    Agents
-------- -------------- ---------- -------------------------------------------------------------- -------- -----
LEAP     db2jcc_applica 1042       10.0.0.7.41988.261125210455                                    LEAPDB   1    
DB2INST1 db2bp          1043       *LOCAL.db2inst1.261125210500                                   LEAPDB   1    
`)
}

func db2level(v vendor) int {
	v.called("db2level")
	version, code := "11.5.9.0", "SQL11059"
	if v.failing("old-tool") || v.marked("other-level") {
		version, code = "10.5.0.5", "SQL10055"
	}
	fmt.Printf(`DB21085I  This instance or install (instance name, where applicable:
"db2inst1") uses "64" bits and DB2 code release "%s" with level
identifier "060A010F".
Informational tokens are "DB2 v%s", "s2310270807", "DYN2310270807AMD64",
and Fix Pack "0".
Product is installed at "/opt/ibm/db2/V11.5".

`, code, version)
	return 0
}

func db2ckbkp(v vendor) int {
	v.called("db2ckbkp")
	for i, path := range v.args {
		if !whole(path) {
			fmt.Printf("\n[%d] Buffers processed:  ###\n\nERROR! End-of-media was not reached.\n\nImage Verification Complete - ERRORS DETECTED: 1\n\n", i+1)
			return 20
		}
		fmt.Printf("\n[%d] Buffers processed:  #############\n", i+1)
	}
	fmt.Print("\nImage Verification Complete - successful.\n\n")
	return 0
}
