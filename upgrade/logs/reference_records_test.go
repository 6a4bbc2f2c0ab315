package logs

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// refRecord is a record as the reference reads it: its lines as they stand, without their ends.
type refRecord struct {
	line  int // from 1
	lines []string
}

// referenceRecords reads a text slowly: it splits it into lines, leaves out header blocks, and begins a record at each line that the one expression of the
// format matches.
func referenceRecords(format Format, text string) (records []refRecord) {
	re, inHeader := referenceBegins[format], false
	for i, line := range strings.SplitAfter(text, "\n") {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		switch {
		case strings.HasPrefix(line, "************ Start Display Current Environment ****"):
			inHeader = true
		case strings.HasPrefix(line, "************* End Display Current Environment ****"):
			inHeader = false
		case inHeader:
		case re.MatchString(line):
			records = append(records, refRecord{i + 1, []string{line}})
		case len(records) > 0:
			last := &records[len(records)-1]
			last.lines = append(last.lines, line)
		}
	}
	for i := range records {
		for n := len(records[i].lines); n > 1 && strings.TrimSpace(records[i].lines[n-1]) == ""; n-- {
			records[i].lines = records[i].lines[:n-1]
		}
	}
	return records
}

// compareWithReference reads files as one log and compares every record with what the reference reads in the whole text.
func compareWithReference(t *testing.T, what string, format Format, text string, files ...string) {
	t.Helper()
	want := referenceRecords(format, text)
	src, err := Open(t.Context(), Options{}, files...)
	must(t, err)
	defer src.Close()
	if f := src.Profile().Format; f != format {
		t.Errorf("%s: taken for %s", what, f)
		return
	}
	n := 0
	for r, err := range src.Records(t.Context(), nil) {
		must(t, err)
		if n >= len(want) {
			t.Errorf("%s: more than %d records", what, len(want))
			return
		}
		w := want[n]
		n++
		got := strings.Join(append([]string{r.Stamp, r.Level, r.Text}, r.Trace...), "\n")
		first := w.lines[0]
		if !strings.Contains(first, r.Stamp) || !strings.HasSuffix(first, r.Text) || strings.Join(r.Trace, "\n") != strings.Join(w.lines[1:], "\n") {
			t.Errorf("%s: record %d is\n%q\nwant\n%q", what, n, got, w.lines)
			return
		}
		if len(files) == 1 && r.Line != int64(w.line) {
			t.Errorf("%s: record %d begins at line %d, want %d", what, n, r.Line, w.line)
		}
	}
	if n != len(want) {
		t.Errorf("%s: %d records, want %d", what, n, len(want))
	}
}

// stampShapes are the shapes in which servers of the world write the time; each is one moment of a minute.
var stampShapes = []string{
	"5/21/14 22:51:%02d:095 PDT", "17/04/14 13:49:%02d:503 EDT", "21.05.14 22:51:%02d:095 MESZ", "2/12/25, 14:34:%02d:224 ART", "24.10.2022, 23:13:%02d:517 CEST",
	"2022-06-09, 13:03:%02d:918 PDT", "2024-01-31T10:15:%02d.412+0000", "15-11-3 0:07:%02d:003 GMT+08:00", "18/03/24 16:30:%02d:662 JST", "24. 10. 2022 8:13:%02d:517 CEST",
	"13:03:%02d:918 ICT, 29/06/2022", "29.6.2022 klo 13.03.%02d:918 EEST", "29/06/22 13.03.%02d:918 CEST", "2022. 06. 29. 13:03:%02d:918 CEST", "22. 6. 29.   13:03:%02d:918 KST",
}

// body writes a log of a format with a shape of stamps: interleaved threads, traces, blank lines, lines that look like records and are none, other scripts.
func body(format Format, shape string, rnd *rand.Rand) string {
	var b strings.Builder
	for i := range 30 {
		at, thread := fmt.Sprintf(shape, i+10), fmt.Sprintf("%08x", 0xa0+rnd.IntN(3))
		level := string("FEWAICDOR123<>Z"[rnd.IntN(15)])
		text := []string{"", "plain text", "Größe geändert", "サーバー起動", "CWWKE0001I: up", "[not a stamp] text", strings.Repeat("long ", 200)}[rnd.IntN(7)]
		switch format {
		case Liberty:
			fmt.Fprintf(&b, "[%s] %s %s %s %s\n", at, thread, name60("com.example.Logger"), level, text)
		case LibertyTrace:
			fmt.Fprintf(&b, "[%s] %s id=%08x %s %s %s\n", at, thread, i, name60("com.example.Logger"), level, text)
		default:
			fmt.Fprintf(&b, "[%s] %s %-13s %s   %s\n", at, thread, "Logger", level, text)
		}
		for range rnd.IntN(4) {
			b.WriteString([]string{"\tat a.B.c(B.java:1)\n", "\n", strings.Repeat(" ", 33) + "a.b.XException: x\n", "[" + at + "] no thread\n", "[" + at + "\n", "Caused by: a.b.Y\n", "   \n", "***\n"}[rnd.IntN(8)])
		}
	}
	return b.String()
}

// writings are ways in which the same text stands in a file.
func writings(text string, rnd *rand.Rand) map[string][]byte {
	wide := func(big bool, bom string) []byte {
		out := []byte(bom)
		for _, u := range utf16.Encode([]rune(text)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
	var mixed strings.Builder
	for line := range strings.Lines(text) {
		if rnd.IntN(2) == 0 {
			line = strings.TrimSuffix(line, "\n") + "\r\n"
		}
		mixed.WriteString(line)
	}
	return map[string][]byte{
		"as it is": []byte(text), "CRLF": []byte(strings.ReplaceAll(text, "\n", "\r\n")), "both ends": []byte(mixed.String()), "a mark": []byte("\xEF\xBB\xBF" + text),
		"no final end": []byte(strings.TrimSuffix(text, "\n")), "UTF-16LE": wide(false, "\xFF\xFE"), "UTF-16BE": wide(true, "\xFE\xFF"), "UTF-16LE without mark": wide(false, ""),
		"packed": packed(text),
	}
}

func packed(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func TestEveryShapeOfStampsInEveryWritingGivesWhatTheReferenceReads(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	for _, format := range []Format{WASBasic, WASTrace, Liberty, LibertyTrace} {
		for _, shape := range stampShapes {
			text := body(format, shape, rnd)
			name := map[Format]string{WASBasic: "SystemOut.log", WASTrace: "trace.log", Liberty: "messages.log", LibertyTrace: "trace.log"}[format]
			for writing, data := range writings(text, rnd) {
				file := name
				if writing == "packed" {
					file += ".gz"
				}
				what := fmt.Sprintf("%s, %s, %s", format, fmt.Sprintf(shape, 1), writing)
				path := writeTemp(t, file, string(data))
				compareWithReference(t, what, format, text, path)
				s, err := Stats(t.Context(), Options{}, path)
				must(t, err)
				if s.Records != 30 || s.First.IsZero() || s.Last.IsZero() || s.First.String()[:10] != s.Last.String()[:10] {
					t.Errorf("%s: %d records from %q to %q", what, s.Records, s.First, s.Last)
				}
				if t.Failed() {
					return
				}
			}
		}
	}
}

func TestALogThatWasRotatedAnywhereGivesWhatTheReferenceReadsAlsoWhenPartsArePacked(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 6))
	text := body(WASBasic, "11/23/26 21:00:%02d:000 UTC", rnd)
	for round := range 150 {
		a := rnd.IntN(len(text))
		c := a + rnd.IntN(len(text)-a)
		dir := t.TempDir()
		parts := []string{text[:a], text[a:c], text[c:]}
		names := []string{"SystemOut_26.11.23_21.00.45.log", "SystemOut_26.11.23_21.00.46.log", "SystemOut.log"}
		for i, part := range parts {
			data := []byte(part)
			if i < 2 && (round+i)%3 == 0 {
				names[i] += ".gz"
				data = packed(part)
			}
			must(t, os.WriteFile(filepath.Join(dir, names[i]), data, 0o600))
		}
		files, err := Siblings(filepath.Join(dir, "SystemOut.log"))
		must(t, err)
		compareWithReference(t, fmt.Sprintf("cut at %d and %d, %v", a, c, names), WASBasic, text, files...)
		st, err := Stats(t.Context(), Options{}, files...)
		must(t, err)
		compareSlow(t, st, files...)
		if t.Failed() {
			return
		}
	}
}

func TestRealLogsGiveWhatTheReferenceReads(t *testing.T) {
	for _, file := range corpusLogs(t) {
		s, err := Stats(t.Context(), Options{}, file)
		must(t, err)
		if s.Encoding == "UTF-8" && (s.Format == WASBasic || s.Format == LibertyTrace) {
			compareWithReference(t, filepath.Base(file), s.Format, read(t, file), file)
		}
	}
}
