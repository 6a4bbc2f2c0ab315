package liberty

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
)

// serverOf reads the configuration of a server whose files are given.
func serverOf(t testing.TB, files map[string]string) (*config, *survey.Survey) {
	t.Helper()
	placed := map[string]string{}
	for name, text := range files {
		placed["wlp/usr/servers/s/"+name] = text
	}
	dir := installtest.Tree(t, placed)
	root, err := rootfs.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &survey.Survey{Root: root}
	at := dir + "/wlp/usr/servers/s"
	return read(s, place{at, at + "/server.xml", "s"}), s
}

func TestFilesTakeEffectInLibertysOrder(t *testing.T) {
	c, s := serverOf(t, map[string]string{
		"server.xml": `<server><logging a="main" b="main" c="main" d="main"/><include location="inc/one.xml"/><include location="${where}/" />
<include location="gone.xml"/><include location="gone.xml" optional="true"/><include location="https://h/x.xml"/><logging b="after"/>
<include location="replace.xml" onConflict="replace"/><include location="ignore.xml" onConflict="IGNORE"/><dataSource id="x" v="main"/></server>`,
		"inc/one.xml":                   `<server><logging a="included" b="included"/><include location="../server.xml"/><include location="two.xml"/></server>`,
		"inc/two.xml":                   `<server><variable name="two" value="2"/></server>`,
		"dir/b.xml":                     `<server><logging c="b"/></server>`,
		"dir/A.xml":                     `<server><logging c="a"/></server>`,
		"dir/note.txt":                  `nothing`,
		"replace.xml":                   `<server><keyStore id="k" v="replaced"/></server>`,
		"ignore.xml":                    `<server><logging a="ignored"/><newOne v="kept"/></server>`,
		"configDropins/overrides/z.xml": `<server><logging d="override"/></server>`,
		"configDropins/defaults/a.xml":  `<server><logging d="default" e="default"/></server>`,
		"bootstrap.properties":          "where=dir\nbootstrap.include=more.properties\n",
		"more.properties":               "more=yes\nwhere=elsewhere\n",
	})
	for name, want := range map[string]string{"a": "included", "b": "after", "c": "b", "d": "override", "e": "default"} {
		if got, _ := c.attr("logging", name); got.text != want {
			t.Errorf("logging %s: %q, want %q", name, got.text, want)
		}
	}
	if c.expand("${two} ${more}") != "2 yes" || len(c.all("newOne")) != 1 {
		t.Errorf("%q", c.expand("${two} ${more}"))
	}
	if notes := strings.Join(s.Notes, "\n"); strings.Count(notes, "gone.xml") != 1 || !strings.Contains(notes, "https://h/x.xml") {
		t.Errorf("%q", s.Notes)
	}
}

func TestVariablesComeFromAllTheirPlaces(t *testing.T) {
	c, _ := serverOf(t, map[string]string{
		"server.xml": `<server><variable name="a" defaultValue="default"/><variable name="b" value="value" defaultValue="default"/><variable name="c" defaultValue="x"/>
<variable name="circle" value="${circle}${circle}"/></server>`,
		"server.env":                "# c\nDB_HOST = h1\nDB_PORT=\"50000\"\nmy_name=n\n",
		"bootstrap.properties":      "c=boot\n",
		"variables/from.file":       "content\n",
		"variables/more.properties": "p=q\n",
	})
	for text, want := range map[string]string{"${a} ${b} ${c}": "default value boot", "${env.DB_HOST}:${env.DB_PORT}": "h1:50000", "${DB_HOST} ${db.host} ${my.name}": "h1 h1 n",
		"${from.file} ${p}": "content q", "${unknown} ${env.NO}": "${unknown} ${env.NO}", "${wlp.server.name}": "s", "${open": "${open"} {
		if got := c.expand(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if len(c.expand("${circle}")) > 1<<20 {
		t.Error("a circle grew without end")
	}
}

func FuzzServerXML(f *testing.F) {
	for _, s := range []string{"<server/>", `<server><include location="."/><include location="server.xml"/></server>`, "<server><variable/></server>",
		`<server><dataSource jndiName="jdbc/BuilderDataSource"><properties URL="jdbc:"/></dataSource></server>`, "<server", "\x00"} {
		f.Add(s, "a=b\n", "X=1")
	}
	f.Fuzz(func(t *testing.T, xml, bootstrap, env string) {
		c, s := serverOf(t, map[string]string{"server.xml": xml, "bootstrap.properties": bootstrap, "server.env": env})
		_ = c.expand("${a} ${env.X}")
		found, err := (&Finder{s: s, servers: []place{{c.dir, c.dir + "/server.xml", "s"}}}).Describe(t.Context(), true)
		if err != nil || len(found) != 1 {
			t.Fatalf("%d described, %v", len(found), err)
		}
	})
}
