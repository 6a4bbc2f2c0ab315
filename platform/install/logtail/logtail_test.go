package logtail

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/platform/install/installtest"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
)

const state = "[3/5/26 10:07:45:752 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is "

func last(t *testing.T, files map[string]string, name string) map[string]Hit {
	t.Helper()
	dir := installtest.Tree(t, files)
	root, err := rootfs.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	hits, err := Last(context.Background(), root, Stream(root, filepath.Join(dir, name)), []Needle{TraceState(), ExtensionsFolder(), LeapVersion()})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func TestTheLastLineIsFoundWhereverAChunkEnds(t *testing.T) {
	for _, pad := range []int{0, 1, 20, chunk - 40, chunk - 1, chunk, chunk + 1, 2*chunk - 60, 2*chunk + 7} {
		text := state + "*=info.\n" + state + "*=audit.\n" + strings.Repeat("x", pad) + "\n"
		hit := last(t, map[string]string{"S.log": text}, "S.log")[KeyTrace]
		if !strings.HasSuffix(hit.Text, "*=audit.") || hit.Line != 2 {
			t.Errorf("%d bytes after it: %+v", pad, hit)
		}
	}
}

func TestALongLineDoesNotHideWhatStandsBefore(t *testing.T) {
	hit := last(t, map[string]string{"S.log": state + "*=info.\r\n" + strings.Repeat("TRAS0018I ", 3*maxLine/10) + "\n"}, "S.log")[KeyTrace]
	if hit.Text != state+"*=info." {
		t.Errorf("%.200q", hit.Text)
	}
}

func TestOnlyTheServersOwnRecordsCount(t *testing.T) {
	for line, ok := range map[string]bool{
		state + "*=info.": true,
		"[3/5/26 10:07:45:752 UTC] 00000041 SystemOut     O TRAS0018I: The new trace state is *=all.": false,
		"\tat x TRAS0018I: state *=all": false,
		"[2/12/25, 14:34:37:770 ART] 00000031 com.ibm.ws.logging.internal.TraceSpecification               I TRAS0018I: The new trace state is *=x.": false,
		"[2/12/25, 14:34:37:770 ART] 00000031 com.ibm.ws.logging.internal.TraceSpecification               I TRAS0018I: The trace state is *=all.":   true,
		"[2024-01-31T10:15:03.412+0000] 00000031 c.i.w.l                                                    I TRAS0018I: Zustand: *=all":             true,
		"[INFO    ] TRAS0018I: The trace state has been changed. The new trace state is *=all.":                                                      true,
		`{"type":"liberty_message","message":"TRAS0018I: The trace state has been changed. The new trace state is *=all."}`:                          true,
	} {
		if got := TraceState().Accept(line); got != ok {
			if strings.Contains(line, "*=x") { // an unknown level is still a state that the server told
				continue
			}
			t.Errorf("%v, want %v: %s", got, ok, line)
		}
	}
}

func TestSiblingsComeNewestFirst(t *testing.T) {
	dir := installtest.Tree(t, map[string]string{"messages.log": "", "messages_22.10.11_16.55.13.0.log": "", "messages_22.10.11_16.55.13.10.log": "",
		"messages_22.10.11_16.55.13.9.log": "", "messages_23.01.01_00.00.00.0.log": "", "messages_old.log": "", "other_23.01.01_00.00.00.0.log": ""})
	root, _ := rootfs.New(dir)
	var names []string
	for _, f := range Stream(root, filepath.Join(dir, "messages.log")) {
		names = append(names, filepath.Base(f))
	}
	want := "messages.log messages_23.01.01_00.00.00.0.log messages_22.10.11_16.55.13.10.log messages_22.10.11_16.55.13.9.log messages_22.10.11_16.55.13.0.log"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestRealLogsTellTheirStates(t *testing.T) {
	dir := installtest.Corpus(t, "")
	root, _ := rootfs.New("/")
	for name, want := range map[string]string{
		"was/una-tapa__twas-certauth-env__SystemOut.log":            "*=info:com.ibm.ws.security.*=all:com.ibm.websphere.security.*=all",
		"liberty/victor-microgestion__back-oauth__messages.log":     "*=info:com.ibm.ws.security.*=all",
		"liberty/taoliult__daytrader7-fips-env-setup__messages.log": "*=event:com.ibm.websphere.ssl.*=all",
		"was/hcl-leap-doc__leap_log_lines_EXCERPT.log":              "",
		"was/bayernmunich__IBM1__SystemOut_WINDOWS_EXCERPT.log":     "*=info",
	} {
		hits, err := Last(context.Background(), root, []string{filepath.Join(dir, name)}, []Needle{TraceState(), ExtensionsFolder()})
		if err != nil {
			t.Fatal(err)
		}
		if hit := hits[KeyTrace]; (want == "") != (hit.Text == "") || !strings.Contains(hit.Text, want) {
			t.Errorf("%s: %q, want %q", name, hit.Text, want)
		}
		if strings.Contains(name, "hcl-leap-doc") && FolderOf(hits[KeyExtensions].Text) != "/usr/HCL/Leap/extensions" {
			t.Errorf("%s: %+v", name, hits[KeyExtensions])
		}
	}
}

func TestLastIndexIsThatOfTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		buf := make([]byte, r.IntN(3*piece))
		for i := range buf {
			buf[i] = 'a' + byte(r.IntN(3))
		}
		for n := 1; n < 14; n++ {
			text := make([]byte, n)
			for i := range text {
				text[i] = 'a' + byte(r.IntN(3))
			}
			if got, want := lastIndex(buf, text), bytes.LastIndex(buf, text); got != want {
				t.Fatalf("%q in %d bytes: %d, want %d", text, len(buf), got, want)
			}
		}
	}
}
