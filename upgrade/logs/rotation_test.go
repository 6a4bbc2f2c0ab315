package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// everyKind is a small log with every kind of record that WebSphere writes: printed traces, traces of their own, parameters of a trace's entry, blank lines, lines
// that look like records and are none, text of other scripts, and a name that stands across bytes.
func everyKind(format Format) string {
	line := func(n int, level, text string) string {
		at := fmt.Sprintf("[11/23/26 21:00:%02d:000 UTC] 000000a%d", n, n%3)
		if format == WASAdvanced {
			return fmt.Sprintf("%s  %s UOW=null source=com.example.Logger class=com.example.Demo method=run org=IBM prod=WebSphere component=x thread=[main]\n          %s\n", at, level, text)
		}
		return fmt.Sprintf("%s %-13s %s %s\n", at, "Logger", level, text)
	}
	padding := strings.Repeat(" ", 33)
	return line(0, "I", "  TRAS0017I: The startup trace state is *=info:com.ibm.form.*=all.") +
		line(1, "O", "2026-11-23 21:00:01,123 [WebContainer : 4] INFO  c.e.a.Service - request took 12 ms") +
		line(2, "E", "com.ibm.form.nitro.Upgrader upgrade Application upgrade failed: 4ef795f1-8929-44ab-a7b9-366453cc2401 \"Warehouse – Skill Matrix\"") +
		padding + "com.ibm.form.UpgradeException: Größe サーバー\n\tat com.ibm.form.A.b(A.java:1)\nCaused by: java.sql.SQLException: SQLCODE=-204\n\t... 12 more\n" +
		line(3, "R", "java.lang.IllegalStateException: x") + line(3, "R", "\tat a.b.C(C.java:1)") + line(3, "R", "\tat a.b.D(D.java:2)") +
		line(4, ">", "com.example.Demo run Entry") + padding + "first parameter\n" + padding + "[second parameter\n" +
		line(5, "I", "a\n\n[not a stamp] but text\n[11/23/26 21:00:05:000 UTC] no thread\n unindented\n***\n") +
		line(6, "W", "  WSVR0605W: Thread \"WebContainer : 1\" may be hung.") + line(7, "Z", "") + line(8, "O", "the last")
}

// texts keeps all that a record holds, as text.
type texts struct {
	records []string
	starts  int
	gaps    []string
}

func (k *texts) Record(r *Record) bool {
	k.records = append(k.records, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%s|%v", r.Stamp, r.Thread, r.Level, r.Logger, r.Class, r.Method, r.Text, strings.Join(r.Trace, "\n"), r.Causes))
	return true
}

func (k *texts) Mark(m Mark) bool {
	switch m.Kind {
	case MarkStart:
		k.starts++
	case MarkGap:
		k.gaps = append(k.gaps, m.Reason)
	}
	return true
}

// assemble reads files as one log, in memory.
func (k *texts) assemble(p Profile, files ...[]byte) {
	j := NewJoiner(k)
	a := NewAssembler(p, j)
	for i, f := range files {
		a.Open(fmt.Sprint(i), 0, 0)
		a.Feed(f)
	}
	a.Close()
	j.Flush()
}

// encoded is a text in an encoding, without a mark.
func encoded(encoding, text string) []byte {
	if encoding != "UTF-16LE" {
		return []byte(text)
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestARotationAtAnyByteLeavesEveryRecordWhole(t *testing.T) {
	for _, format := range []Format{WASBasic, WASAdvanced} {
		for name, c := range map[string]struct {
			encoding, end string
			unit          int
		}{"LF": {"UTF-8", "\n", 1}, "CRLF": {"UTF-8", "\r\n", 1}, "UTF-16": {"UTF-16LE", "\n", 2}} {
			p := Profile{Format: format, Encoding: c.encoding}
			header := encoded(c.encoding, strings.ReplaceAll(newGenerator(3).header(99), "\n", c.end))
			body := encoded(c.encoding, strings.ReplaceAll(everyKind(format), "\n", c.end))
			if name != "LF" && format != WASBasic {
				continue // ends of lines are the same for all
			}
			file := func(data []byte) []byte { return append(slices.Clone(header), data...) }
			var want texts
			want.assemble(p, file(body))
			if len(want.records) != 9 || want.starts != 1 {
				t.Fatalf("%s %s: %d records, %d starts: %q", format, name, len(want.records), want.starts, want.records)
			}
			for cut := 0; cut <= len(body); cut += c.unit {
				var got texts
				got.assemble(p, file(body[:cut]), file(body[cut:]))
				if !slices.Equal(got.records, want.records) || got.starts != 1 || len(got.gaps) > 0 {
					t.Fatalf("%s %s: cut at %d, before %.40q: %d starts, gaps %q, records\n%q\nwant\n%q", format, name, cut, body[cut:], got.starts, got.gaps, got.records, want.records)
				}
			}
		}
	}
}

// rotateOnDisk cuts a log of many records at every byte of its first ones and then at every so many, and compares records and counts of the two files.
func rotateOnDisk(t *testing.T, first, step int) {
	header, body := sampleLog()
	want, _ := readAll(t, Options{}, writeTemp(t, "SystemOut.log", header+body))
	dir := t.TempDir()
	one, two := filepath.Join(dir, "SystemOut_26.11.23_21.00.30.log"), filepath.Join(dir, "SystemOut.log")
	for cut := 0; cut <= len(body); {
		must(t, os.WriteFile(one, []byte(header+body[:cut]), 0o600))
		must(t, os.WriteFile(two, []byte(header+body[cut:]), 0o600))
		got, gaps := readAll(t, Options{}, two, one)
		equal(t, fmt.Sprintf("cut at %d", cut), got, want)
		s, err := Stats(t.Context(), Options{}, one, two)
		must(t, err)
		if s.Records != int64(len(want)) || gaps != 0 || len(s.Starts) != 1 || s.TraceState != "*=info:com.ibm.form.*=all" {
			t.Fatalf("cut at %d: %d records %d gaps, starts %d, trace state %q", cut, s.Records, gaps, len(s.Starts), s.TraceState)
		}
		compareSlow(t, s, one, two)
		if t.Failed() {
			t.Fatalf("cut at %d", cut)
		}
		if cut++; cut > first {
			cut += step - 1
		}
	}
}

func TestTwoFilesOfARotationAreReadAndCountedAsOne(t *testing.T) { rotateOnDisk(t, 150, 41) }

func TestSoakTwoFilesOfARotationAtAnyByteAreReadAndCountedAsOne(t *testing.T) {
	if os.Getenv("SPRINGBOARD_SOAK") == "" {
		t.Skip("every byte on a disk takes minutes: make soak")
	}
	rotateOnDisk(t, 1<<30, 1)
}
