package sample

import (
	"fmt"
	"strings"
	"sync"

	"github.com/springboard-leap/springboard/upgrade"
)

// UpgradeException is the class of the outermost exception of every failed application upgrade.
const UpgradeException = "com.ibm.form.nitro.service.exception.AppUpgradeException"

// Cause is a reason why an application's upgrade fails.
type Cause struct {
	ID      string   `json:"id"`
	Status  int      `json:"status"` // of the error page that the application answers from then on
	Message string   `json:"message"`
	Frames  []string `json:"frames"`
	Causes  []struct {
		Class   string   `json:"class"`
		Message string   `json:"message"`
		Frames  []string `json:"frames"`
		More    int      `json:"more"`
	} `json:"causes"`
}

var loadCauses = sync.OnceValues(func() ([]Cause, error) { return read[[]Cause]("causes.json") })
var loadFrames = sync.OnceValues(func() ([]string, error) { return readLines("common_frames.txt") })

// Causes gives all causes in a fixed order.
func Causes() ([]Cause, error) { return loadCauses() }

// CauseByID finds a cause.
func CauseByID(id string) (Cause, error) {
	all, err := Causes()
	if err != nil {
		return Cause{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return Cause{}, fmt.Errorf("no cause %q", id)
}

// Trace writes the exception of a failed upgrade as Java prints it: one line an element, the first is class and message. kind is the kind of the
// database ("sqlite", "postgresql", "nsf"), for causes that come from there.
func (c Cause) Trace(uid, kind string, runtime upgrade.Runtime, n int) ([]string, error) {
	common, err := loadFrames()
	if err != nil {
		return nil, err
	}
	fill := replacer(uid, kind, runtime, n)
	lines := []string{fill.Replace(UpgradeException + ": " + c.Message)}
	for _, f := range append(append([]string{}, c.Frames...), common...) {
		lines = append(lines, fill.Replace("\tat "+f))
	}
	for _, cause := range c.Causes {
		head := "Caused by: " + cause.Class
		if cause.Message != "" {
			head += ": " + cause.Message
		}
		lines = append(lines, fill.Replace(head))
		for _, f := range cause.Frames {
			lines = append(lines, fill.Replace("\tat "+f))
		}
		lines = append(lines, fmt.Sprintf("\t... %d more", cause.More))
	}
	return lines, nil
}

func replacer(uid, kind string, runtime upgrade.Runtime, n int) *strings.Replacer {
	pairs := []string{"{uid}", uid, "{n}", fmt.Sprint(20000 + n)}
	pairs = append(pairs, databaseWords(kind)...)
	for i, f := range webFrames(runtime) {
		pairs = append(pairs, fmt.Sprintf("{web.%d}", i+1), f)
	}
	return strings.NewReplacer(pairs...)
}

func databaseWords(kind string) []string {
	switch kind {
	case "postgresql":
		return []string{"{sql.class}", "org.postgresql.util.PSQLException", "{sql.message}", `ERROR: column "f_singleline12" does not exist`,
			"{sql.frame}", "org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2676)"}
	case "nsf":
		return []string{"{sql.class}", "lotus.domino.NotesException", "{sql.message}", "NotesException: Could not find item F_SingleLine12 in note",
			"{sql.frame}", "lotus.domino.local.Document.NgetItemValue(Native Method)"}
	}
	return []string{"{sql.class}", "org.sqlite.SQLiteException", "{sql.message}", "[SQLITE_ERROR] SQL error or missing database (no such column: F_SINGLELINE12)",
		"{sql.frame}", "org.sqlite.core.DB.newSQLException(DB.java:1179)"}
}

func webFrames(runtime upgrade.Runtime) []string {
	switch runtime {
	case upgrade.Domino:
		return []string{"com.ibm.pvc.internal.webcontainer.webapp.ServletManager.service(ServletManager.java:114)",
			"com.ibm.pvc.webcontainer.webapp.WebApp.handleRequest(WebApp.java:501)", "com.ibm.domino.xsp.adapter.osgi.OSGIService.doService(OSGIService.java:418)",
			"com.ibm.domino.xsp.adapter.osgi.OSGIService.service(OSGIService.java:233)",
			"com.ibm.designer.runtime.domino.adapter.LCDEnvironment.doServiceInternal(LCDEnvironment.java:313)",
			"com.ibm.designer.runtime.domino.adapter.LCDEnvironment.service(LCDEnvironment.java:272)",
			"com.ibm.domino.xsp.bridge.http.engine.XspCmdManager.service(XspCmdManager.java:310)"}
	case upgrade.Liberty:
		return []string{"com.ibm.ws.webcontainer.servlet.ServletWrapper.service(ServletWrapper.java:1266)",
			"com.ibm.ws.webcontainer.servlet.ServletWrapper.handleRequest(ServletWrapper.java:754)",
			"com.ibm.ws.webcontainer.filter.WebAppFilterManager.invokeFilters(WebAppFilterManager.java:1069)",
			"com.ibm.ws.webcontainer.osgi.DynamicVirtualHost$2.run(DynamicVirtualHost.java:293)",
			"com.ibm.ws.http.dispatcher.internal.channel.HttpDispatcherLink$TaskWrapper.run(HttpDispatcherLink.java:1159)",
			"com.ibm.ws.threading.internal.ExecutorServiceImpl$RunnableWrapper.run(ExecutorServiceImpl.java:245)",
			"java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1128)"}
	}
	return []string{"com.ibm.ws.webcontainer.servlet.ServletWrapper.service(ServletWrapper.java:1235)",
		"com.ibm.ws.webcontainer.servlet.ServletWrapper.handleRequest(ServletWrapper.java:779)",
		"com.ibm.ws.webcontainer.filter.WebAppFilterManager.invokeFilters(WebAppFilterManager.java:1119)",
		"com.ibm.ws.webcontainer.WebContainer.handleRequest(WebContainer.java:963)",
		"com.ibm.ws.webcontainer.WSWebContainer.handleRequest(WSWebContainer.java:1817)",
		"com.ibm.ws.http.channel.inbound.impl.HttpInboundLink.handleDiscrimination(HttpInboundLink.java:465)",
		"com.ibm.ws.util.ThreadPool$Worker.run(ThreadPool.java:1909)"}
}
