package logs

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type sliceSink struct{ list []*Record }

func (s *sliceSink) Record(r *Record) bool { s.list = append(s.list, r); return true }
func (s *sliceSink) Mark(Mark) bool        { return true }

func told(r *Record) string {
	return fmt.Sprintf("%s:%d:%d %s %q", filepath.Base(r.File), r.Offset, r.Line, r.first, r.Trace)
}

// everyRecord reads everything from the beginning.
func everyRecord(t testing.TB, parts []*Part) []*Record {
	t.Helper()
	c := &sliceSink{}
	if err := Assemble(t.Context(), parts, 0, 0, 0, c); err != nil {
		t.Fatal(err)
	}
	return c.list
}

// naive is the filter that is right at a glance: it asks about each record.
func naive(f *Filter, all []*Record) (records []string) {
	for _, r := range all {
		if f.Match(r) {
			records = append(records, told(r))
		}
	}
	return records
}

// searched checks a search in pieces of a size against the naive one: records, and their count alone.
func searched(t testing.TB, what string, f *Filter, parts []*Part, all []*Record, piece int64) int {
	t.Helper()
	want := naive(f, all)
	var got []string
	for m, err := range Search(t.Context(), parts, f, Wanted{Piece: piece}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, told(m.Record))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s, pieces of %d: %d records\n%s\nwant %d\n%s", what, piece, len(got), strings.Join(got, "\n"), len(want), strings.Join(want, "\n"))
	}
	n := 0
	for _, err := range Search(t.Context(), parts, f, Wanted{Piece: piece, Numbers: true}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != len(want) {
		t.Fatalf("%s, pieces of %d: %d counted, want %d", what, piece, n, len(want))
	}
	return len(want)
}

func opened(t testing.TB, files ...string) []*Part {
	t.Helper()
	s, err := Open(t.Context(), Options{}, files...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Parts()[0]
}

var searchSpecs = []FilterSpec{
	{}, {Level: "E"}, {Level: "W,I", Text: "a"}, {Grep: "Step1"}, {Grep: "(?i)STEP1|sqlexc"}, {Text: "nowhere at all"}, {Text: "Caused by", Invert: true},
	{Grep: `[0-9]{5} ms`}, {Grep: `^\[11/2`}, {Grep: `^com`}, {Grep: `[a-z]{3}\.[A-Z][a-z]+\(`}, {Grep: `\d$`}, {Grep: `^$`}, {Grep: `x*`}, {Grep: `\bat\b`},
	{Text: "SYSTEMOUT", IgnoreCase: true}, {Thread: "000000a3", Grep: "launch"}, {App: "4000-8000"}, {App: "STEP3", Text: "more"}, {Grep: `[^ -~]`}, {Grep: "größ|ſ"},
	{Text: "GRÖSSE", IgnoreCase: true}, {Grep: "(?i)kelvin|masse"}, {Grep: `\s{40}`}, {Grep: "Display"}, {Logger: "Mapper"}, {ID: "WSVR*"},
	{Since: "2026-11-23T21:00:01"}, {Grep: `(a|b)[ab]{12}c`}, {Grep: "\r"}, {Text: "\n"},
}

// sampleParts is a log in two files: the rotation cut a trace, and the server was restarted in the middle.
func sampleParts(t testing.TB) []*Part {
	header, body := sampleLog()
	dir := t.TempDir()
	first, second := filepath.Join(dir, "SystemOut_26.11.23_21.00.30.log"), filepath.Join(dir, "SystemOut.log")
	cut := strings.Index(body, "Caused by") + 5
	g := newGenerator(9)
	var b strings.Builder
	for range 6 {
		g.record(&b)
	}
	odd := "[11/23/26 21:00:09:000 UTC] 000000a3 SystemErr     R größer ſ \u212aelvin \xe4\xf6 Größe\n \xff\n\n   \n\n"
	must(t, os.WriteFile(first, []byte(header+body[:cut]), 0o600))
	must(t, os.WriteFile(second, []byte(header+body[cut:]+odd+strings.ReplaceAll(header, " 99\n", " 100\n")+"an orphan\n"+b.String()+odd), 0o600))
	return opened(t, first, second)
}

func TestASearchInPiecesOfEverySizeFindsWhatReadingFinds(t *testing.T) {
	searchInPieces(t, 2)
}

func TestSoakASearchInPiecesOfAnySizeFindsWhatReadingFinds(t *testing.T) {
	if os.Getenv("SPRINGBOARD_SOAK") == "" {
		t.Skip("make soak; make test has fewer sizes")
	}
	searchInPieces(t, 10)
}

// searchInPieces looks for everything in pieces of some sizes, and for three things in pieces that grow by a part of their size.
func searchInPieces(t *testing.T, step int64) {
	parts := sampleParts(t)
	all := everyRecord(t, parts)
	found := 0
	for i, spec := range searchSpecs {
		f, err := NewFilter(spec)
		must(t, err)
		for _, piece := range []int64{1 << 20, 1000, 97} {
			found += searched(t, fmt.Sprintf("%+v", spec), f, parts, all, piece+int64(i%2))
		}
		for piece := int64(1 + i); (i == 0 || i == 3 || i == 7) && piece < 800; piece += 1 + piece/step {
			searched(t, fmt.Sprintf("%+v", spec), f, parts, all, piece)
		}
	}
	if found < 400 {
		t.Errorf("only %d records were found at all", found)
	}
}

func TestASearchInRealLogsFindsWhatReadingFinds(t *testing.T) {
	for i, file := range corpusLogs(t) {
		parts := opened(t, file)
		all := everyRecord(t, parts)
		for _, spec := range []FilterSpec{{}, {Text: "Exception"}, {Grep: `[A-Z]{5}\d{4}[EW]`}, {Level: "E,W", Grep: "(?i)failed|denied"}, {Text: "at ", Invert: true}} {
			f, err := NewFilter(spec)
			must(t, err)
			searched(t, fmt.Sprintf("%s %+v", file, spec), f, parts, all, 32<<10+int64(i)*2)
		}
	}
}

// referenceMatches counts records in which an expression matches: it knows nothing of records but how they begin.
func referenceMatches(begins, re *regexp.Regexp, text string) (records int) {
	inRecord, hit, header := false, false, false
	end := func() {
		if inRecord && hit {
			records++
		}
		hit = false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case asterisks([]byte(line)) == headerBegins, asterisks([]byte(line)) == headerBanner && !header:
			end()
			inRecord, header = false, true
		case asterisks([]byte(line)) != noHeader:
			header = false
		case begins.MatchString(line):
			end()
			inRecord, header = true, false
			hit = re.MatchString(line)
		case inRecord:
			hit = hit || re.MatchString(line)
		}
	}
	end()
	return records
}

func TestAsManyRecordsAreFoundAsTheReferenceFinds(t *testing.T) {
	for _, file := range corpusLogs(t) {
		parts := opened(t, file)
		p := parts[0].Profile()
		if !quick(parts[0]) || p.Encoding != "UTF-8" || parts[0].Scanner().c.headed != nil {
			continue
		}
		for _, pattern := range []string{"Exception", "com.ibm", `\d{3,} `} {
			want := referenceMatches(referenceBegins[p.Format], regexp.MustCompile(pattern), read(t, file))
			f, err := NewFilter(FilterSpec{Grep: pattern})
			must(t, err)
			n := 0
			for _, err := range Search(t.Context(), parts, f, Wanted{Numbers: true}) {
				must(t, err)
				n++
			}
			if n != want {
				t.Errorf("%s %s: %d records, the reference finds %d", file, pattern, n, want)
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	header, body := sampleLog()
	f.Add([]byte(header+body[:900]), "Step", uint16(64), false)
	f.Add([]byte(body[:900]), `[0-9]+ ms$`, uint16(7), true)
	f.Add([]byte("[0DB4:000E-0F14] 23.06.2017 11:35:32   HTTP JVM: text\n> 08.02.2008 15:47:45   x\nmore\n"), "^H|x", uint16(3), false)
	f.Add([]byte("builder/app/upgrade,2026-11-23T21:00:00Z,u,e,i,t,f,r,ok\n\n\n"), `^\s*$`, uint16(5), false)
	f.Add([]byte("{\"type\":\"liberty_message\",\"message\":\"a\\nb\",\"loglevel\":\"E\"}\n"), "b", uint16(9), false)
	f.Fuzz(func(t *testing.T, data []byte, pattern string, piece uint16, fold bool) {
		if len(data) > 4<<10 || len(pattern) > 60 {
			return
		}
		filter, err := NewFilter(FilterSpec{Grep: pattern, IgnoreCase: fold})
		if err != nil {
			return
		}
		src, err := Open(t.Context(), Options{}, writeTemp(t, "SystemOut.log", string(data)))
		if err != nil {
			return
		}
		defer src.Close()
		searched(t, pattern, filter, src.Parts()[0], everyRecord(t, src.Parts()[0]), int64(piece)%512*2+2)
	})
}

func FuzzDFA(f *testing.F) {
	for _, s := range searchSpecs {
		f.Add(s.Grep, "a line\r\nan at größer\n\n12345 ms")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		text = strings.ToValidUTF8(text, "?")
		if len(pattern) > 200 || len(text) > 2000 {
			return
		}
		c, err := newCondition(pattern, false)
		if err != nil {
			return
		}
		d := newDFA(c.tree)
		pos := 0
		for line := range strings.Lines(text) {
			plain := strings.TrimSuffix(line, "\n")
			if len(plain) < len(line) {
				plain = strings.TrimSuffix(plain, "\r")
			}
			at, ok := d.find([]byte(text[:pos+len(line)]), pos)
			if !ok {
				return
			}
			if (at >= 0) != c.re.MatchString(plain) || at >= pos+len(line) {
				t.Fatalf("%q in %q is found at %d", pattern, plain, at)
			}
			pos += len(line)
		}
	})
}

func TestAnExpressionThatNeedsTooManyStatesIsGivenUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 20000 {
		b.WriteByte("ab"[random.IntN(2)])
	}
	c, err := newCondition(`(a|b)*a(a|b){14}c`, false)
	must(t, err)
	d := newDFA(c.tree)
	if _, ok := d.find([]byte(b.String()), 0); ok || len(d.states) > maxStates {
		t.Errorf("%d states", len(d.states))
	}
}

func BenchmarkSearch(b *testing.B) {
	file, _ := generated(b, "SystemOut.log", benchSize())
	parts := opened(b, file)
	for _, spec := range []FilterSpec{{Text: "nowhere at all"}, {Text: "SQLCODE"}, {Text: "SystemOut"}, {Grep: `took \d{5} ms`}, {Text: "sqlexception", IgnoreCase: true},
		{Grep: `[0-9]{5,} [a-z]{2}`}, {Grep: `[A-Z]{4}\d{4}E`}, {Level: "E"}, {Thread: "000000a3"}} {
		b.Run(spec.Text+spec.Grep+spec.Level+spec.Thread, func(b *testing.B) {
			f, err := NewFilter(spec)
			must(b, err)
			b.SetBytes(parts[0].known())
			n := 0
			for b.Loop() {
				n = 0
				for _, err := range Search(b.Context(), parts, f, Wanted{Numbers: true}) {
					must(b, err)
					n++
				}
			}
			b.ReportMetric(float64(n), "records")
		})
	}
}
