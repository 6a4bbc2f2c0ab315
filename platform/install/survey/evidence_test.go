package survey

import (
	"strings"
	"testing"
)

func TestSecretsAreMaskedInLinesOfEveryShape(t *testing.T) {
	for _, line := range []string{
		`<properties user="leap" password="never"/>`,
		`<resourceProperties name="password" type="java.lang.String" value="never"/>`,
		`<resourceProperties value="never" name="dbPwd"/>`,
		`<x password="{xor}never"/>`,
		`<jvmEntries genericJvmArguments="-Djavax.net.ssl.keyStorePassword=never -Xmx1g"/>`,
		`url=jdbc:oracle:thin:scott/never@host:1521:x`,
		`uri = https://user:never@host/apps`,
		`DB_PASSWORD=never`,
		`<variable name="db.password" value="never"/>`,
		`ibm.nitro.smtp.password : never`,
	} {
		if got := Mask(line); strings.Contains(got, "never") || !strings.Contains(got, dots) {
			t.Errorf("%s becomes %s", line, got)
		}
	}
	for _, line := range []string{`<dataSource jndiName="jdbc/BuilderDataSource">`, "extensions = /opt/HCL/Leap/extensions", "https://host:9443/apps"} {
		if Mask(line) != line {
			t.Errorf("%s becomes %s", line, Mask(line))
		}
	}
}

func TestALongLineIsCutBetweenCharacters(t *testing.T) {
	ev := Line("f", 1, strings.Repeat("ü", 1000))
	if len(ev.Text) > maxText+10 || !strings.HasSuffix(ev.Text, "ü …") {
		t.Errorf("%d bytes, %q", len(ev.Text), ev.Text[len(ev.Text)-10:])
	}
}
