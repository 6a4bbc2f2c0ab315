package settings

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// javaReader loads documents given as lines of hexadecimal digits with java.util.Properties, from a stream, and prints what it saw.
const javaReader = `import java.io.*;
import java.util.*;
public class Reader {
  static String hex(String s) { StringBuilder b = new StringBuilder(); for (char c : s.toCharArray()) b.append(String.format("%04x", (int) c)); return b.toString(); }
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "US-ASCII"));
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, "US-ASCII");
    for (String line; (line = in.readLine()) != null; ) {
      byte[] data = new byte[line.length() / 2];
      for (int i = 0; i < data.length; i++) data[i] = (byte) Integer.parseInt(line.substring(2 * i, 2 * i + 2), 16);
      Properties p = new Properties();
      try { p.load(new ByteArrayInputStream(data)); } catch (IllegalArgumentException e) { out.println("refused"); continue; }
      StringBuilder b = new StringBuilder("ok");
      for (Map.Entry<Object, Object> e : p.entrySet()) b.append(' ').append(hex((String) e.getKey())).append('=').append(hex((String) e.getValue()));
      out.println(b);
    }
    out.flush();
  }
}
`

// javaViews asks the JVM; nil stands for a refused document.
func javaViews(t *testing.T, docs [][]byte) []map[string]string {
	t.Helper()
	javac, err := exec.LookPath("javac")
	if err != nil {
		t.Skip("no javac here: the comparison with java.util.Properties is not made")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Reader.java"), []byte(javaReader), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(javac, "-d", dir, filepath.Join(dir, "Reader.java")).CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	var in bytes.Buffer
	for _, d := range docs {
		fmt.Fprintln(&in, hex.EncodeToString(d))
	}
	cmd := exec.Command("java", "-Xshare:auto", "-cp", dir, "Reader")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var views []map[string]string
	sc := bufio.NewScanner(bytes.NewReader(out))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		views = append(views, parseView(t, sc.Text()))
	}
	if len(views) != len(docs) {
		t.Fatalf("%d answers for %d documents", len(views), len(docs))
	}
	return views
}

func parseView(t *testing.T, line string) map[string]string {
	if line == "refused" {
		return nil
	}
	view := map[string]string{}
	for _, pair := range strings.Fields(line)[1:] {
		key, value, _ := strings.Cut(pair, "=")
		view[fromUnits(t, key)] = fromUnits(t, value)
	}
	return view
}

func fromUnits(t *testing.T, digits string) string {
	raw, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

func randomDocument(r *rand.Rand) []byte {
	var b strings.Builder
	for range r.IntN(40) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return []byte(b.String())
}

func TestJavaReadsWhatWeRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	docs := [][]byte{[]byte(leapConfig), []byte("\\"), []byte("\\\n"), []byte("\\\r\n"), []byte("\\\n#a\nb=1"), []byte("a=\\u12"), []byte("a=1\\\r\n"), {}}
	for range 5000 {
		docs = append(docs, randomDocument(r))
	}
	for range 2000 { // any bytes at all
		d := make([]byte, r.IntN(30))
		for i := range d {
			d[i] = byte(r.UintN(256))
		}
		docs = append(docs, d)
	}
	for i, java := range javaViews(t, docs) {
		ours, ok := ParseProperties(docs[i]).JavaView()
		if ok != (java != nil) {
			t.Fatalf("%q: Java refuses: %v, we do: %v", docs[i], java == nil, !ok)
		}
		if diff := cmp.Diff(java, ours); ok && diff != "" {
			t.Fatalf("%q: %s", docs[i], diff)
		}
	}
}

func TestJavaSeesExactlyTheIntendedKeyChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var docs [][]byte
	type edit struct{ key, value, op string }
	var edits []edit
	values := []string{"", "x", " lead", "trail ", "=", ":", "#", "a\nb", "a\n b", `\`, `C:\HCL\`, "ü", "😀", "\t", "<b>\n</b>\n"}
	for len(edits) < 3000 {
		p := ParseProperties(randomDocument(r))
		if p.Encoding() == UTF8 || p.Encoding() == UTF16 {
			continue
		}
		e := edit{value: values[r.IntN(len(values))], op: []string{"set", "unset", "comment"}[r.IntN(3)], key: "ibm.nitro.new"}
		if all := p.Settings(); len(all) > 0 && r.IntN(4) > 0 {
			e.key = all[r.IntN(len(all))].Key
		}
		before := p.Bytes()
		var err error
		switch e.op {
		case "set":
			_, err = p.Set(e.key, e.value)
		case "unset":
			_, err = p.Unset(e.key)
		case "comment":
			_, err = p.Comment(e.key)
		}
		if err != nil {
			t.Fatal(err)
		}
		docs, edits = append(docs, before, p.Bytes()), append(edits, e)
	}
	views := javaViews(t, docs)
	for i, e := range edits {
		before, after := views[2*i], views[2*i+1]
		if before == nil {
			continue
		}
		delete(before, e.key)
		if e.op == "set" {
			before[e.key] = e.value
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%s %q %q\nbefore %q\nafter  %q\n%s", e.op, e.key, e.value, docs[2*i], docs[2*i+1], diff)
		}
	}
}
