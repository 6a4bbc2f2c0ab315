package logs

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheChainOfATraceIsRead(t *testing.T) {
	for _, c := range []struct{ name, text, trace, want string }{
		{"nested three deep, with the frames that are the same left out", "", "a.OuterException: o\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\nCaused by: a.MiddleException: m\n\tat x.Y.z(Y.java:3)\n\t... 2 more\nCaused by: java.lang.Error\n\tat x.Y.q(Y.java:9)\n\t... 3 more",
			"a.OuterException: o(2+0) <- a.MiddleException: m(1+2) <- java.lang.Error(1+3)"},
		{"what was suppressed is no cause", "", "a.OuterException: o\n\tat a.B.c(B.java:1)\n\tSuppressed: a.ClosedException: s\n\t\tat a.R.close(R.java:1)\n\t\t... 1 more\n\tCaused by: a.DeepException: of what was suppressed\n\t\tat a.R.x(R.java:2)\nCaused by: a.RealException: r\n\tat a.B.e(B.java:4)\n\t... 1 more",
			"a.OuterException: o(1+0) <- a.RealException: r(1+1)"},
		{"a circle ends", "", "a.OuterException: o\n\tat a.B.c(B.java:1)\nCaused by: a.InnerException: i\n\tat a.B.d(B.java:2)\n\t[CIRCULAR REFERENCE:a.OuterException: o]",
			"a.OuterException: o(1+0) <- a.InnerException: i(1+0)"},
		{"a circle as newer Javas write it", "", "a.OuterException: o\n\tat a.B.c(B.java:1)\nCaused by: a.InnerException: i\n\tat a.B.d(B.java:2)\nCaused by: [CIRCULAR REFERENCE: a.OuterException: o]",
			"a.OuterException: o(1+0) <- a.InnerException: i(1+0)"},
		{"the root first", "", "a.RootException: r\n\tat a.B.c(B.java:1)\nWrapped by: a.MiddleException: m\n\tat a.B.d(B.java:2)\nWrapped by: a.OuterException: o\n\tat a.B.e(B.java:3)",
			"a.OuterException: o(1+0) <- a.MiddleException: m(1+0) <- a.RootException: r(1+0)"},
		{"WebSphere's nested throwables", "DSRA8203I: Database product name", "java.sql.SQLException: outer DSRA0010E: SQL State = 08001, Error Code = -4,499\n\tat a.B.c(B.java:1)\n---- Begin backtrace for Nested Throwables\njava.sql.SQLException: nested\n\tat a.B.d(B.java:2)\n\tat a.B.e(B.java:2)",
			"java.sql.SQLException: outer DSRA0010E: SQL State = 08001, Error Code = -4,499(1+0) <- java.sql.SQLException: nested(2+0)"},
		{"an archive's nested exception", "a.OpenFailureException: IWAE0037E Could not open x.war", "Stack trace of nested exception:\n\ta.IOException: no file\n\tat a.B.c(B.java:1)",
			"a.OpenFailureException: IWAE0037E Could not open x.war(0+0) <- a.IOException: no file(1+0)"},
		{"the next exception of a batch", "", "java.sql.BatchUpdateException: batch\n\tat a.B.c(B.java:1)\nNext exception: com.ibm.db2.jcc.am.SqlException: SQLCODE=-803\n\tat a.B.d(B.java:1)",
			"java.sql.BatchUpdateException: batch(1+0) <- com.ibm.db2.jcc.am.SqlException: SQLCODE=-803(1+0)"},
		{"an exception after 33 spaces, with what Liberty leaves out", "", strings.Repeat(" ", 33) + "a.OuterException: o\n\tat [internal classes]\n\tat java.base/java.lang.Thread.run(Unknown Source)\n\tat a.B.c(B.java:1) ~[b.jar:1.0]",
			"a.OuterException: o(3+0)"},
		{"a message over several lines", "", "a.OuterException: first\nsecond\n third\n\tat a.B.c(B.java:1)", "a.OuterException: first\nsecond\n third(1+0)"},
		{"what a program writes after the last line of a trace", "", "a.OuterException: o\n\tat a.B.c(B.java:1)\nCaused by: a.InnerException: i\n\t... 1 more\nSettings: {x=1}",
			"a.OuterException: o(1+0) <- a.InnerException: i(0+1)"},
		{"a parser's exception", "", "org.xml.sax.SAXParseException; lineNumber: 3; columnNumber: 7; no content\n\tat a.B.c(B.java:1)",
			"org.xml.sax.SAXParseException: lineNumber: 3; columnNumber: 7; no content(1+0)"},
		{"another thread's", "", "Exception in thread \"Default : 3\" java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)", "java.lang.OutOfMemoryError: Java heap space(1+0)"},
		{"one that could not be initialised", "", "java.lang.NoClassDefFoundError: a.B (initialization failure)\n\tat a.B.c(B.java:1)\nCaused by: java.lang.ClassNotFoundException: a.C\n\t... 17 common frames omitted",
			"java.lang.NoClassDefFoundError: a.B (initialization failure)(1+0) <- java.lang.ClassNotFoundException: a.C(0+17)"},
		{"the text tells it and the trace again", "CWWKZ0002E: An exception occurred: java.lang.IllegalStateException: x", "java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)", "java.lang.IllegalStateException: x(1+0)"},
		{"no exception", "WSVR0001I: Server server1 open for e-business", "", ""},
	} {
		var got []string
		for _, e := range causesOf(c.text, strings.Split(c.trace, "\n")) {
			got = append(got, fmt.Sprintf("%s(%d+%d)", e, len(e.Frames), e.Omitted))
		}
		if text := strings.Join(got, " <- "); text != c.want {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, text, c.want)
		}
	}
}

func FuzzCauses(f *testing.F) {
	f.Add("a.XException: y", "\tat a.B.c(B.java:1)\nCaused by: z.Y\n\t... 3 more\nWrapped by: q.RException\n\tSuppressed: x.Y: z")
	f.Fuzz(func(t *testing.T, text, trace string) {
		for _, e := range causesOf(text, strings.Split(trace, "\n")) {
			if e.Omitted < 0 && !strings.Contains(trace, "... -") {
				t.Fatalf("%+v", e)
			}
		}
	})
}
