package lab

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"
	"time"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
)

// tree writes the files of a server below a root. Names are native to the server (/opt/HCL/Leap/...). Every file and folder gets a fixed time, so
// that two trees of the same content cannot be told apart.
type tree struct {
	root  string
	stamp time.Time
	files int
	bytes int64
	dirs  map[string]bool // openable
}

func newTree(root string, stamp time.Time) *tree {
	return &tree{root: root, stamp: stamp, dirs: map[string]bool{}}
}

// below gives the openable path of a native one.
func below(root, native string) string {
	return filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(native, "/")))
}

func (t *tree) path(native string) string { return below(t.root, native) }

// dir makes a folder with its parents.
func (t *tree) dir(native string) error {
	p := t.path(native)
	if t.dirs[p] {
		return nil
	}
	if err := os.MkdirAll(p, 0o755); err != nil {
		return err
	}
	for ; len(p) > len(t.root) && !t.dirs[p]; p = filepath.Dir(p) {
		t.dirs[p] = true
	}
	return nil
}

// file writes one file.
func (t *tree) file(native string, data []byte, mode fs.FileMode) error {
	if err := t.dir(path.Dir(native)); err != nil {
		return err
	}
	if err := os.WriteFile(t.path(native), data, mode); err != nil {
		return err
	}
	return t.adopt(t.path(native), t.stamp)
}

// adopt counts a file that something else wrote and gives it its time.
func (t *tree) adopt(openable string, at time.Time) error {
	info, err := os.Stat(openable)
	if err != nil {
		return err
	}
	t.files++
	t.bytes += info.Size()
	return os.Chtimes(openable, at, at)
}

// finish gives the folders their time, the deepest first: writing below a folder had changed it.
func (t *tree) finish() error {
	dirs := make([]string, 0, len(t.dirs))
	for d := range t.dirs {
		dirs = append(dirs, d)
	}
	sort.Slice(dirs, func(i, j int) bool {
		return len(dirs[i]) > len(dirs[j]) || len(dirs[i]) == len(dirs[j]) && dirs[i] < dirs[j]
	})
	for _, d := range dirs {
		if err := os.Chtimes(d, t.stamp, t.stamp); err != nil {
			return err
		}
	}
	return nil
}

// render fills an embedded template of a lab.
func render(name string, values any) ([]byte, error) {
	data, err := fs.ReadFile(assets.FS(), "lab/"+name)
	if err != nil {
		return nil, err
	}
	parsed, err := template.New(name).Option("missingkey=error").Parse(strings.ReplaceAll(string(data), "\r\n", "\n"))
	if err != nil {
		return nil, fmt.Errorf("lab/%s: %w", name, err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, values); err != nil {
		return nil, fmt.Errorf("lab/%s: %w", name, err)
	}
	return b.Bytes(), nil
}

// rendered writes an embedded template as a file.
func (t *tree) rendered(native, name string, values any) error {
	data, err := render(name, values)
	if err != nil {
		return err
	}
	return t.file(native, data, 0o644)
}

// entry is one file of an archive.
type entry struct {
	name string
	data []byte
}

// method is how an entry is packed: noise only takes time to find out that it does not shrink.
func (e entry) method() uint16 {
	if strings.HasSuffix(e.name, ".class") {
		return zip.Store
	}
	return zip.Deflate
}

// archive packs a ZIP (jar, .nitro_s) whose bytes follow from its entries alone.
func archive(at time.Time, entries []entry) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method(), Modified: at.UTC()})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// class gives bytes that look like a Java class: the magic number, version 52, then noise.
func class(r sample.Random, size int) []byte {
	return append([]byte{0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52}, r.Bytes(size)...)
}

// jar packs a Java archive with a manifest and classes that nothing can run.
func jar(r sample.Random, at time.Time, manifest string, classes, size int) ([]byte, error) {
	entries := []entry{{"META-INF/MANIFEST.MF", []byte(strings.ReplaceAll(manifest, "\n", "\r\n"))}}
	for i := range classes {
		entries = append(entries, entry{fmt.Sprintf("com/ibm/form/nitro/gen/C%03d.class", i), class(r, size/2+r.IntN(size))})
	}
	return archive(at, entries)
}

// finishBelow is finish for one native folder alone.
func (t *tree) finishBelow(native string) error {
	for d := range t.dirs {
		if d != t.path(native) && !strings.HasPrefix(d, t.path(native)+string(filepath.Separator)) {
			delete(t.dirs, d)
		}
	}
	return t.finish()
}
