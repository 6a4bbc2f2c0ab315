package logs

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/springboard-leap/springboard/upgrade/logs/charset"
)

// fuzzDialect gives lines to one parser as if they were a log of its format: whatever they are, each line is in a record or an orphan or a header, in order,
// and a record has the level that its first line was counted with.
func fuzzDialect(f *testing.F, format Format, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, n := charset.BOM(data); n > 0 {
			return
		}
		d := dialectOf(format)
		sink := &keptRecords{}
		a := NewAssembler(Profile{Format: format, Encoding: "UTF-8"}, sink)
		a.Open("x.log", 0, 0)
		for rest := data; len(rest) > 0; { // in pieces, as a follower reads
			n := min(len(rest), 1+len(rest)/3)
			a.Feed(rest[:n])
			rest = rest[n:]
		}
		a.Close()
		_, late := d.(finisher)
		end := int64(0)
		for _, r := range sink.records {
			if r.Offset < end || r.Bytes < 1 || r.Lines < 1 || r.Offset+r.Bytes > int64(len(data)) {
				t.Fatalf("a record from %d of %d bytes, the one before ends at %d, the file at %d", r.Offset, r.Bytes, end, len(data))
			}
			end = r.Offset + 1
			first := string(data[r.Offset : r.Offset+r.Bytes])
			if line, _, _ := strings.Cut(first, "\n"); !late && string(d.begins([]byte(strings.TrimSuffix(line, "\r")))) != r.Level && utf8.ValidString(line) {
				t.Fatalf("level %q of %q", r.Level, line)
			}
			if !utf8.ValidString(r.Text) || !r.Time.IsZero() && r.Stamp == "" {
				t.Fatalf("%+v", r)
			}
			for _, c := range r.Causes {
				if c.Class == "" && c.Message == "" && len(c.Frames) == 0 {
					t.Fatalf("an empty cause in %+v", r.Causes)
				}
			}
		}
	})
}

type keptRecords struct{ records []*Record }

// Record implements Sink.
func (k *keptRecords) Record(r *Record) bool { k.records = append(k.records, r); return true }

// Mark implements Sink.
func (k *keptRecords) Mark(Mark) bool { return true }

const fuzzStamp = "[5/21/14 22:51:37:095 PDT] 0000001b "

func FuzzWebSphere(f *testing.F) {
	fuzzDialect(f, WASBasic, fuzzStamp+"Demo          I a.b.C run text\n\tat a.B.c(B.java:1)\n"+fuzzStamp+"SystemErr     R x\n", "************ Start Display Current Environment ************\nx = y\n",
		"[24. 10. 2022 8:13:40:517 CEST] 0000001b größerererere I x\n")
}

func FuzzWebSphereAdvanced(f *testing.F) {
	fuzzDialect(f, WASAdvanced, fuzzStamp+" I UOW=1 source=a.b class=a.b.C method=m org=IBM prod=W component=X thread=[main]\n          text\n", fuzzStamp+" E UOW= source=\n")
}

func FuzzLiberty(f *testing.F) {
	fuzzDialect(f, Liberty, fuzzStamp+name60("a.b.C")+" E CWWKZ0002E: x\njava.lang.Error: y\n", strings.Repeat("*", 80)+"\nproduct = x\n"+strings.Repeat("*", 80)+"\n")
}

func FuzzLibertyTrace(f *testing.F) {
	fuzzDialect(f, LibertyTrace, fuzzStamp+"id=00000000 "+name60("a.b.C")+" > run Entry \n"+strings.Repeat(" ", 111)+"parameter\n", fuzzStamp+"id=         "+name60("")+" 3 \n")
}

func FuzzConsole(f *testing.F) {
	fuzzDialect(f, LibertyConsole, "Launching s (Open Liberty 22/wlp-1) on J (en)\n[AUDIT   ] CWWKE0001I: x\n[err] \tat [internal classes]\n", "[監査      ] CWWK\n[ELLENŐRZÉS] CWWKE0001I: x\n[]\n[err]")
}

func FuzzJSON(f *testing.F) {
	fuzzDialect(f, LibertyJSON, `{"type":"liberty_message","message":"a\nb","loglevel":"E","ibm_datetime":"2021-10-18T14:50:58.159-0400"}`+"\nplain\n", `{"type":"liberty_ffdc","message":"","ibm_exceptionName":""}`+"\n{}\n")
}

func FuzzDominoConsole(f *testing.F) {
	fuzzDialect(f, DominoConsole, "[0DB4:000E-0F14] 23.06.2017 11:35:32   HTTP JVM: text\n> 11/25/2008 07:22:09 AM  x\nno stamp\n", "Lotus Domino (r) Server, Release 8.0, August 02, 2007\n>>> [1:2-3] 1/1/1 1:1:1\n")
}

func FuzzCommonBaseEvent(f *testing.F) {
	fuzzDialect(f, CBE, `<CommonBaseEvent creationTime="2008-02-24T12:48:29.850-08:00" msg="a&#10;b" severity="50"><extendedDataElements name="x:level"><children name="x:name"><values>FINE</values></children></extendedDataElements></CommonBaseEvent><CommonBaseEvent msg='x'/>`+"\n",
		"<CommonBaseEvents>\n <CommonBaseEvent\n severity=\"30\"\n msg=\"<![CDATA[\n")
}

func FuzzEclipse(f *testing.F) {
	fuzzDialect(f, Eclipse, "!SESSION 2015-04-24 09:20:00.000 ---\nx=y\n!ENTRY a 4 0 2015-04-24 09:20:02.450\n!MESSAGE m\n!SUBENTRY 1 b 2 0 2015-04-24 09:20:02.450\n!MESSAGE n\n!STACK 1\na.b.XException: y\n", "!ENTRY \n!MESSAGE\n")
}

func FuzzFebEvents(f *testing.F) {
	fuzzDialect(f, FebEvents, "builder/app/upgrade,2026-11-23T21:00:00Z,u,e,i,\"t\n\"\"u\",f,r,ok\n", "\"a/b\",,,,,,\n")
}

func FuzzJoin(f *testing.F) {
	f.Add("1a.b.XException: y\n2text\n1\tat a.B.c(B.java:1)\n1Caused by: x\n2---- Begin backtrace for Nested Throwables\n2a.b.Y: z\n")
	f.Fuzz(func(t *testing.T, text string) {
		sink := &keptRecords{}
		j := NewJoiner(sink)
		n := 0
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			r := &Record{Level: "R", Thread: line[:min(1, len(line))], Text: line[min(1, len(line)):], Lines: 1, Bytes: 1}
			r.Causes = causesOf(r.Text, nil)
			j.Record(r)
			n++
		}
		j.Flush()
		kept := 0
		for _, r := range sink.records {
			if kept += r.Lines; r.Lines != 1+len(r.Trace) && !r.Truncated {
				t.Fatalf("%d lines, %d in the trace", r.Lines, len(r.Trace))
			}
		}
		if kept != n {
			t.Fatalf("%d of %d lines", kept, n)
		}
	})
}
