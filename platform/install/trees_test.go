package install

import "fmt"

// The trees of the tests: small, but of the shapes that real servers have. Nothing in them is from a real server.

const xmi = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

const wasRoot = "opt/IBM/WebSphere/AppServer/"

func merge(trees ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, t := range trees {
		for name, text := range t {
			if text == "-" {
				delete(all, name)
			} else {
				all[name] = text
			}
		}
	}
	return all
}

func registry(was string, profiles ...string) map[string]string {
	text := xmi + "<profiles>\n"
	for _, p := range profiles {
		text += fmt.Sprintf("    <profile isAReservationTicket=\"false\" isDefault=\"false\" name=%q path=\"/%sprofiles/%s\" template=\"x\"/>\n", p, was, p)
	}
	return map[string]string{was + "properties/profileRegistry.xml": text + "</profiles>\n"}
}

func serverIndex(host string, entries ...string) string {
	text := xmi + `<serverindex:ServerIndex xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmi:id="ServerIndex_1" hostName="` + host + `">` + "\n"
	for _, e := range entries {
		text += e
	}
	return text + "</serverindex:ServerIndex>\n"
}

func entry(name, kind string, apps ...string) string {
	text := fmt.Sprintf("  <serverEntries xmi:id=\"E_%s\" serverName=%q serverType=%q>\n", name, name, kind)
	for _, a := range apps {
		text += "    <deployedApplications>" + a + "</deployedApplications>\n"
	}
	for i, ep := range []string{"WC_adminhost", "WC_defaulthost", "WC_defaulthost_secure"} {
		text += fmt.Sprintf("    <specialEndpoints endPointName=%q>\n      <endPoint host=\"*\" port=\"%d\"/>\n    </specialEndpoints>\n", ep, []int{9060, 9080, 9443}[i])
	}
	return text + "  </serverEntries>\n"
}

const leapApp = "HCL Leap.ear/deployments/HCL Leap"

func serverXML(name, spec, jvm string) string {
	return xmi + `<process:Server xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:process="p" name="` + name + `">
  <services xmi:type="pmiservice:PMIService" xmi:id="P_1" enable="true"/>
  <services xmi:type="traceservice:TraceService" xmi:id="T_1" enable="true" startupTraceSpecification="` + spec + `" traceFormat="BASIC">
    <traceLog xmi:id="L_1" fileName="${SERVER_LOG_ROOT}/trace.log" rolloverSize="20" maxNumberOfBackupFiles="5"/>
  </services>
  <errorStreamRedirect xmi:id="S_1" fileName="${SERVER_LOG_ROOT}/SystemErr.log" rolloverType="SIZE" maxNumberOfBackupFiles="5" rolloverSize="1"/>
  <outputStreamRedirect xmi:id="S_2" fileName="${SERVER_LOG_ROOT}/SystemOut.log" rolloverType="SIZE" maxNumberOfBackupFiles="7" rolloverSize="3"/>
  <processDefinitions xmi:type="processexec:JavaProcessDef" xmi:id="D_1">
    <jvmEntries xmi:id="J_1" genericJvmArguments="` + jvm + `">
      <systemProperties xmi:id="Q_1" name="com.ibm.security.jgss.debug" value="off"/>
    </jvmEntries>
  </processDefinitions>
</process:Server>
`
}

func variables(pairs ...string) string {
	text := xmi + `<variables:VariableMap xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmi:id="V_1">` + "\n"
	for i := 0; i+1 < len(pairs); i += 2 {
		text += fmt.Sprintf("  <entries xmi:id=\"V_%d\" symbolicName=%q value=%q/>\n", i, pairs[i], pairs[i+1])
	}
	return text + "</variables:VariableMap>\n"
}

const derbyNoise = `  <resources.jdbc:JDBCProvider xmi:id="P_0" name="Derby JDBC Provider (XA)" providerType="Derby JDBC Provider (XA)" implementationClassName="org.apache.derby.jdbc.EmbeddedXADataSource">
    <factories xmi:type="resources.jdbc:DataSource" xmi:id="D_0" name="DefaultEJBTimerDataSource" jndiName="jdbc/DefaultEJBTimerDataSource">
      <propertySet><resourceProperties name="databaseName" value="${USER_INSTALL_ROOT}/databases/EJBTimers"/></propertySet>
    </factories>
    <factories xmi:type="resources.jdbc:DataSource" xmi:id="D_9" name="Default Datasource" jndiName="DefaultDatasource"/>
  </resources.jdbc:JDBCProvider>
  <resources.j2c:J2CResourceAdapter xmi:id="builtin_rra" name="WebSphere Relational Resource Adapter">
    <factories xmi:type="resources.jdbc:CMPConnectorFactory" name="Default_CF"/>
  </resources.j2c:J2CResourceAdapter>
`

func resources(providers ...string) string {
	text := xmi + `<xmi:XMI xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI">` + "\n" + derbyNoise
	for _, p := range providers {
		text += p
	}
	return text + "</xmi:XMI>\n"
}

// provider is a JDBC provider with one data source; props are pairs.
func provider(class, name, jndi string, props ...string) string {
	text := fmt.Sprintf("  <resources.jdbc:JDBCProvider name=\"A provider\" providerType=\"User-defined JDBC Provider\" implementationClassName=%q>\n", class)
	text += fmt.Sprintf("    <factories xmi:type=\"resources.jdbc:DataSource\" name=%q jndiName=%q authDataAlias=\"node/leapdb\">\n      <propertySet>\n", name, jndi)
	for i := 0; i+1 < len(props); i += 2 {
		text += fmt.Sprintf("        <resourceProperties name=%q type=\"java.lang.String\" value=%q/>\n", props[i], props[i+1])
	}
	return text + "      </propertySet>\n    </factories>\n  </resources.jdbc:JDBCProvider>\n"
}

func db2(database string) string {
	return provider("com.ibm.db2.jcc.DB2XADataSource", "LeapDB", "jdbc/leapdb", "databaseName", database, "driverType", "4", "serverName", "${DB_HOST}",
		"portNumber", "50000", "currentSchema", "FREEDOM", "password", "never-shown-1", "fullyMaterializeLobData", "false", "progressiveStreaming", "2")
}

const systemOut = `************ Start Display Current Environment ************
WebSphere Platform 9.0.5.18 [BASE 9.0.5.18 cf182345.01] running with process name Cell01\Node01\server1 and process id 4711
************* End Display Current Environment *************
[3/5/26 10:07:45:752 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.
[3/5/26 10:08:45:752 UTC] 0000001b IntegratorSta I com.ibm.form.platform.service.startup.IntegratorStartup phase1Start Extensions folder: /opt/HCL/Leap/extensions
`

// standalone is one profile with one node and one server that has Leap.
func standalone(was, profile, cell, node string) map[string]string {
	p := was + "profiles/" + profile + "/"
	c := p + "config/cells/" + cell + "/"
	n := c + "nodes/" + node + "/"
	return map[string]string{
		c + "variables.xml":                 variables("DB_HOST", "db.example.test"),
		c + "resources.xml":                 resources(),
		n + "serverindex.xml":               serverIndex("leap.example.test", entry("server1", "APPLICATION_SERVER", "isclite.ear/deployments/isclite", leapApp)),
		n + "variables.xml":                 variables("USER_INSTALL_ROOT", "/"+was+"profiles/"+profile, "LOG_ROOT", "${USER_INSTALL_ROOT}/logs"),
		n + "servers/server1/server.xml":    serverXML("server1", "*=info", "-Xmx2g"),
		n + "servers/server1/variables.xml": variables("SERVER_LOG_ROOT", "${LOG_ROOT}/server1"),
		n + "servers/server1/resources.xml": resources(db2("LEAPDB")),
		p + "logs/server1/SystemOut.log":    systemOut,
		p + "installedApps/" + cell + "/HCL Leap.ear/META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Version: 9.3.8.12\r\n" +
			"Module-Build-Id: Leap 9.3.8.12 GA\r\n\r\n",
		p + "installedApps/" + cell + "/HCL Leap.ear/builder.war/WEB-INF/classes/fsp.properties": "# as shipped\n#extensions=/somewhere\n",
	}
}

var extensions = map[string]string{
	"opt/HCL/Leap/extensions/Leap_config.properties": "# Leap\nibm.nitro.NitroConfig.serverURI = https://forms.example.test/apps\n",
}

func libertyTree() map[string]string {
	s := "opt/openliberty/wlp/usr/servers/defaultServer/"
	return map[string]string{
		s + "server.xml": `<server description="Leap">
  <featureManager><feature>webProfile-8.0</feature></featureManager>
  <include location="datasource.xml"/>
  <include location="missing.xml" optional="true"/>
  <include location="server.xml"/>
  <variable name="DB_NAME" defaultValue="leapdb"/>
  <httpEndpoint id="defaultHttpEndpoint" host="*" httpPort="9080" httpsPort="${https.port}"/>
  <logging traceSpecification="*=info:com.ibm.form.nitro.*=finest" maxFileSize="10" maxFiles="6"/>
  <enterpriseApplication id="Leap" location="leap.ear" name="HCL Leap"/>
</server>
`,
		s + "datasource.xml": `<server>
  <dataSource id="leapDerbyDatasource" jndiName="jdbc/other"><properties.derby.embedded databaseName="x"/></dataSource>
  <dataSource id="leap" jndiName="jdbc/BuilderDataSource">
    <jdbcDriver libraryRef="pg"/>
    <properties.postgresql databaseName="${DB_NAME}" serverName="${env.DB_HOST}" portNumber="5432" user="leap"
      password="never-shown-2"/>
  </dataSource>
</server>
`,
		s + "configDropins/overrides/quiet.xml":                        "<server>\n  <logging\n     traceSpecification=\"*=info\"/>\n</server>\n",
		s + "bootstrap.properties":                                     "https.port=9444\ncom.ibm.ws.logging.message.format=json\n",
		s + "server.env":                                               "# environment\nDB_HOST=pg.example.test\nWLP_LOGGING_MAX_FILES=3\n",
		s + "jvm.options":                                              "-Xmx1g\n-Dfsp.extensions.dirs=${server.config.dir}/customerExtensions,/opt/HCL/Leap/more\n",
		s + "customerExtensions/Leap_config.properties":                "ibm.nitro.NitroConfig.serverURI=https\\://leap.example.test:9444/apps\n",
		s + "apps/leap.ear/META-INF/application.xml":                   "<application>\n  <description>Leap 9.3.10.5 GA</description>\n</application>\n",
		s + "apps/leap.ear/builder.war/WEB-INF/classes/fsp.properties": "extensions=/opt/HCL/Leap/extensions\n",
		s + "logs/messages.log": `{"type":"liberty_message","ibm_datetime":"2026-02-12T14:34:37.770-0300","loglevel":"INFO","message":"TRAS0018I: The trace state has been changed. The new trace state is *=info:com.ibm.form.nitro.*=finest."}
{"type":"liberty_message","ibm_datetime":"2026-02-12T14:34:38.770-0300","loglevel":"AUDIT","message":"CWWKE0001I: The server defaultServer has been launched."}
`,
	}
}

func dominoTree() map[string]string {
	return map[string]string{
		"local/notesdata/notes.ini": "[Notes]\n: a comment=1\nDirectory=/local/notesdata\nNotesProgram = /opt/hcl/domino/notes/latest/linux\nKitType=2\nServerName=CN=pluto/O=Lab\n" +
			"CONSOLE_LOG_ENABLED=1\nConsole_Log_Max_Kbytes=20480\nlogfile_dir=/local/log\n",
		"local/notesdata/volt/VoltConfig.nsf":                               "nsf",
		"local/notesdata/volt/VoltBuilder.nsf":                              "nsf",
		"local/notesdata/domino/workspace/.config/rcpinstall.properties":    "a=b\ncom.ibm.form.nitro.level=FINEST\ncom.ibm.domino.xsp.bridge.http.manager.level=SEVERE\n",
		"local/notesdata/domino/workspace/logs/error-log-0.xml":             "<CommonBaseEvents/>",
		"local/log/console.log":                                             "x\n",
		"opt/hcl/domino/notes/latest/linux/server":                          "elf",
		"opt/hcl/domino/osgi/volt/eclipse/plugins/dleap_1.1.9.jar":          "jar",
		"opt/hcl/domino/osgi/volt/eclipse/plugins/dleap_1.1.10.2026021.jar": "jar",
		"opt/hcl/domino/osgi/rcp/eclipse/links/volt.link":                   "path=/opt/hcl/domino/osgi/volt\n",
	}
}
