package offline

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

func TestThePageIsASCIIAndRunsNothingOfWhatIsWrittenOnIt(t *testing.T) {
	p := Page{Title: "Grüße <script>", Text: "Line one\nstill one.\n\nTwo: 维护 😀", Mark: "abc", Until: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
	page, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range page {
		if b >= 0x80 {
			t.Fatal("the page is not ASCII")
		}
	}
	for _, want := range []string{"<p>Line one still one.</p>", "&#32500;", "2026-11-23 06:00 UTC", `content="abc"`, "Gr&#252;&#223;e &lt;script&gt;"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if strings.Contains(string(page), "<script>") || strings.Contains(string(page), "http://") || strings.Contains(string(page), "https://") {
		t.Error("the page runs or loads something")
	}
	text, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(text, &back); err != nil || back["message"] != "Line one still one. Two: 维护 😀" || back["retry_after_seconds"] != 600.0 {
		t.Errorf("%s %v", text, err)
	}
}

func TestAPageThatNoWebServerCouldHoldIsRefused(t *testing.T) {
	for name, p := range map[string]Page{"long": {Text: strings.Repeat("x", maxText+1)}, "control": {Title: "a\x00b"}, "bytes": {Contact: "\xff"}} {
		if upgrade.KindOf(p.Check()) != upgrade.KindUsage {
			t.Errorf("%s: %v", name, p.Check())
		}
	}
	if err := (Page{Text: strings.Repeat("维", maxText)}).Check(); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatWouldBreakOutOfItsQuotesIsRefused(t *testing.T) {
	for _, at := range []string{"/a\"b", "/a\nb", "/a;b", "/a/../b", "/a$b"} {
		if _, err := Files(Page{}, upgrade.Leap, at); upgrade.KindOf(err) != upgrade.KindUsage {
			t.Errorf("%q: %v", at, err)
		}
	}
	files, err := Files(Page{}, upgrade.DominoLeap, `C:\HCL\page`, IHS)
	if err != nil || len(files) != 3 || !strings.Contains(string(files[2].Data), `"C:/HCL/page/page.html"`) || !strings.Contains(string(files[2].Data), "^/(volt-apps|volt-api)(/|$)") {
		t.Errorf("%v %s", err, files[len(files)-1].Data)
	}
}

// The longest page there can be still fits HAProxy's buffer of 16 KB and nginx's parameters.
func TestTheLongestPageFitsTheBuffersOfWebServers(t *testing.T) {
	p := Page{Title: strings.Repeat("维", maxTitle), Text: strings.Repeat("😀", maxText), Contact: strings.Repeat("'", maxLine), Mark: "0123456789abcdef"}
	files, err := Files(p, upgrade.Leap, "/at")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files[:2] {
		if len(f.Data) > 15<<10 {
			t.Errorf("%s has %d bytes", f.Name, len(f.Data))
		}
	}
	for _, f := range files {
		if f.Name == "nginx.conf" {
			for _, line := range strings.Split(string(f.Data), "\n") {
				if len(line) > 4000 {
					t.Errorf("a line of nginx.conf has %d bytes", len(line))
				}
			}
		}
	}
}
