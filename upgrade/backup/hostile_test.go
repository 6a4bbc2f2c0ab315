package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// text builds a manifest with the given entries, with totals that fit.
func manifestText(t testing.TB, entries ...string) string {
	t.Helper()
	var sum totals
	for _, e := range entries {
		var l line
		if json.Unmarshal([]byte(e), &l) == nil {
			sum.add(entry{Type: l.Type, Size: l.Size})
		}
	}
	head, err := json.Marshal(header{Schema: manifestSchema, Format: 1, Parts: []manifestPart{{Name: PartVolt, Items: []item{{Rel: "v", Dir: true}}}}, Totals: sum})
	if err != nil {
		t.Fatal(err)
	}
	return string(head[:len(head)-1]) + `,"entries":[` + strings.Join(entries, ",") + "]}"
}

const noSum = `"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`

func dirEntry(path string) string {
	return fmt.Sprintf(`{"path":%q,"type":"dir","size":0,"mode":"0755","mtime":"2026-01-01T00:00:00Z","uid":0,"gid":0}`, path)
}

func fileEntry(path string) string {
	return fmt.Sprintf(`{"path":%q,"type":"file","size":0,"mode":"0644","mtime":"2026-01-01T00:00:00Z","uid":0,"gid":0,%s}`, path, noSum)
}

// packedEntry is an empty packed file of which the content is said to have a size; packedText a manifest of contents of a hundred bytes.
func packedEntry(path string, size int) string {
	return strings.Replace(fileEntry(path), `"sha256"`, fmt.Sprintf(`"compression":"zstd","content_size":%d,"content_%s,"sha256"`, size, noSum[1:]), 1)
}

func packedText(t testing.TB, entries ...string) string {
	return strings.Replace(manifestText(t, entries...), `"format":1`, `"format":2,"compression":"zstd","content_bytes":100`, 1)
}

// nameEntry is a file that is another name of a file.
func nameEntry(path, first string) string {
	e := strings.Replace(fileEntry(path), `"sha256"`, `"hard_links":2,"sha256"`, 1)
	if first != "" {
		e = strings.Replace(e, `"sha256"`, fmt.Sprintf(`"hard_link_to":%q,"sha256"`, first), 1)
	}
	return e
}

func linkEntry(path, target string) string {
	return fmt.Sprintf(`{"path":%q,"type":"link","size":0,"mode":"0777","mtime":"2026-01-01T00:00:00Z","uid":0,"gid":0,"target":%q}`, path, target)
}

func parse(text string) error {
	return readManifest(strings.NewReader(text), func(header) error { return nil }, func(entry) error { return nil })
}

func TestAnHonestManifestIsRead(t *testing.T) {
	if err := parse(manifestText(t, dirEntry("data/volt/v"), fileEntry("data/volt/v/a"), linkEntry("data/volt/v/b", "../../etc"))); err != nil {
		t.Fatal(err)
	}
	if err := parse(packedText(t, dirEntry("data/volt/v"), packedEntry("data/volt/v/a.zst", 100), fileEntry("data/volt/v/b"))); err != nil {
		t.Fatal(err)
	}
	if err := parse(manifestText(t, dirEntry("data/volt/v"), nameEntry("data/volt/v/a", ""), nameEntry("data/volt/v/b", "data/volt/v/a"))); err != nil {
		t.Fatal(err)
	}
}

func TestHostileManifestsAreRefused(t *testing.T) {
	v := dirEntry("data/volt/v")
	for name, text := range map[string]string{
		"up":                    manifestText(t, v, fileEntry("data/volt/v/../../../../etc/passwd")),
		"up at once":            manifestText(t, fileEntry("data/volt/..")),
		"absolute":              manifestText(t, fileEntry("/etc/passwd")),
		"outside of data":       manifestText(t, fileEntry("manifest.json")),
		"unknown part":          manifestText(t, dirEntry("data/bin/x")),
		"dot":                   manifestText(t, v, fileEntry("data/volt/v/./a")),
		"empty name":            manifestText(t, v, fileEntry("data/volt/v//a")),
		"trailing slash":        manifestText(t, v, fileEntry("data/volt/v/a/")),
		"NUL":                   manifestText(t, v, fileEntry("data/volt/v/a\x00b")),
		"the same twice":        manifestText(t, v, fileEntry("data/volt/v/a"), fileEntry("data/volt/v/a")),
		"out of order":          manifestText(t, v, fileEntry("data/volt/v/b"), fileEntry("data/volt/v/a")),
		"through a link":        manifestText(t, v, linkEntry("data/volt/v/l", "/etc"), fileEntry("data/volt/v/l/passwd")),
		"through a file":        manifestText(t, v, fileEntry("data/volt/v/l"), fileEntry("data/volt/v/l/passwd")),
		"without its folder":    manifestText(t, v, fileEntry("data/volt/v/sub/a")),
		"link without a target": manifestText(t, v, linkEntry("data/volt/v/l", "")),
		"unknown type":          manifestText(t, v, strings.Replace(fileEntry("data/volt/v/a"), `"file"`, `"device"`, 1)),
		"negative size":         manifestText(t, v, strings.Replace(fileEntry("data/volt/v/a"), `"size":0`, `"size":-1`, 1)),
		"size of a folder":      manifestText(t, strings.Replace(v, `"size":0`, `"size":5`, 1)),
		"size beyond numbers":   manifestText(t, v, strings.Replace(fileEntry("data/volt/v/a"), `"size":0`, `"size":99999999999999999999`, 1)),
		"sizes that overflow": manifestText(t, v, strings.Replace(fileEntry("data/volt/v/a"), `"size":0`, `"size":9223372036854775807`, 1),
			strings.Replace(fileEntry("data/volt/v/b"), `"size":0`, `"size":9223372036854775807`, 1)),
		"mode":               manifestText(t, strings.Replace(v, `"0755"`, `"100755"`, 1)),
		"hash too short":     manifestText(t, v, strings.Replace(fileEntry("data/volt/v/a"), "e3b0", "", 1)),
		"two names":          manifestText(t, strings.Replace(v, `"type"`, `"path_base64":"ZGF0YQ==","type"`, 1)),
		"raw name up":        manifestText(t, strings.Replace(v, `"path":"data/volt/v"`, `"path_base64":"ZGF0YS92b2x0Ly4u"`, 1)),
		"outside of items":   manifestText(t, dirEntry("data/volt/w")),
		"part without items": manifestText(t, dirEntry("data/ear/v")),
		"totals":             strings.Replace(manifestText(t, v), `"dirs":1`, `"dirs":2`, 1),
		"part twice":         strings.Replace(manifestText(t, v), `"parts":[`, `"parts":[{"name":"volt"},`, 1),
		"item up":            strings.Replace(manifestText(t, v), `"path":"v"`, `"path":"../v"`, 1),
		"item absolute":      strings.Replace(manifestText(t, v), `"path":"v"`, `"path":"/v"`, 1),
		"document":           strings.Replace(manifestText(t, v), `"documents":null`, `"documents":[{"path":"../x"}]`, 1),
		"no entries":         `{"schema":"springboard.manifest/1","format":1}`,
		"entries twice":      strings.TrimSuffix(manifestText(t, v), "}") + `,"entries":[]}`,
		"a key twice":        strings.Replace(manifestText(t, v), `"tool":""`, `"tool":"","format":1`, 1),
		"something after it": manifestText(t, v) + "{}",
		"another schema":     strings.Replace(manifestText(t, v), manifestSchema, "other/1", 1),
		"format 0":           strings.Replace(manifestText(t, v), `"format":1`, `"format":0`, 1),
		"an array":           "[]",
		"entries no array":   `{"schema":"springboard.manifest/1","format":1,"entries":{}}`,
		"null":               "null",
		"nothing":            "",
		"a long value":       `{"tool":"` + strings.Repeat("x", maxHeader+10) + `"}`,
		"a long entry":       manifestText(t, v, fileEntry("data/volt/v/"+strings.Repeat("x", 5*maxEntry))),
		"deep nesting":       `{"tool":` + strings.Repeat("[", 1<<20),

		"packed where nothing is":         manifestText(t, v, packedEntry("data/volt/v/a.zst", 0)),
		"packed without the suffix":       packedText(t, v, packedEntry("data/volt/v/a", 0)),
		"packed folder":                   packedText(t, v, strings.Replace(packedEntry("data/volt/v/a.zst", 0), `"file"`, `"dir"`, 1)),
		"unpacks to up":                   packedText(t, v, packedEntry("data/volt/v/...zst", 0)),
		"unpacks to nothing":              packedText(t, v, packedEntry("data/volt/v/.zst", 0)),
		"unpacks to a file there is":      packedText(t, v, fileEntry("data/volt/v/a"), packedEntry("data/volt/v/a.zst", 0)),
		"unpacks to a folder there is":    packedText(t, v, dirEntry("data/volt/v/a"), fileEntry("data/volt/v/a/b"), fileEntry("data/volt/v/a-b"), packedEntry("data/volt/v/a.zst", 0)),
		"unpacks to more than it says":    packedText(t, v, packedEntry("data/volt/v/a.zst", 101)),
		"unpacks to a negative size":      packedText(t, v, packedEntry("data/volt/v/a.zst", -1)),
		"packed in format 1":              strings.Replace(packedText(t, v), `"format":2`, `"format":1`, 1),
		"packed in an unknown way":        strings.Replace(packedText(t, v), `"compression":"zstd"`, `"compression":"lzma"`, 1),
		"another name of nothing":         manifestText(t, v, nameEntry("data/volt/v/b", "data/volt/v/a")),
		"another name of /etc/passwd":     manifestText(t, v, nameEntry("data/volt/v/b", "/etc/passwd")),
		"another name of up":              manifestText(t, v, nameEntry("data/volt/v/b", "data/volt/v/../../../etc/passwd")),
		"another name through a link":     manifestText(t, v, nameEntry("data/volt/v/b", "data/volt/v/l/passwd"), linkEntry("data/volt/v/l", "/etc")),
		"another name of a link":          manifestText(t, v, linkEntry("data/volt/v/a", "/etc/passwd"), nameEntry("data/volt/v/b", "data/volt/v/a")),
		"another name of a file with one": manifestText(t, v, fileEntry("data/volt/v/a"), nameEntry("data/volt/v/b", "data/volt/v/a")),
		"another name of other content":   manifestText(t, v, strings.Replace(nameEntry("data/volt/v/a", ""), "e3b0", "e3b1", 1), nameEntry("data/volt/v/b", "data/volt/v/a")),
		"another name of a later file":    manifestText(t, v, nameEntry("data/volt/v/a", "data/volt/v/b"), nameEntry("data/volt/v/b", "")),
	} {
		if err := parse(text); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	var newer errNewer
	if err := parse(strings.Replace(manifestText(t, v), `"format":1`, `"format":3`, 1)); !errors.As(err, &newer) || newer.format != 3 {
		t.Errorf("a later format: %v", err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 89, time.UTC)
	entries := []entry{
		{Path: "data/volt/v", Type: typeDir, Mode: 0o2750, ModTime: at, UID: 1, GID: 2},
		{Path: "data/volt/v/a\xff\\\n", Type: typeFile, Size: 7, Mode: 0o644, ModTime: at, UID: -1, GID: -1, Links: 2, Sum: [32]byte{1, 2, 3}},
		{Path: "data/volt/v/link", Type: typeLink, Mode: 0o777, ModTime: at, Target: "\xfe/<x>"},
	}
	for i := range entries {
		entries[i].Mode, _ = fromOctal(fmt.Sprintf("%o", uint32(entries[i].Mode)), entries[i].Type)
	}
	h := header{Schema: manifestSchema, Format: manifestFormat, Created: at, Started: at, Parts: []manifestPart{{Name: PartVolt, Items: []item{{Rel: "v"}}}}}
	for _, e := range entries {
		h.Totals.add(e)
	}
	var out bytes.Buffer
	sum, err := writeManifest(&out, h, func(receive func(entry) error) error {
		for _, e := range entries {
			if err := receive(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || sum == ([32]byte{}) {
		t.Fatal(err)
	}
	var got []entry
	err = readManifest(&out, func(header) error { return nil }, func(e entry) error { got = append(got, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		if !got[i].ModTime.Equal(entries[i].ModTime) {
			t.Errorf("time %v, want %v", got[i].ModTime, entries[i].ModTime)
		}
		got[i].ModTime = entries[i].ModTime
		if got[i] != entries[i] {
			t.Errorf("got  %+v\nwant %+v", got[i], entries[i])
		}
	}
}

func TestPathsAreOrderedAsAWalkTakesThem(t *testing.T) {
	walk := []string{"a", "a/b", "a/b/c", "a/b!", "a/c", "a!", "a-b", "a.b", "a0", "aa", "b"}
	for i := range walk {
		for j := range walk {
			got := comparePaths(walk[i], walk[j])
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%q and %q: %d", walk[i], walk[j], got)
			}
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(manifestText(f, dirEntry("data/volt/v"), fileEntry("data/volt/v/a"), linkEntry("data/volt/v/b", "../../etc")))
	f.Add(manifestText(f, fileEntry("data/volt/..")))
	f.Add(`{"format":1,"schema":"springboard.manifest/1","entries":[{"path_base64":"ZGF0YS92b2x0L3Y=","type":"dir","mode":"0"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		seen := map[string]string{}
		err := readManifest(strings.NewReader(text), func(h header) error {
			for _, p := range h.Parts {
				for _, i := range p.Items {
					if checkPath(dataDir+"/"+p.Name+"/"+i.Rel) != nil {
						t.Fatalf("item %q came through", i.Rel)
					}
				}
			}
			return nil
		}, func(e entry) error {
			if _, twice := seen[e.Path]; twice {
				t.Fatalf("%q stands twice", e.Path)
			}
			seen[e.Path] = e.Type
			parent := e.Path[:strings.LastIndexByte(e.Path, '/')]
			if kind := seen[parent]; strings.Count(parent, "/") > 1 && kind != typeDir && kind != typeParent {
				t.Fatalf("%q lies in a %s", e.Path, kind)
			}
			if strings.Contains("/"+e.Path+"/", "/../") || strings.HasPrefix(e.Path, "/") || e.Size < 0 {
				t.Fatalf("%+v came through", e)
			}
			return nil
		})
		_ = err // any error is an answer; a panic is not
	})
}

func FuzzSumLine(f *testing.F) {
	f.Add("data/volt/a b")
	f.Add("back\\slash\nand line")
	f.Fuzz(func(t *testing.T, path string) {
		text := sumLine([32]byte{9}, path)
		if strings.Count(text, "\n") != 1 {
			t.Fatalf("%q takes more than a line", path)
		}
		sum, got, ok := parseSumLine(strings.TrimSuffix(text, "\n"))
		if !ok && path != "" || ok && (got != path || sum != [32]byte{9}) {
			t.Fatalf("%q came back as %q", path, got)
		}
	})
}
