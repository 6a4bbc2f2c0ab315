package lab

import (
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/upgrade"
)

// record is a log record before a runtime's format is put on it.
type record struct {
	at     time.Time
	thread uint32
	level  string // one letter, as WebSphere has it
	logger string // full name; empty: as class
	class  string
	method string
	text   string
	trace  []string // lines of an exception, the first is class and message
}

func fromNoise(n sample.Noise, at time.Time, thread uint32) record {
	r := record{at: at, thread: thread, level: n.Level, logger: n.Logger, class: n.Class, method: n.Method, text: n.Text, trace: n.Trace}
	switch n.Level {
	case "O":
		r.logger = "SystemOut"
	case "R":
		r.logger = "SystemErr"
	}
	return r
}

// name is what the log shows as the record's source.
func (r record) name() string {
	if r.logger != "" {
		return r.logger
	}
	return r.class
}

// zone is the abbreviation of a time zone as Java prints it; a zone without letters becomes GMT+hh:mm.
func zone(at time.Time) string {
	name, offset := at.Zone()
	if name != "" && !strings.ContainsAny(name, "+-0123456789") {
		return name
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, offset/3600, offset/60%60)
}

// stamp is the time as a server of an English locale writes it: 11/23/26 22:51:37:095 CET.
func stamp(at time.Time) string {
	return fmt.Sprintf("%s %d:%s:%03d %s", at.Format("1/2/06"), at.Hour(), at.Format("04:05"), at.Nanosecond()/1e6, zone(at))
}

const basicPadding = "                                 " // 33 blanks before the first line of an exception

// was formats a record as WebSphere's basic format has it.
func (r record) was() []byte {
	name := r.name()
	name = name[strings.LastIndexByte(name, '.')+1:]
	if len(name) > 13 {
		name = name[:13]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%s] %08x %-13s %s ", stamp(r.at), r.thread, name, r.level)
	if r.level != "O" && r.level != "R" {
		b.WriteString(r.class + " " + r.method + " ")
	}
	b.WriteString(r.text + "\n")
	for i, line := range r.trace {
		if i == 0 {
			b.WriteString(basicPadding)
		}
		b.WriteString(line + "\n")
	}
	return []byte(b.String())
}

// liberty formats a record as messages.log has it.
func (r record) liberty() []byte {
	name := r.name()
	if len(name) > 60 {
		name = name[len(name)-60:]
	}
	var b strings.Builder
	at := fmt.Sprintf("%s, %d:%s:%03d %s", r.at.Format("1/2/06"), r.at.Hour(), r.at.Format("04:05"), r.at.Nanosecond()/1e6, zone(r.at))
	fmt.Fprintf(&b, "[%s] %08x %-60s %s %s\n", at, r.thread, name, r.level, r.text)
	for _, line := range r.trace {
		b.WriteString(line + "\n")
	}
	return []byte(b.String())
}

// console formats a record as Domino's console.log has what the HTTP task's Java virtual machine prints: each line on its own.
func (r record) console(pid int) []byte {
	head := fmt.Sprintf("[%06d:%06d-%016X] %s   ", pid, 2+r.thread%40, 0x7d9dc0000000+uint64(r.thread)<<12, r.at.Format("01/02/2006 15:04:05"))
	if r.level == "O" && r.class == "console" { // a line of Domino itself
		return []byte(head + r.text + "\n")
	}
	var b strings.Builder
	for _, line := range append([]string{r.text}, r.trace...) {
		if line != "" {
			b.WriteString(head + "HTTP JVM: " + line + "\n")
		}
	}
	return []byte(b.String())
}

// cbe formats a record as a CommonBaseEvent of error-log-0.xml.
func (r record) cbe(n int) []byte {
	level, severity := "SEVERE", 50
	switch r.level {
	case "W":
		level, severity = "WARNING", 30
	case "I", "A":
		level, severity = "INFO", 10
	case "3":
		level, severity = "FINEST", 10
	}
	value := func(name, text string) string {
		return "\t<extendedDataElements name=\"CommonBaseEventLogRecord:" + name + "\" type=\"string\">\n\t\t<values>" + html.EscapeString(text) +
			"</values>\n\t</extendedDataElements>\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<CommonBaseEvent creationTime=\"%s\" globalInstanceId=\"EL7f00010100%020d\" msg=\"%s\" severity=\"%d\" version=\"1.0.1\">\n",
		r.at.Format("2006-01-02T15:04:05.000-07:00"), n, html.EscapeString(r.text), severity)
	b.WriteString("\t<extendedDataElements name=\"CommonBaseEventLogRecord:level\" type=\"noValue\">\n" +
		"\t\t<children name=\"CommonBaseEventLogRecord:name\" type=\"string\">\n\t\t\t<values>" + level + "</values>\n\t\t</children>\n\t</extendedDataElements>\n")
	b.WriteString(value("sourceClassName", r.name()) + value("sourceMethodName", r.method))
	if len(r.trace) > 0 {
		b.WriteString(value("Exception", strings.Join(r.trace, "\n")))
	}
	fmt.Fprintf(&b, "\t<sourceComponentId component=\"Expeditor 6.2\" componentIdType=\"ProductName\" instanceId=\"%d\" location=\"127.0.0.1\" "+
		"locationType=\"IPV4\" subComponent=\"%s\" threadId=\"%d\" componentType=\"http://www.w3.org/2001/XMLSchema-instance\"/>\n",
		r.at.UnixMilli(), html.EscapeString(r.name()), r.thread)
	b.WriteString("\t<situation categoryName=\"ReportSituation\">\n" +
		"\t\t<situationType xmlns:xsi=\"ReportSituation\" reasoningScope=\"INTERNAL\" reportCategory=\"LOG\"/>\n\t</situation>\n</CommonBaseEvent>\n")
	return []byte(b.String())
}

// contexts of the REST API and the pages.
func contexts(p upgrade.Product) (ctx, api string) {
	if p == upgrade.DominoLeap {
		return "volt-apps", "volt-api"
	}
	return "apps", "apps-basic"
}
