package logs

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// generator writes logs like a busy WebSphere server does: threads interleave, one record in thirty has a trace, some print what they like.
type generator struct {
	rnd     *rand.Rand
	at      time.Time
	Records int64
	Lines   int64
	Levels  map[string]int64
}

func newGenerator(seed uint64) *generator {
	return &generator{rnd: rand.New(rand.NewPCG(seed, 1)), at: time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC), Levels: map[string]int64{}}
}

func (g *generator) header(pid int) string {
	g.Lines += 12
	return fmt.Sprintf(`************ Start Display Current Environment ************
WebSphere Platform 9.0.5.14 [ND 9.0.5.14 cf142240.02] [JAVA8 8.0.7.20] running with process name leapCell\leapNode\server1 and process id %d
Full server name is leapCell\leapNode\server1-%d
Host Operating System is Linux, version 5.14.0
Java version = 1.8.0_351, Java Compiler = j9jit29, Java VM name = IBM J9 VM
was.install.root = /opt/IBM/WebSphere/AppServer
user.install.root = /opt/IBM/WebSphere/AppServer/profiles/AppSrv01
Java Home = /opt/IBM/WebSphere/AppServer/java/8.0/jre
ws.ext.dirs = /opt/IBM/WebSphere/AppServer/java/8.0/lib
Classpath = /opt/IBM/WebSphere/AppServer/profiles/AppSrv01/properties:/opt/IBM/WebSphere/AppServer/properties
Java Library path = /opt/IBM/WebSphere/AppServer/java/8.0/jre/lib/amd64/compressedrefs
************* End Display Current Environment *************
`, pid, pid)
}

var loggers = []struct{ name, level, text string }{
	{"SystemOut", "O", "2026-11-23 21:00:00,123 [WebContainer : 4] INFO  c.e.a.Service - request /apps/secure/org/app/%x/launch took %d ms"},
	{"ServletWrappe", "I", "com.ibm.ws.webcontainer.servlet.ServletWrapper init SRVE0242I: [HCL Leap] [/apps] [Servlet%x]: Initialization successful. %d"},
	{"Mapper", "3", "com.ibm.form.nitro.service.services.impl.mapping.Mapper visit Looking up source value with scheme constant:%x-%d"},
	{"ThreadMonitor", "W", "  WSVR0605W: Thread \"WebContainer : %x\" has been active for %d milliseconds and may be hung."},
	{"StandardExcep", "E", "com.ibm.form.nitro.platform.StandardExceptionMapper toResponse %08x-0000-4000-8000-%012d"},
}

func (g *generator) record(b *strings.Builder) {
	g.at = g.at.Add(time.Duration(g.rnd.IntN(40)) * time.Millisecond)
	kind := loggers[0]
	switch n := g.rnd.IntN(30); {
	case n == 0:
		kind = loggers[4]
	case n == 1:
		kind = loggers[3]
	case n < 8:
		kind = loggers[1]
	case n < 14:
		kind = loggers[2]
	}
	g.Records++
	g.Lines++
	g.Levels[kind.level]++
	fmt.Fprintf(b, "[%s UTC] %08x %-13s %s ", strings.Replace(g.at.Format("1/2/06 15:04:05.000"), ".", ":", 1), 0xa0+g.rnd.IntN(20), kind.name, kind.level)
	fmt.Fprintf(b, kind.text, g.rnd.Uint32(), g.rnd.IntN(100000))
	b.WriteByte('\n')
	if kind.level != "E" {
		return
	}
	b.WriteString(strings.Repeat(" ", 33) + "com.ibm.form.nitro.service.exception.AppAdminUserException: Unable to execute service call\n")
	depth := 5 + g.rnd.IntN(40)
	for i := range depth {
		fmt.Fprintf(b, "\tat com.ibm.form.nitro.service.services.impl.Step%d.run(Step%d.java:%d)\n", i, i, g.rnd.IntN(900))
	}
	b.WriteString("Caused by: java.sql.SQLException: SQLCODE=-204\n\t... 12 more\n")
	g.Lines += int64(depth) + 3
}

// write writes a log of at least size bytes.
func (g *generator) write(w io.Writer, size int64) (int64, error) {
	out := bufio.NewWriterSize(w, 1<<20)
	n, err := out.WriteString(g.header(4711))
	total := int64(n)
	var b strings.Builder
	for total < size && err == nil {
		b.Reset()
		g.record(&b)
		n, err = out.WriteString(b.String())
		total += int64(n)
	}
	if err == nil {
		err = out.Flush()
	}
	return total, err
}

func generated(t testing.TB, name string, size int64) (string, *generator) {
	t.Helper()
	g := newGenerator(7)
	file := filepath.Join(t.TempDir(), name)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := g.write(f, size); err != nil {
		t.Fatal(err)
	}
	return file, g
}

func TestAGeneratedLogIsCountedExactly(t *testing.T) {
	for _, size := range []int64{0, 1, 5000, 1<<20 - 100, 1 << 20, 1<<20 + 100, 9 << 20} {
		file, g := generated(t, "SystemOut.log", size)
		s, err := Stats(t.Context(), Options{}, file)
		if err != nil {
			t.Fatal(err)
		}
		if s.Records != g.Records || s.Lines != g.Lines {
			t.Errorf("%d bytes: %d records %d lines, written were %d %d", size, s.Records, s.Lines, g.Records, g.Lines)
		}
		for l, n := range g.Levels {
			if s.ByLevel[l] != n {
				t.Errorf("%d bytes: %d of level %s, written were %d", size, s.ByLevel[l], l, n)
			}
		}
		compareSlow(t, s, file)
	}
}
