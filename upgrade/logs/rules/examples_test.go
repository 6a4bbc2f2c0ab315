package rules

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
)

const other = "00000000-1111-4222-8333-444444444444"

func wasLine(level, logger, text string) string {
	return fmt.Sprintf("[11/23/26 21:00:00:001 UTC] 000000a3 %-13s %s %s\n", logger, level, text)
}

func leapLine(level, text string) string {
	return wasLine(level, "ApplicationUp", "com.ibm.form.nitro.service.services.impl.upgrade.ApplicationUpgrader upgrade "+text)
}

func thrown(lines ...string) string {
	return wasLine("E", "Demo", "com.ibm.form.nitro.Demo run ") + strings.Repeat(" ", 33) + strings.Join(lines, "\n") + "\n\tat com.ibm.form.nitro.Demo.run(Demo.java:1)\n"
}

func domino(text string) string {
	return "[007577:000017-00007F621246D700] 11/23/2026 09:00:00 PM  " + text + "\n"
}

// examples are records that servers write, by the rule that must match them. Names of files tell the format where it matters.
var examples = map[string][]string{
	"APP-AUDIT-UPGRADE-FAILED": {
		"builder/error/builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@example.com," + uid + ",Leave requests,,,failure\n",
		"\"builder/error/builder/app/upgrade\",\"2026-11-23T21:00:00.000Z\",\"admin\",\"a@example.com\",\"" + uid + "\",\"Leave, and\nmore\",\"\",\"\",\"failure\"\n",
	},
	"APP-AUDIT-UPGRADED":    {"builder/app/upgrade,2026-11-23T21:00:00.000Z,admin,a@example.com," + uid + ",Leave requests,,,success\n"},
	"APP-UPGRADE-FAILED":    {leapLine("E", "Application upgrade failed: "+uid+` "Leave"`), leapLine("W", "Could not migrate application "+uid), domino("HTTP JVM: Application upgrade failed: " + uid + ` "Leave"`)},
	"APP-UPGRADE-EXCEPTION": {leapLine("E", "Application "+uid) + "com.ibm.form.nitro.service.exception.AppUpgradeException: no\n"},
	"APP-UPGRADE-EXCEPTION-ONLY": {wasLine("E", "StandardExcep", "com.ibm.form.nitro.platform.StandardExceptionMapper toResponse "+other) + strings.Repeat(" ", 33) +
		"com.ibm.form.nitro.service.exception.AppUpgradeException: cannot open " + uid + " now\n"},
	"APP-UPGRADE-FAILED-UNNAMED": {leapLine("E", "The application could be read, its upgrade failed")},
	"APP-UPGRADED":               {leapLine("I", "Application upgrade completed: "+uid+` "Leave" in 812 ms`)},
	"APP-UPGRADE-STARTED":        {leapLine("I", "Application upgrade started: "+uid+` "Leave"`)},
	"SETUP-FAILED":               {wasLine("E", "SetupAll", "com.ibm.form.nitro.setup.SetupAll run Setup failed: no connection")},
	"SETUP-SCHEMA-FAILED":        {wasLine("E", "SchemaTool", "com.ibm.form.nitro.schema.SchemaTool run Update of the schema failed")},
	"SETUP-DONE":                 {wasLine("I", "SetupAll", "com.ibm.form.nitro.setup.SetupAll run Setup phase 2 (secured environment) completed")},
	"SETUP-STARTED":              {wasLine("I", "SetupAll", "com.ibm.form.nitro.setup.SetupAll run Setup phase 1 (basic environment) started")},
	"EXTENSIONS-FOLDER":          {wasLine("I", "IntegratorSta", "com.ibm.form.platform.service.startup.IntegratorStartup phase1Start Extensions folder: /opt/HCL/Leap/extensions")},
	"SERVER-OUT-OF-MEMORY": {
		wasLine("E", "ServletWrappe", "com.ibm.ws.webcontainer.servlet.ServletWrapper service SRVE0014E: Uncaught service() exception") + "java.lang.OutOfMemoryError: Java heap space\n",
		`JVMDUMP039I Processing dump event "systhrow", detail "java/lang/OutOfMemoryError" at 2026/11/23 21:00:00 - please wait.` + "\n", thrown("java.lang.OutOfMemoryError: GC overhead limit exceeded"),
		domino("HTTP JVM: java.lang.OutOfMemoryError: Java heap space"), domino("Insufficient memory - index pool is full."),
	},
	"SERVER-CRASHED": {
		wasLine("R", "SystemErr", "Unhandled exception") + "Type=Segmentation error vmState=0x00000000\n",
		`JVMDUMP039I Processing dump event "gpf", detail "" at 2026/11/23 21:00:00 - please wait.` + "\n", domino("PANIC: LookupHandle: handle not allocated"),
		"# A fatal error has been detected by the Java Runtime Environment:\n", domino("Fatal Error signal = 0x0000000b PID/TID = 7577/140058"),
	},
	"DB-LOG-FULL": {thrown("com.ibm.db2.jcc.am.SqlException: DB2 SQL Error: SQLCODE=-964, SQLSTATE=57011, SQLERRMC=null"), thrown("SQL0964C  The transaction log for the database is full."),
		thrown("java.sql.SQLException: ORA-00257: archiver error. Connect internal only, until freed."), thrown("java.sql.SQLException: x DSRA0010E: SQL State = 57011, Error Code = -964")},
	"DB-SPACE-FULL": {thrown("com.ibm.db2.jcc.am.SqlException: DB2 SQL Error: SQLCODE=-289, SQLSTATE=57011, SQLERRMC=LEAPSPACE"), thrown("SQL0289N  Unable to allocate new pages in table space \"LEAPSPACE\"."),
		thrown("java.sql.SQLException: ORA-01653: unable to extend table LEAP.FORMDATA by 1024 in tablespace LEAP"),
		thrown("org.postgresql.util.PSQLException: ERROR: could not extend file \"base/16384/2619\": No space left on device")},
	"SERVER-DISK-FULL": {thrown("java.io.IOException: No space left on device"), thrown("java.io.IOException: There is not enough space on the disk"), thrown("java.io.IOException: Auf dem Gerät ist kein Speicherplatz mehr verfügbar"),
		thrown("java.io.IOException: デバイスに空き領域がありません"), thrown("java.io.IOException: 设备上没有空间"), thrown("java.io.IOException: Brak miejsca na urządzeniu"), thrown("java.io.IOException: На устройстве не осталось свободного места"),
		thrown("com.ibm.db2.jcc.am.SqlException: SQLCODE=-968, SQLSTATE=57011"), domino("Cannot allocate database object - database would exceed its disk quota."), thrown("java.io.IOException: Espacio en disco insuficiente")},
	"SERVER-TOO-MANY-FILES": {thrown("java.net.SocketException: Too many open files")},
	"DB-POOL-EMPTY": {wasLine("E", "FreePool", "  J2CA0045E: Connection not available while invoking method createOrWaitForConnection for resource jdbc/BuilderDataSource."),
		thrown("com.ibm.websphere.ce.cm.ConnectionWaitTimeoutException: Connection not available, Timed out waiting for 180005"), thrown("org.postgresql.util.PSQLException: FATAL: sorry, too many clients already")},
	"DB-REFUSED": {thrown("com.ibm.db2.jcc.am.SqlInvalidAuthorizationSpecException: [jcc][t4][2013] Connection authorization failure occurred. Reason: User ID or Password invalid. ERRORCODE=-4214, SQLSTATE=28000"),
		thrown("java.sql.SQLException: ORA-01017: invalid username/password; logon denied"), thrown("org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"leap\""),
		thrown("com.ibm.db2.jcc.am.SqlSyntaxErrorException: DB2 SQL Error: SQLCODE=-551, SQLSTATE=42501, SQLERRMC=LEAP;ALTER;FREEDOM1.APP"), thrown("org.postgresql.util.PSQLException: ERROR: permission denied for table app_upgrade")},
	"DB-DOWN": {wasLine("W", "DSConfigurati", "  DSRA0304E:  XAException occurred.") + "com.ibm.db2.jcc.am.DisconnectNonTransientConnectionException: [jcc][t4] ERRORCODE=-4499, SQLSTATE=08001\n",
		thrown("org.postgresql.util.PSQLException: Connection to db.example:5432 refused. Check that the hostname and port are correct"), thrown("java.sql.SQLException: x DSRA0010E: SQL State = 08001, Error Code = -4,499"),
		wasLine("I", "ConnectionEve", "A   J2CA0056I: The Connection Manager received a fatal connection error from the Resource Adapter for resource jdbc/BuilderDataSource."),
		thrown("java.sql.SQLRecoverableException: IO Error: The Network Adapter could not establish the connection"), thrown("java.sql.SQLException: ORA-12514, TNS:listener does not currently know of service"),
		thrown("com.ibm.websphere.ce.cm.StaleConnectionException: [jcc] SQLCODE=-30081, SQLSTATE=08001"), thrown("org.postgresql.util.PSQLException: FATAL: the database system is starting up"), thrown("ERROR XJ040: Failed to start database 'leap'")},
	"DB-LOCKED":         {thrown("com.ibm.db2.jcc.am.SqlException: DB2 SQL Error: SQLCODE=-911, SQLSTATE=40001, SQLERRMC=68"), thrown("org.postgresql.util.PSQLException: ERROR: deadlock detected"), thrown("java.sql.SQLException: ORA-00060: deadlock detected while waiting for resource")},
	"DB-OBJECT-MISSING": {thrown("com.ibm.db2.jcc.am.SqlSyntaxErrorException: DB2 SQL Error: SQLCODE=-204, SQLSTATE=42704, SQLERRMC=LEAP.APP_UPGRADE"), thrown("java.sql.SQLException: ORA-00942: table or view does not exist"), thrown("org.postgresql.util.PSQLException: ERROR: relation \"app_upgrade\" does not exist")},
	"DB-SOURCE-MISSING": {thrown("javax.naming.NameNotFoundException: Context: cell/nodes/node/servers/server1, name: jdbc/BuilderDataSource: First component in name BuilderDataSource not found."),
		wasLine("E", "Library", "  DSRA4000E: A valid JDBC driver implementation class was not found for the jdbcDriver DB2 using the library db2."), thrown("java.lang.ClassNotFoundException: com.ibm.db2.jcc.DB2XADataSource")},
	"SERVER-HUNG-THREAD":         {wasLine("W", "ThreadMonitor", `  WSVR0605W: Thread "WebContainer : 3" (000000a3) has been active for 612345 milliseconds and may be hung.  There is/are 1 thread(s) in total in the server that may be hung.`)},
	"SERVER-THREAD-FREE":         {wasLine("W", "ThreadMonitor", `  WSVR0606W: Thread "WebContainer : 3" (000000a3) was previously reported to be hung but has completed.  It was active for approximately 720001 milliseconds.`)},
	"SERVER-STARVED":             {wasLine("W", "CoordinatorCo", "  HMGR0152W: CPU Starvation detected. Current thread scheduling delay is 12 seconds.")},
	"SERVER-TRANSACTION-TIMEOUT": {wasLine("I", "TimeoutManage", "  WTRN0006W: Transaction 0000012 has timed out after 120 seconds.")},
	"SERVER-PORT-IN-USE": {wasLine("E", "TCPPort", "  TCPC0003E: TCP Channel TCP_2 initialization failed.  The socket bind failed for host * and port 9080.  The port may already be in use."),
		"[AUDIT   ] CWWKE0001I: The server has been launched.\n[ERROR   ] CWWKO0221E: TCP Channel defaultHttpEndpoint initialization did not succeed. The socket bind did not succeed for host * and port 9080.\n",
		domino("HTTP Server: Error - Unable to Bind Port 80, port may be in use")},
	"SERVER-CERTIFICATE": {wasLine("E", "WSX509TrustMa", "  CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN \"CN=leap\" was sent from target host:port \"db.example:50001\"."),
		thrown("javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"),
		thrown("java.security.cert.CertificateExpiredException: NotAfter: Mon Nov 23 12:00:00 UTC 2026")},
	"SERVER-LTPA":           {wasLine("E", "LTPAServerObj", "  SECJ0369E: Authentication failed when using LTPA. The exception is com.ibm.websphere.wim.exception.PasswordCheckFailedException."), wasLine("W", "LTPAServerObj", "  SECJ0371W: Validation of the LTPA token failed because the token expired with the following info: Token expiration Date.")},
	"SERVER-DIRECTORY-DOWN": {wasLine("E", "exception", "com.ibm.ws.wim.adapter.ldap.LdapConnection getDirContext CWWIM4520E The 'javax.naming.CommunicationException: ldap.example:389' naming exception occurred.")},
	"SERVER-CONFIG-BROKEN":  {"[ERROR   ] CWWKG0014E: The configuration parser detected an XML syntax error while parsing the root of the configuration. Line: 12\n[AUDIT   ] CWWKE0001I: launched\n"},
	"SERVER-APP-NOT-STARTED": {wasLine("W", "ApplicationMg", "  WSVR0101W: An error occurred starting, HCL Leap"),
		"[ERROR   ] CWWKZ0002E: An exception occurred while starting the application leap.\n[AUDIT   ] CWWKE0001I: launched\n"},
	"SERVER-APP-STOPPED":   {wasLine("A", "ApplicationMg", "  WSVR0220I: Application stopped: HCL Leap")},
	"SERVER-NOT-STARTED":   {wasLine("E", "WsServerImpl", "  WSVR0009E: Error occurred during startup")},
	"SERVER-CLASS-MISSING": {thrown("java.lang.NoClassDefFoundError: com.ibm.form.nitro.Missing"), thrown("java.lang.UnsupportedClassVersionError: com/ibm/form/nitro/New has been compiled by a more recent version")},
	"SERVER-FILE-DENIED": {thrown("java.nio.file.AccessDeniedException: /opt/HCL/Leap/extensions/x.jar"), thrown("java.io.FileNotFoundException: /opt/HCL/Leap/x (Permission denied)"),
		thrown(`java.nio.file.FileSystemException: C:\HCL\Leap\x.jar: The process cannot access the file because it is being used by another process.`)},
	"DOMINO-LEAP-NOT-LOADED": {domino("HTTP JVM: org.osgi.framework.BundleException: The bundle dleap_1.1.4 could not be resolved.")},
	"DOMINO-HTTP-DOWN":       {domino("JVM: Unable to start the Java Virtual Machine."), "08.02.2008 15:47:43   Admin Process: test/TEST is the Administration Server of the Domino Directory.\nFailed to find VM - aborting\n"},
	"DOMINO-NSF-DAMAGED":     {domino("Database Fixup: /volt/VoltBuilder.nsf: Database is corrupt -- Cannot allocate space"), domino("This database cannot be read due to an invalid on disk structure.")},
	"SERVER-FFDC":            {wasLine("W", "FfdcProvider", "com.ibm.ws.ffdc.impl.FfdcProvider logIncident FFDC1003I: FFDC Incident emitted on /opt/x.txt")},
}

func TestEveryShippedRuleMatchesWhatAServerWrites(t *testing.T) {
	set := defaults(t)
	for _, r := range set.Rules {
		if len(examples[r.Code]) == 0 {
			t.Errorf("%s has no example", r.Code)
		}
		if r.Title == "" || r.Remedy == "" && r.Outcome == Failed {
			t.Errorf("%s does not say what happened and what to do", r.Code)
		}
	}
	for code, texts := range examples {
		if set.Rule(code) == nil {
			t.Errorf("%s is no rule", code)
		}
		for _, text := range texts {
			name := "SystemOut.log"
			if strings.HasPrefix(text, "#") || strings.HasPrefix(text, "JVMDUMP") { // native_stderr.log has no records of its own
				text = wasLine("R", "SystemErr", strings.TrimSuffix(text, "\n"))
			}
			found := events(t, name, text)
			ok := false
			for _, e := range found {
				ok = ok || e.Rule == code && (e.Scope != ScopeApp || code == "APP-UPGRADE-FAILED-UNNAMED" || e.UID == uid)
			}
			if !ok {
				var got []string
				for _, e := range found {
					got = append(got, e.Rule+" "+e.UID)
				}
				t.Errorf("%s does not match %q but %q", code, text, got)
			}
		}
	}
}

// ordinary are records of healthy servers that look like trouble.
var ordinary = []string{
	wasLine("I", "InternalGener", "I   DSRA8203I: Database product name : DB2/LINUXX8664"), wasLine("I", "InternalGener", "I   DSRA8205I: JDBC driver name  : IBM Data Server Driver for JDBC and SQLJ"),
	wasLine("I", "DataSource", "  WSVR0049I: Binding LeapDataSource as jdbc/BuilderDataSource"), wasLine("A", "WsServerImpl", "  WSVR0001I: Server server1 open for e-business"),
	wasLine("I", "TCPPort", "  TCPC0001I: TCP Channel TCP_2 is listening on host *  (IPv6) port 9080."), wasLine("I", "LTPAKeyInfo", "  SECJ0122I: Trust Association Init Interceptor signature: SPNEGO TAI"),
	leapLine("I", "0 applications failed to upgrade"), wasLine("O", "SystemOut", "the upgrade of "+uid+" will fail if it is not started"), wasLine("I", "HAManager", "  HMGR0218I: A new core group view has been installed."),
	domino("HTTP Server: Started"), domino("JVM: Java Virtual Machine initialized."), domino("HTTP Server: Java Virtual Machine loaded"), domino("DAOSMGR: DAOS is not enabled, nothing to do."),
	wasLine("I", "Demo", "com.ibm.form.nitro.Demo run Disk usage 42 %, quota 100 GB"), wasLine("I", "Demo", "com.ibm.form.nitro.Demo run Connection to db.example:50000 established"),
}

func TestRecordsOfAHealthyServerAreNoFailures(t *testing.T) {
	for _, text := range ordinary {
		for _, e := range events(t, "SystemOut.log", text) {
			if e.Outcome == Failed || e.Scope == ScopeApp {
				t.Errorf("%s matches %q", e.Rule, text)
			}
		}
	}
}

// A practice server's audit line "widgets=53100" was once taken for PostgreSQL's SQL state of a full disk.
func TestACodeOfADatabaseAmongOrdinaryNumbersIsNoFailure(t *testing.T) {
	raw, err := fs.ReadFile(assets.FS(), "rules/failures.json")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`[0-9]{3,6}`).FindAllString(string(raw), -1)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if len(codes) < 30 {
		t.Fatalf("the rules name %d numbers only", len(codes))
	}
	var log strings.Builder
	for _, n := range codes {
		for _, level := range []string{"O", "E", "R"} {
			log.WriteString(wasLine(level, "AuditTrail", fmt.Sprintf("DEBUG com.acme.AuditTrail - widgets=%[1]s cache=%[1]s/%[1]s elapsed=%[1]sms order %[1]s, port:%[1]s (%[1]s) -%[1]s", n)))
		}
	}
	for _, e := range events(t, "SystemOut.log", log.String()) {
		t.Errorf("%s matches %q", e.Rule, e.Record.Text)
	}
}

func TestADatabasesStateIsRecognisedHoweverItIsPrinted(t *testing.T) {
	for _, c := range [][2]string{
		{"SERVER-DISK-FULL", "org.postgresql.util.PSQLException: ERROR: could not write to file (SQLState: 53100)"}, {"SERVER-DISK-FULL", "could not write block [SQL state [53100]; error code [0]]"},
		{"SERVER-DISK-FULL", "write failed, SQLSTATE=53100"}, {"DB-OBJECT-MISSING", "bad column SQLSTATE: 42703"},
	} {
		got := events(t, "SystemOut.log", wasLine("E", "Table", "  "+c[1]))
		if len(got) != 1 || got[0].Rule != c[0] {
			t.Errorf("%q is %v, not %s", c[1], got, c[0])
		}
	}
}
