package fingerprint

import "testing"

func TestNumbersThatJavaGivesAreNotInANameOfAClassOrFrame(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"com.ibm.form.Step$$Lambda$14/0x0000000840064c40.apply(Unknown Source)", "com.ibm.form.Step$$Lambda$9921/123456789.apply(Unknown Source)", "com.ibm.form.Step$$.apply"},
		{"com.ibm.form.Step$$Lambda/0x00007f0001234.apply(Unknown Source)", "com.ibm.form.Step$$Lambda/0x00007fffab.apply(Unknown Source)", "com.ibm.form.Step$$.apply"},
		{"com.sun.proxy.$Proxy17.get(Unknown Source)", "com.sun.proxy.$Proxy204.get(Unknown Source)", "com.sun.proxy.$Proxy.get"},
		{"jdk.proxy2/jdk.proxy2.$Proxy17.get(Unknown Source)", "jdk.proxy2/jdk.proxy2.$Proxy4.get(Unknown Source)", "jdk.proxy2.$Proxy.get"},
		{"com.ibm.form.Dao$$EnhancerBySpringCGLIB$$5f1ab3c2.find(<generated>)", "com.ibm.form.Dao$$EnhancerBySpringCGLIB$$aa00bb11.find(<generated>)", "com.ibm.form.Dao$$.find"},
		{"com.ibm.form.Dao$$FastClassBySpringCGLIB$$1.invoke(<generated>)", "com.ibm.form.Dao$$FastClassBySpringCGLIB$$99.invoke(<generated>)", "com.ibm.form.Dao$$.invoke"},
		{"com.ibm.form.Dao_$$_jvst4ab_12.find(Dao_$$_jvst4ab_12.java)", "com.ibm.form.Dao_$$_jvstc0d_3.find(Dao.java)", "com.ibm.form.Dao$$.find"},
		{"sun.reflect.GeneratedMethodAccessor12.invoke(Unknown Source)", "sun.reflect.GeneratedMethodAccessor1999.invoke(Unknown Source)", "sun.reflect.GeneratedMethodAccessor.invoke"},
		{"com.ibm.form.Step.lambda$apply$3(Step.java:96)", "com.ibm.form.Step.lambda$apply$11(Step.java:104)", "com.ibm.form.Step.lambda$apply"},
		{"java.base/java.lang.Thread.run(Thread.java:829)", "java.lang.Thread.run(Thread.java:1) ~[?:1.8.0]", "java.lang.Thread.run"},
		{"com.ibm.form.Outer$1.run(Outer.java:5)", "com.ibm.form.Outer$1.run(Outer.java:77)", "com.ibm.form.Outer$1.run"},
	} {
		if a, b := Frame(c.a), Frame(c.b); a != c.want || b != c.want {
			t.Errorf("%q and %q, want %q", a, b, c.want)
		}
	}
}

func TestValuesAreNotInAMessageAndCodesAre(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"Application 4ef795f1-8929-44ab-a7b9-366453cc2401 failed after 812 ms", "Application 00000000-0000-4000-8000-000000000000 failed after 9,312 ms", "Application <id> failed after # ms"},
		{`column "Größe" of 'A, B' is missing`, `column "x" of 'it' is missing`, "column <value> of <value> is missing"},
		{"„Urlaub“ fehlt", "„Reise\" 2“ fehlt", "<value> fehlt"},
		{"DB2 SQL Error: SQLCODE=-204, SQLSTATE=42704, SQLERRMC=DB2.F_FORM1, DRIVER=4.19.26", "DB2 SQL Error: SQLCODE=-204, SQLSTATE=42704, SQLERRMC=LEAP.F_OTHER, DRIVER=4.29.24",
			"DB# SQL Error: SQLCODE=-204, SQLSTATE=42704, SQLERRMC=<value>, DRIVER=#"},
		{"cannot open /opt/HCL/Leap/a.xml", `cannot open C:\HCL\Leap\b.xml`, "cannot open <path>"},
		{"no answer from https://leap.example:9443/apps?x=1", "no answer from http://other/", "no answer from <url>"},
		{"java.util.HashMap@5adb4933 is null", "java.util.HashMap@77 is null", ""},
		{"form F_Form1 of mail@example.com", "form F_Form22 of a.b+c@example.org", "form <form> of <mail>"},
		{"it's broken", "it's broken", "it's broken"},
	} {
		a, b := Message(c.a), Message(c.b)
		if c.want != "" && (a != c.want || b != c.want) {
			t.Errorf("%q and %q, want %q", a, b, c.want)
		}
	}
	for _, pair := range [][2]string{
		{"SQLCODE=-204, SQLSTATE=42704", "SQLCODE=-964, SQLSTATE=57011"}, {"ORA-01034: ORACLE not available", "ORA-01653: unable to extend"},
		{"SQL0964C", "SQL0289N"}, {"status 404", "status 500"}, {"'SQLCODE=-204'", "'SQLCODE=-205'"}, {"DSRA0010E: x", "DSRA0020E: x"},
	} {
		if Message(pair[0]) == Message(pair[1]) {
			t.Errorf("%q and %q are the same", pair[0], pair[1])
		}
	}
	if got := Message("Leave requests (4711) failed", "4711", "Leave requests"); got != "<known> (<known>) failed" {
		t.Errorf("known values: %q", got)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("SQLCODE=-204 'x' \"y /a/b/c 00:11:22:33\x00")
	f.Fuzz(func(t *testing.T, s string) {
		Frame(s)
		Message(s, s)
		Message(Message(s))
	})
}
