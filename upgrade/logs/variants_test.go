package logs

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
)

// readAll gives all records of files as text, one string a record, and the gaps between them.
func readAll(t testing.TB, opts Options, files ...string) (records []string, gaps int) {
	t.Helper()
	src, err := Open(t.Context(), opts, files...)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for r, err := range src.Records(t.Context(), func(m Mark) {
		if m.Kind == MarkGap {
			gaps++
		}
	}) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", r.Stamp, r.Thread, r.Level, r.Logger, r.Class, r.Text, strings.Join(r.Trace, "\n")))
	}
	return records, gaps
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d records, want %d", what, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("%s: record %d is\n%q\nwant\n%q", what, i, got[i], want[i])
		}
	}
}

func sampleLog() (header, body string) {
	g := newGenerator(3)
	header = g.header(99)
	var b strings.Builder
	b.WriteString("[11/23/26 21:00:00:000 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info:com.ibm.form.*=all.\n")
	for range 12 {
		g.record(&b)
	}
	b.WriteString("[11/23/26 21:00:09:000 UTC] 000000a3 SystemErr     R \tat a.b.C(C.java:1)\n\n[not a stamp] but text\n unindented\n")
	for range 3 {
		g.record(&b)
	}
	return header, b.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWritingsOfTheSameLogGiveTheSameRecords(t *testing.T) {
	header, body := sampleLog()
	text := header + body
	want, _ := readAll(t, Options{}, writeTemp(t, "SystemOut.log", text))
	wide := func(big bool, bom string) string {
		out := []byte(bom)
		for _, u := range utf16.Encode([]rune(text)) {
			lo, hi := byte(u), byte(u>>8)
			if big {
				lo, hi = hi, lo
			}
			out = append(out, lo, hi)
		}
		return string(out)
	}
	for name, content := range map[string]string{
		"CRLF":          strings.ReplaceAll(text, "\n", "\r\n"),
		"BOM":           "\xEF\xBB\xBF" + text,
		"no final end":  strings.TrimSuffix(text, "\n"),
		"UTF-16LE":      wide(false, ""),
		"UTF-16BE":      wide(true, ""),
		"UTF-16LE mark": wide(false, "\xFF\xFE"),
		"UTF-16BE mark": wide(true, "\xFE\xFF"),
	} {
		file := writeTemp(t, "SystemOut.log", content)
		got, _ := readAll(t, Options{}, file)
		equal(t, name, got, want)
		s, err := Stats(t.Context(), Options{}, file)
		if err != nil {
			t.Fatal(err)
		}
		if s.Records != int64(len(want)) || s.Bytes != int64(len(content)) {
			t.Errorf("%s: %d records in %d bytes, want %d in %d", name, s.Records, s.Bytes, len(want), len(content))
		}
		compareSlow(t, s, file)
	}
}

func TestACompressedSiblingIsRead(t *testing.T) {
	header, body := sampleLog()
	want, _ := readAll(t, Options{}, writeTemp(t, "SystemOut.log", header+body))
	dir := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(header + body[:1000]))
	must(t, err)
	must(t, z.Close())
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut_26.11.23_21.00.30.log.gz"), packed.Bytes(), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut.log"), []byte(header+body[1000:]), 0o600))
	files, err := Siblings(filepath.Join(dir, "SystemOut.log"))
	must(t, err)
	got, _ := readAll(t, Options{}, files...)
	equal(t, "packed", got, want)
	s, err := Stats(t.Context(), Options{}, files...)
	must(t, err)
	if s.Records != int64(len(want)) {
		t.Errorf("%d records, want %d", s.Records, len(want))
	}
	// A damaged end is a gap, not the end of everything.
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut_26.11.23_21.00.30.log.gz"), packed.Bytes()[:packed.Len()-20], 0o600))
	got, gaps := readAll(t, Options{}, files...)
	if gaps != 1 || len(got) == 0 {
		t.Errorf("%d records and %d gaps", len(got), gaps)
	}
}

func TestSiblingsAreInTheOrderInWhichTheyWereWritten(t *testing.T) {
	for current, files := range map[string][]string{
		"SystemOut.log":   {"SystemOut_25.12.31_23.59.59.log", "SystemOut_26.01.01_00.00.00.log.gz", "SystemOut_26.01.02_10.00.00.log", "SystemOut.log"},
		"messages.log":    {"messages_26.01.01_00.00.00.0.log", "messages_26.01.01_00.00.00.1.log", "messages_26.01.01_00.00.00.10.log", "messages.log"},
		"error-log-0.xml": {"error-log-10.xml", "error-log-2.xml", "error-log-1.xml", "error-log-0.xml"},
		"febEvents.log":   {"febEvents.log.3", "febEvents.log.2.gz", "febEvents.log.1", "febEvents.log"},
		"console.log":     {"console1.log", "console2.log", "console.log"},
		"native_err.log":  {"native_err.log-20260131.gz", "native_err.log-20260201", "native_err.log-20260201-0930", "native_err.log-2026-02-02", "native_err.log"},
		"feb.log":         {"feb.log.2025-12-31", "feb.log.2026-01-01", "feb.log"},
		".log":            {".bak_0.log", ".bak_1.log", ".log"},
	} {
		dir := t.TempDir()
		for _, f := range append([]string{"SystemErr.log", "trace_26.01.01_00.00.00.log", "other.log", "SystemOut.log.owner"}, files...) {
			must(t, os.WriteFile(filepath.Join(dir, f), nil, 0o600))
		}
		got, err := Siblings(filepath.Join(dir, current))
		must(t, err)
		var names []string
		for _, g := range got {
			names = append(names, filepath.Base(g))
		}
		if strings.Join(names, " ") != strings.Join(files, " ") {
			t.Errorf("%v, want %v", names, files)
		}
	}
	if got, err := Siblings(filepath.Join(t.TempDir(), "none", "SystemOut.log")); err != nil || len(got) != 0 {
		t.Errorf("a missing folder gives %v %v", got, err)
	}
}

// TestADayInANameIsNoTimeOfARotation: such a name is written once a day, so what follows late in the next file is no gap.
func TestADayInANameIsNoTimeOfARotation(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"SystemOut.log-20260131": "[1/31/26 21:00:00:000 UTC] 00000001 Demo          E   first\n", "SystemOut.log": "[2/1/26 23:00:00:000 UTC] 00000001 Demo          E   second\n",
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	files, err := Siblings(filepath.Join(dir, "SystemOut.log"))
	must(t, err)
	got, gaps := readAll(t, Options{}, files...)
	s, err := Stats(t.Context(), Options{}, files...)
	must(t, err)
	if len(got) != 2 || !strings.Contains(got[0], "first") || gaps != 0 || len(s.Gaps) != 0 {
		t.Errorf("%q, %d gaps, %d in the statistics", got, gaps, len(s.Gaps))
	}
}

func TestAMissingSiblingIsAGap(t *testing.T) {
	dir := t.TempDir()
	for i, n := range []int{4, 2, 1} {
		must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("febEvents.log.%d", n)),
			[]byte(fmt.Sprintf("builder/app/upgrade,2026-11-23T21:00:0%d.000Z,u,e,uid%d,title,,,ok\n", i, i)), 0o600))
	}
	files, err := Siblings(filepath.Join(dir, "febEvents.log"))
	must(t, err)
	if got, gaps := readAll(t, Options{}, files...); gaps != 1 || len(got) != 3 {
		t.Errorf("%d records %d gaps", len(got), gaps)
	}
	s, err := Stats(t.Context(), Options{}, files...)
	must(t, err)
	if len(s.Gaps) != 1 {
		t.Errorf("gaps %+v", s.Gaps)
	}
	// WebSphere's names have no numbers: a long time between a rotation and the next record is suspicious.
	dir = t.TempDir()
	line := "[11/23/26 21:%02d:00:000 UTC] 00000001 Demo          I   text\n"
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut_26.11.23_21.00.01.log"), []byte(fmt.Sprintf(line, 0)), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut.log"), []byte(fmt.Sprintf(line, 30)), 0o600))
	files, err = Siblings(filepath.Join(dir, "SystemOut.log"))
	must(t, err)
	if _, gaps := readAll(t, Options{}, files...); gaps != 1 {
		t.Errorf("%d gaps", gaps)
	}
}

func TestALineThatAGapCutIsNotJoinedWithAnother(t *testing.T) {
	line := func(n int, text string) string {
		return fmt.Sprintf("[11/23/26 21:00:%02d:000 UTC] 00000001 Demo          I   %s\n", n, text)
	}
	begun := strings.TrimSuffix(line(2, "failed: 4711 "), "\n")
	want := []string{"first", "failed: 4711 ", "last"}
	check := func(what string, texts []string, gaps int) {
		t.Helper()
		if strings.Join(texts, "|") != strings.Join(want, "|") || gaps != 1 {
			t.Errorf("%s: %q and %d gaps", what, texts, gaps)
		}
	}
	var got collector
	a := NewAssembler(Profile{Format: WASBasic, Encoding: "UTF-8"}, &got)
	a.Open("1", 0, 0)
	a.Feed([]byte(line(1, "first") + begun))
	a.Gap("files are missing")
	a.Open("3", 0, 0)
	a.Feed([]byte("the end of another line\n" + line(9, "last")))
	a.Close()
	check("a follower that lost files", got.texts, got.gaps)

	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "trace.log.3"), []byte(line(1, "first")+begun), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "trace.log.1"), []byte("the end of another line\n"+line(9, "last")), 0o600))
	files, err := Siblings(filepath.Join(dir, "trace.log"))
	must(t, err)
	src, err := Open(t.Context(), Options{}, files...)
	must(t, err)
	defer src.Close()
	got = collector{}
	must(t, src.Each(t.Context(), &got))
	check("a rotated file that is not there", got.texts, got.gaps)
	s, err := Stats(t.Context(), Options{}, files...)
	must(t, err)
	compareSlow(t, s, files...)
	if s.Records != 3 || s.Orphans != 1 || len(s.Gaps) != 1 {
		t.Errorf("%d records, %d lines of none, gaps %v", s.Records, s.Orphans, s.Gaps)
	}
}

func TestALogThatIsRotatedWhileItIsOpenedIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "SystemOut.log")
	name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("SystemOut_26.11.23_21.00.%02d.log", n)) }
	line := func(n int) string {
		return fmt.Sprintf("[11/23/26 21:00:%02d:000 UTC] 00000001 Demo          I   record %d of it\n", n, n)
	}
	n, written := 0, ""
	for ; n < 5; n++ { // each file ends and begins within a line
		written += line(n)
		must(t, os.WriteFile(name(n), []byte(written[:len(written)-9]), 0o600))
		written = written[len(written)-9:]
	}
	must(t, os.WriteFile(path, []byte(written), 0o600))
	rolls := 0
	src, err := openLog(t.Context(), Options{}, path, func() {
		if rolls++; rolls > 3 {
			return
		}
		must(t, os.Rename(path, name(n)))
		must(t, os.WriteFile(path, []byte(line(n)), 0o600))
		if rolls == 2 {
			must(t, os.Remove(name(0))) // the server keeps a number of files
		}
		n++
	})
	must(t, err)
	defer src.Close()
	var got collector
	must(t, src.Each(t.Context(), &got))
	var want []string
	for i := 1; i < n; i++ {
		want = append(want, fmt.Sprintf("record %d of it", i))
	}
	if rolls < 4 || strings.Join(got.texts, "|") != strings.Join(want, "|") {
		t.Errorf("after %d rotations: %q, want %q", rolls, got.texts, want)
	}
}

func TestAStrayLineIsReadInTheCodePageOfTheLogsLocaleAndBreaksNoRecord(t *testing.T) {
	banner := strings.Repeat("*", 80) + "\nproduct = WebSphere Application Server 23.0.0.1 (wlp-1.0.72)\nos = Windows Server 2019 (10.0; amd64) (pl_PL)\nprocess = 7@host\n" + strings.Repeat("*", 80) + "\n"
	line := func(n int, text string) string {
		return fmt.Sprintf("[11/23/26 21:00:%02d:000 CET] 00000001 %s I %s\n", n, name60("Demo"), text)
	}
	stray, err := charmap.Windows1250.NewEncoder().String("Składnik śledzenia")
	must(t, err)
	file := writeTemp(t, "messages.log", banner+line(1, strings.Repeat("Serwer został uruchomiony – źródło, błąd, włączony. ", 20))+line(2, stray)+stray+"\n"+line(3, "Größe 起動"))
	src, err := Open(t.Context(), Options{}, file)
	must(t, err)
	defer src.Close()
	if p := src.Profile(); p.Encoding != "UTF-8" || p.Stray != "windows-1250" {
		t.Errorf("%+v", p)
	}
	got, _ := readAll(t, Options{}, file)
	if len(got) != 3 || !strings.HasSuffix(got[1], "|Składnik śledzenia|Składnik śledzenia") || !strings.HasSuffix(got[2], "|Größe 起動|") {
		t.Errorf("%q", got)
	}
	f, err := NewFilter(FilterSpec{Text: "składnik śledzenia", IgnoreCase: true})
	must(t, err)
	n := 0
	for _, err := range Search(t.Context(), src.Parts()[0], f, Wanted{}) {
		must(t, err)
		n++
	}
	if n != 1 {
		t.Errorf("%d records are found by a stray text", n)
	}
}

// collector keeps the texts of records, and counts gaps.
type collector struct {
	texts []string
	gaps  int
}

func (c *collector) Record(r *Record) bool { c.texts = append(c.texts, r.Text); return true }

func (c *collector) Mark(m Mark) bool {
	if m.Kind == MarkGap {
		c.gaps++
	}
	return true
}

func TestTheLostRestOfALineIsAGap(t *testing.T) {
	line := "[11/23/26 21:%02d:00:000 UTC] 00000001 Demo          I   text\n"
	head := func(pid int) string { return newGenerator(1).header(pid) }
	for _, c := range []struct {
		name, current string
		pid, gaps     int
	}{{"rotated, the rest is in a file that is gone", "SystemOut", 7, 1}, {"the server was killed and started again", "SystemOut", 8, 0}, {"Liberty ends with whole lines", "messages", 7, 0}} {
		dir := t.TempDir()
		first, second := head(7)+fmt.Sprintf(line, 0)+strings.TrimSuffix(fmt.Sprintf(line, 0), "ext\n"), head(c.pid)+fmt.Sprintf(line, 1)
		if c.current == "messages" {
			wide := strings.Replace(line, "Demo         ", name60("Demo"), 1)
			first, second = fmt.Sprintf(wide, 0)+strings.TrimSuffix(fmt.Sprintf(wide, 0), "ext\n"), fmt.Sprintf(wide, 1)
		}
		must(t, os.WriteFile(filepath.Join(dir, c.current+"_26.11.23_21.00.01.log"), []byte(first), 0o600))
		must(t, os.WriteFile(filepath.Join(dir, c.current+".log"), []byte(second), 0o600))
		files, err := Siblings(filepath.Join(dir, c.current+".log"))
		must(t, err)
		got, gaps := readAll(t, Options{}, files...)
		s, err := Stats(t.Context(), Options{}, files...)
		must(t, err)
		if gaps != c.gaps || len(s.Gaps) != c.gaps || len(got) != 3 {
			t.Errorf("%s: %d gaps in the records, %d in the counts, %d records", c.name, gaps, len(s.Gaps), len(got))
		}
		compareSlow(t, s, files...)
	}
}

func TestASiblingThatZstdCompressedIsRead(t *testing.T) {
	header, text := sampleLog()
	want, _ := readAll(t, Options{}, writeTemp(t, "SystemOut.log", header+text))
	dir := t.TempDir()
	z, err := zstd.NewWriter(nil)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut_26.11.23_21.00.30.log.zst"), z.EncodeAll([]byte(header+text[:1000]), nil), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "SystemOut.log"), []byte(header+text[1000:]), 0o600))
	files, err := Siblings(filepath.Join(dir, "SystemOut.log"))
	must(t, err)
	got, gaps := readAll(t, Options{}, files...)
	equal(t, "packed", got, want)
	if len(files) != 2 || gaps != 0 {
		t.Errorf("%v, %d gaps", files, gaps)
	}
}

func TestAHugeLineAndZerosDoNoHarm(t *testing.T) {
	record := "[11/23/26 21:00:00:000 UTC] 00000001 Demo          I   text\n"
	huge := strings.Repeat("x", 100<<20)
	file := writeTemp(t, "SystemOut.log", record+huge+"\n"+strings.Repeat("\x00", 5000)+"\n"+record+strings.TrimSpace(record)+huge)
	s, err := Stats(t.Context(), Options{}, file)
	must(t, err)
	if s.Records != 3 || s.Lines != 5 {
		t.Errorf("%d records %d lines", s.Records, s.Lines)
	}
	src, err := Open(t.Context(), Options{}, file)
	must(t, err)
	defer src.Close()
	var got []*Record
	for r, err := range src.Records(t.Context(), nil) {
		must(t, err)
		got = append(got, r)
	}
	if len(got) != 3 || !got[0].Truncated || got[1].Truncated || !got[2].Truncated || got[0].Lines != 3 {
		t.Errorf("%d records", len(got))
	}
	if n := got[0].Bytes; n != int64(len(record)+len(huge)+1+5001) {
		t.Errorf("the record is %d bytes long", n)
	}
}

func FuzzRecords(f *testing.F) {
	header, body := sampleLog()
	f.Add([]byte(header + body[:600]))
	f.Add([]byte("<CommonBaseEvent creationTime=\"2008\" msg=\"a\nb\"/><CommonBaseEvent msg='x' severity=\"50\">"))
	f.Add([]byte("!SESSION 2015-04-24 09:20:02.450\n!ENTRY a 4 0 2015-04-24 09:20:02.450\n!MESSAGE m\n!STACK 0\njava.lang.X: y\n"))
	f.Add([]byte("{\"type\":\"liberty_message\",\"message\":\"a\\nb\",\"loglevel\":\"E\"}\n"))
	f.Add([]byte("[0DB4:000E-0F14] 23.06.2017 11:35:32   HTTP JVM: text\n> 08.02.2008 15:47:45   x\n"))
	f.Add([]byte("builder/app/upgrade,2026-11-23T21:00:00Z,u,e,i,t,f,r,ok\n"))
	f.Add([]byte(strings.Repeat("*", 80) + "\nproduct = x\n" + strings.Repeat("*", 80) + "\n"))
	f.Add([]byte("\xff\xfe[\x001\x00\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := writeTemp(t, "SystemOut.log", string(data))
		src, err := Open(t.Context(), Options{Join: true}, file)
		if err != nil {
			return
		}
		defer src.Close()
		for r, err := range src.Records(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Offset < 0 || r.Offset >= int64(len(data)) || r.Line < 1 || r.Bytes < 1 {
				t.Fatalf("%+v", r)
			}
		}
		s, err := Stats(t.Context(), Options{}, file)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := src.streams[0].countSlowly(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Records != slow.Records || s.Lines != slow.Lines || s.Bytes != slow.Bytes {
			t.Fatalf("fast %d records %d lines %d bytes, slow %d %d %d", s.Records, s.Lines, s.Bytes, slow.Records, slow.Lines, slow.Bytes)
		}
	})
}
