package settings

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

const optionKey = "jvm-option.fsp.extensions.dirs"

func withArguments(args string) string {
	return strings.Replace(wasText, "</process:Server>", `  <processDefinitions><jvmEntries genericJvmArguments="`+args+`" maximumHeapSize="2048"/></processDefinitions>
</process:Server>`, 1)
}

func planned(t *testing.T, text string, e upgrade.Edit) string {
	t.Helper()
	m := &memFiles{files: map[string][]byte{serverTo: []byte(text)}}
	e.File = serverTo
	p := plan(t, m, e)
	return string(p.Files[0].after)
}

func TestOneJVMOptionIsChangedAmongTheOthers(t *testing.T) {
	for _, c := range []struct{ args, value, want string }{
		{"", "/opt/x", "-Dfsp.extensions.dirs=/opt/x"},
		{"-Xgcpolicy:gencon -Da=b", "/opt/x", "-Xgcpolicy:gencon -Da=b -Dfsp.extensions.dirs=/opt/x"},
		{"-Da=1  -Dfsp.extensions.dirs=/old  -Db=2", "/opt/x,/opt/y", "-Da=1  -Dfsp.extensions.dirs=/opt/x,/opt/y  -Db=2"},
		{"-Dfsp.extensions.dirs=&quot;C:/a b&quot; -Db=2", "D:/c d", "-Dfsp.extensions.dirs=&quot;D:/c d&quot; -Db=2"},
		{"-Dfsp.extensions.dirs=/1 -Dfsp.extensions.dirs=/2", "/3", "-Dfsp.extensions.dirs=/1 -Dfsp.extensions.dirs=/3"},
	} {
		got := planned(t, withArguments(c.args), upgrade.Edit{Op: upgrade.EditSet, Key: optionKey, Value: c.value})
		if want := withArguments(c.want); got != want {
			t.Errorf("%s\n%s", got, want)
		}
		m := &memFiles{files: map[string][]byte{serverTo: []byte(got)}}
		found, err := Reader{m}.Find(t.Context(), serverTo, optionKey)
		if err != nil || len(found) != 1 || found[0].Value != c.value {
			t.Errorf("%s: reads back as %v, %v", c.args, found, err)
		}
	}
}

func TestOneJVMOptionIsTakenOut(t *testing.T) {
	for args, want := range map[string]string{"-Da=1 -Dfsp.extensions.dirs=/old -Db=2": "-Da=1 -Db=2", "-Dfsp.extensions.dirs=/old": "", "-Da=1": "-Da=1"} {
		if got := planned(t, withArguments(args), upgrade.Edit{Op: upgrade.EditUnset, Key: optionKey}); got != withArguments(want) {
			t.Errorf("%s: %s", args, got)
		}
	}
}

func TestAnOptionThatWouldBreakTheLineOfArgumentsIsRefused(t *testing.T) {
	m := &memFiles{files: map[string][]byte{serverTo: []byte(withArguments("-Da=1"))}}
	for _, e := range []upgrade.Edit{{Key: optionKey, Value: `a" -Dx="b`}, {Key: "jvm-option.a b", Value: "1"}, {Key: optionKey, Value: "a\nb"}} {
		e.File, e.Op = serverTo, upgrade.EditSet
		if _, err := MakePlan(t.Context(), m, "", e); faultCode(err) != "SB-5007" {
			t.Errorf("%q=%q: %v", e.Key, e.Value, err)
		}
	}
}

func TestClearNamesMeanTheSettingsOfEachServer(t *testing.T) {
	for file, c := range map[string]struct{ text, name, want string }{
		"/was/server.xml":                {withArguments(""), "trace-specification", "*=all"},
		"/was/b/server.xml":              {withArguments(""), "heap-maximum-mb", "2048"},
		"/wlp/server.xml":                {`<server><logging traceSpecification="*=info" maxFiles="5"/></server>`, "messages.rollover-files", "5"},
		"/wlp/bootstrap.properties":      {"com.ibm.ws.logging.trace.specification=*=fine\n", "trace-specification", "*=fine"},
		"/.config/rcpinstall.properties": {"com.ibm.form.nitro.level=FINEST\n", "trace.leap", "FINEST"},
		"/local/notesdata/notes.ini":     {"[Notes]\nHTTPJVMMAXHEAPSIZE=2048M\n", "heap-maximum", "2048M"},
	} {
		m := &memFiles{files: map[string][]byte{file: []byte(c.text)}}
		found, err := Reader{m}.Find(t.Context(), file, c.name)
		if err != nil || len(found) != 1 || found[0].Value != c.want {
			t.Errorf("%s %s: %v, %v", file, c.name, found, err)
		}
		all, err := Reader{m}.All(t.Context(), file)
		named := 0
		for _, s := range all {
			if s.Name == c.name {
				named++
			}
		}
		if err != nil || named != 1 {
			t.Errorf("%s: %d settings are called %s, %v", file, named, c.name, err)
		}
		p := plan(t, m, upgrade.Edit{File: file, Op: upgrade.EditSet, Key: c.name, Value: "7"})
		if got, want := string(p.Files[0].after), strings.Replace(c.text, c.want, "7", 1); got != want {
			t.Errorf("%s: %s", file, got)
		}
	}
}

func TestClearNamesAreThoseOfRealConfiguration(t *testing.T) {
	found := 0
	for name, data := range corpusFiles(t, "config/*server*.xml") {
		doc, err := ParseXML(name, data)
		if err != nil {
			continue
		}
		for _, n := range Names(name, doc) {
			if s, err := doc.Find(n.Key); err == nil && len(s) > 0 {
				found++
				edited, err := ParseXML(name, data)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := edited.Set(n.Key, "9"); err != nil && faultCode(err) != "SB-5005" {
					t.Errorf("%s %s: %v", name, n.Name, err)
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d clear names met a real setting", found)
	}
}
