package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// Loggers that tell of an upgrade. Their names and texts are what failure rules look for.
const (
	upgraderClass = "com.ibm.form.nitro.service.services.impl.upgrade.ApplicationUpgrader"
	setupClass    = "com.ibm.form.nitro.setup.SetupAll"
	startupClass  = "com.ibm.form.platform.service.startup.IntegratorStartup"
)

func upgradeStarted(uid, name string) record {
	return record{level: "I", class: upgraderClass, method: "upgrade", text: fmt.Sprintf("Application upgrade started: %s \"%s\"", uid, name)}
}

func upgradeCompleted(uid, name string, millis int64) record {
	return record{level: "I", class: upgraderClass, method: "upgrade", text: fmt.Sprintf("Application upgrade completed: %s \"%s\" in %d ms", uid, name, millis)}
}

func upgradeFailed(uid, name string, trace []string) record {
	return record{level: "E", class: upgraderClass, method: "upgrade", text: fmt.Sprintf("Application upgrade failed: %s \"%s\"", uid, name), trace: trace}
}

// phases of Setup, as its page and its log call them.
var phases = []string{"basic environment", "secured environment"}

func setupPhase(phase int, state string) record {
	return record{level: "I", thread: 0x8f, class: setupClass, method: "run", text: fmt.Sprintf("Setup phase %d (%s) %s", phase, phases[phase-1], state)}
}

func tr(logger, level, text string) record {
	return record{level: level, thread: 1, logger: logger, text: text}
}

// startRecords is what a server says while it starts: trace state, data source, extensions directory, open for business.
func startRecords(root string, m marker) []record {
	if m.Runtime == upgrade.Domino {
		return dominoStart(m)
	}
	extensions := extensionsInForce(root, layoutOf(m.Runtime))
	leap := []record{
		{level: "I", thread: 0x1b, class: startupClass, method: "phase1Start", text: "Extensions folder: " + extensions},
		{level: "I", thread: 0x1b, class: "com.ibm.form.nitro.platform.Version", method: "log", text: "HCL Leap " + m.Version + " GA"},
	}
	if m.Runtime == upgrade.Liberty {
		return append([]record{
			tr("com.ibm.ws.kernel.launch.internal.FrameworkManager", "A", "CWWKE0001I: The server defaultServer has been launched."),
			tr("com.ibm.ws.logging.internal.TraceSpecification", "I", "TRAS0018I: The trace state has been changed. The new trace state is "+traceState(root, m.Runtime)+"."),
			tr("com.ibm.ws.app.manager.AppMessageHelper", "I", "CWWKZ0018I: Starting application leap."),
		}, append(leap,
			tr("com.ibm.ws.app.manager.AppMessageHelper", "A", "CWWKZ0001I: Application leap started in 14.302 seconds."),
			tr("com.ibm.ws.kernel.feature.internal.FeatureManager", "A", "CWWKF0011I: The defaultServer server is ready to run a smarter planet. The defaultServer server started in 19.114 seconds."))...)
	}
	return append([]record{
		tr("com.ibm.ejs.ras.ManagerAdmin", "I", "TRAS0017I: The startup trace state is "+traceState(root, m.Runtime)+"."),
		tr("com.ibm.ejs.ras.ManagerAdmin", "I", "TRAS0111I: The message IDs that are in use are deprecated"),
		tr("com.ibm.ws.management.component.AdminInitializer", "A", "ADMN0015I: The administration service is initialized."),
		tr("com.ibm.ws.rsadapter.spi.ResourceBinder", "I", "WSVR0049I: Binding LeapDataSource as jdbc/BuilderDataSource"),
		tr("com.ibm.ws.rsadapter.spi.ResourceBinder", "I", "WSVR0049I: Binding Default Datasource as DefaultDatasource"),
		tr("com.ibm.ws.runtime.component.ApplicationMgrImpl", "A", "WSVR0200I: Starting application: HCL Leap"),
		tr("com.ibm.ws.runtime.component.ApplicationMgrImpl", "A", "WSVR0204I: Application: HCL Leap  Application build level: Leap "+m.Version+" GA"),
	}, append(leap,
		tr("com.ibm.ws.runtime.component.ApplicationMgrImpl", "A", "WSVR0221I: Application started: HCL Leap"),
		tr("com.ibm.ws.tcp.channel.impl.TCPPort", "I", "TCPC0001I: TCP Channel TCP_2 is listening on host *  (IPv6) port 9080."),
		tr("com.ibm.ws.runtime.WsServerImpl", "A", "WSVR0001I: Server server1 open for e-business"))...)
}

func dominoStart(m marker) []record {
	line := func(text string) record { return record{level: "O", class: "console", thread: 1, text: text} }
	return []record{line("Event Monitor started"), line("Server started on physical node leap01"), line("Console Logging is ENABLED "), line("HTTP Server: Using Web Configuration View"),
		line("JVM: Java Virtual Machine initialized."), line("XSP Command Manager initialized"), line("HTTP Server: Started"),
		{level: "I", thread: 17, class: "com.hcl.volt.Version", method: "log", text: "HCL Domino Leap " + m.Version + " (dleap_" + m.Version + ")"}}
}

// stopRecords is what a server says while it stops.
func stopRecords(m marker) []record {
	switch m.Runtime {
	case upgrade.Domino:
		return []record{{level: "O", class: "console", thread: 1, text: "HTTP Server: Shutdown"}, {level: "O", class: "console", thread: 1, text: "Server shutdown complete"}}
	case upgrade.Liberty:
		return []record{tr("com.ibm.ws.kernel.launch.internal.FrameworkManager", "A", "CWWKE0036I: The server defaultServer stopped after 5 minutes, 3.114 seconds.")}
	}
	return []record{
		tr("com.ibm.ws.runtime.WsServerImpl", "A", "WSVR0220I: Application stopped: HCL Leap"),
		tr("com.ibm.ws.runtime.WsServerImpl", "A", "WSVR0024I: Server server1 stopped"),
	}
}

var (
	wasTrace     = lazyregexp.New(`startupTraceSpecification="([^"]*)"`)
	libertyTrace = lazyregexp.New(`traceSpecification="([^"]*)"`)
	setupStart   = lazyregexp.New(`(?m)^[ \t]*ibm\.nitro\.SetupAll\.setupStatus[ \t]*[=:][ \t]*start[ \t\r]*$`)
	// jvmExtensions stands in genericJvmArguments="..." or on a line of jvm.options; of several directories the first holds the settings.
	jvmExtensions = lazyregexp.New(`(?m)^(?:[^#\n]*["\s])?-Dfsp\.extensions\.dirs=(?:&quot;|")?([^",\s&]+)`)
	fspLine       = lazyregexp.New(`(?m)^[ \t]*extensions[ \t]*[=:][ \t]*(\S+)[ \t\r]*$`)
)

// traceState is the trace specification in the configuration, as the server reads it when it starts.
func traceState(root string, r upgrade.Runtime) string {
	form := wasTrace
	if r == upgrade.Liberty {
		form = libertyTrace
	}
	data, err := os.ReadFile(below(root, layoutOf(r).traceConfig))
	if err != nil {
		return "*=info"
	}
	m := form.FindSubmatch(data)
	if m == nil || len(m[1]) == 0 {
		return "*=info"
	}
	return strings.NewReplacer("&quot;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(string(m[1]))
}

// extensionsInForce is the extensions directory that the server uses: the JVM option, else fsp.properties, else the default.
func extensionsInForce(root string, at layout) string {
	if options, err := os.ReadFile(below(root, at.jvmOptions)); err == nil {
		if m := jvmExtensions.FindSubmatch(options); m != nil {
			return string(m[1])
		}
	}
	data, err := os.ReadFile(filepath.Clean(below(root, at.fsp)))
	if err != nil {
		return defaultExtensions
	}
	if m := fspLine.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return defaultExtensions
}

// setupByItself tells that Setup runs without a person: ibm.nitro.SetupAll.setupStatus = start in the settings in force.
func setupByItself(root string, r upgrade.Runtime) bool {
	if r == upgrade.Domino {
		return false
	}
	data, err := os.ReadFile(below(root, extensionsInForce(root, layoutOf(r))+"/Leap_config.properties"))
	return err == nil && setupStart.Match(data)
}
