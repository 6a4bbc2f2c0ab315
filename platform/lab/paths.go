package lab

import (
	"path"

	"github.com/springboard-leap/springboard/upgrade"
)

// Native paths of the servers, as their configuration files have them. Files are below the lab's folder.
const (
	wasHome        = "/opt/IBM/WebSphere/AppServer"
	wasProfile     = wasHome + "/profiles/AppSrv01"
	wasCell        = "LeapCell01"
	wasNode        = "LeapNode01"
	wasServer      = "server1"
	libertyHome    = "/opt/openliberty/wlp"
	libertyProfile = libertyHome + "/usr/servers/defaultServer"
	earName        = "HCL Leap.ear"

	leapHome          = "/opt/HCL/Leap"
	defaultExtensions = leapHome + "/extensions"
	customExtensions  = leapHome + "/site/extensions"
	sqliteFile        = leapHome + "/lab/leap.sqlite"

	dominoProgram = "/opt/hcl/domino"
	dominoData    = "/local/notesdata"
)

// layout says where a lab's server keeps what the lab itself reads and writes. Paths are native.
type layout struct {
	home        string
	program     string // the folder that the installer replaces
	fsp         string // fsp.properties; empty for Domino
	logDir      string
	mainLog     string
	pidFile     string
	traceConfig string // the file that holds the trace specification
	jvmOptions  string // the file that holds the options of the Java virtual machine
}

func layoutOf(r upgrade.Runtime) layout {
	switch r {
	case upgrade.Domino:
		logs := dominoData + "/domino/workspace/logs"
		return layout{home: dominoProgram, program: dominoProgram + "/osgi/volt", logDir: logs, mainLog: dominoData + "/IBM_TECHNICAL_SUPPORT/console.log",
			pidFile: dominoData + "/pid.nbf", traceConfig: dominoData + "/domino/workspace/.config/rcpinstall.properties"}
	case upgrade.Liberty:
		ear := libertyProfile + "/apps/" + earName
		return layout{home: libertyProfile, program: ear, fsp: ear + "/builder.war/WEB-INF/classes/fsp.properties", logDir: libertyProfile + "/logs",
			mainLog: libertyProfile + "/logs/messages.log", pidFile: libertyHome + "/usr/servers/.pid/defaultServer.pid",
			traceConfig: libertyProfile + "/server.xml", jvmOptions: libertyProfile + "/jvm.options"}
	}
	ear := wasProfile + "/installedApps/" + wasCell + "/" + earName
	config := path.Join(wasProfile, "config/cells", wasCell, "nodes", wasNode, "servers", wasServer, "server.xml")
	return layout{home: wasProfile, program: ear, fsp: ear + "/builder.war/WEB-INF/classes/fsp.properties", logDir: wasProfile + "/logs/" + wasServer,
		mainLog: wasProfile + "/logs/" + wasServer + "/SystemOut.log", pidFile: wasProfile + "/logs/" + wasServer + "/" + wasServer + ".pid",
		traceConfig: config, jvmOptions: config}
}
