package leap

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/javaprops"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// maxMember bounds what is read of one file of an .ear.
const maxMember = 4 << 20

var (
	buildID   = lazyregexp.New(`(?i)\b(?:leap|forms experience builder)[ _-]+v?(\d+(?:\.\d+){2,3})\b`)
	plainForm = lazyregexp.New(`\b(\d+(?:\.\d+){2,3})\b`)
)

// earKeys are the manifest headers that may hold the version, the surest first.
var earKeys = []string{"Module-Build-Id", "Build-Level", "Build-Id", "Implementation-Version", "Bundle-Version", "Specification-Version"}

// EarVersion reads the version of an installed .ear, an expanded folder or an archive: from its manifests, its application.xml, or a properties
// file with a build id such as "Leap 9.3.8.12 GA". It is "" when nothing tells it.
func EarVersion(s *survey.Survey, ear string) (string, upgrade.Evidence) {
	tree, done, err := openEar(s, ear)
	if err != nil {
		s.Problem(ear, err)
		return "", upgrade.Evidence{}
	}
	defer done()
	for _, name := range []string{"META-INF/MANIFEST.MF", "builder.war/META-INF/MANIFEST.MF"} {
		if v, ev := manifestVersion(tree, ear, name); v != "" {
			return v, ev
		}
	}
	if v, ev := textVersion(tree, ear, "META-INF/application.xml", buildID); v != "" {
		return v, ev
	}
	return propertiesVersion(tree, ear)
}

func openEar(s *survey.Survey, ear string) (fs.FS, func(), error) {
	info, err := s.Root.Stat(ear)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return rooted{s, ear}, func() {}, nil
	}
	f, err := s.Root.Open(ear)
	if err != nil {
		return nil, nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return z, func() { _ = f.Close() }, nil
}

// rooted is a folder as fs.FS that follows links within the root.
type rooted struct {
	s   *survey.Survey
	dir string
}

func (r rooted) Open(name string) (fs.File, error) { return r.s.Root.Open(r.s.Root.Under(r.dir, name)) }

func (r rooted) ReadDir(name string) ([]fs.DirEntry, error) {
	return r.s.Root.ReadDir(r.s.Root.Under(r.dir, name))
}

func readMember(tree fs.FS, name string) []byte {
	f, err := tree.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxMember))
	if err != nil {
		return nil
	}
	return data
}

// manifestVersion reads the headers of a MANIFEST.MF; lines that begin with a blank continue the one before.
func manifestVersion(tree fs.FS, ear, name string) (string, upgrade.Evidence) {
	type header struct {
		value string
		line  int
	}
	headers := map[string]*header{}
	var last *header
	for i, line := range strings.Split(string(readMember(tree, name)), "\n") {
		line = strings.TrimRight(line, "\r")
		if strings.HasPrefix(line, " ") && last != nil {
			last.value += line[1:]
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if last = nil; ok {
			last = &header{strings.TrimSpace(value), i + 1}
			headers[strings.ToLower(strings.TrimSpace(key))] = last
		}
	}
	for _, form := range []*lazyregexp.Regexp{buildID, plainForm} {
		for _, key := range earKeys {
			h := headers[strings.ToLower(key)]
			if h == nil {
				continue
			}
			if m := form.FindStringSubmatch(h.value); m != nil {
				return m[1], survey.Line(member(ear, name), h.line, key+": "+h.value)
			}
		}
	}
	return "", upgrade.Evidence{}
}

// member is the path of a file in an .ear: openable when the .ear is a folder, else with the archive's name before it.
func member(ear, name string) string { return filepath.Join(ear, filepath.FromSlash(name)) }

func textVersion(tree fs.FS, ear, name string, form *lazyregexp.Regexp) (string, upgrade.Evidence) {
	for i, line := range strings.Split(string(readMember(tree, name)), "\n") {
		if m := form.FindStringSubmatch(line); m != nil {
			return m[1], survey.Line(member(ear, name), i+1, line)
		}
	}
	return "", upgrade.Evidence{}
}

// propertiesVersion looks into the properties files of the folders where builds leave their id.
func propertiesVersion(tree fs.FS, ear string) (string, upgrade.Evidence) {
	for _, dir := range []string{".", "META-INF", "builder.war", "builder.war/META-INF", "builder.war/WEB-INF", "builder.war/WEB-INF/classes"} {
		for _, name := range propertiesIn(tree, dir) {
			p := javaprops.Parse(readMember(tree, name))
			for _, key := range p.Keys() {
				entry, _ := p.Get(key)
				m := buildID.FindStringSubmatch(entry.Value)
				if m == nil && versionKey(key) {
					m = plainForm.FindStringSubmatch(entry.Value)
				}
				if m != nil {
					return m[1], survey.Line(member(ear, name), entry.Line, p.LineText(entry.Line))
				}
			}
		}
	}
	return "", upgrade.Evidence{}
}

func versionKey(key string) bool {
	k := strings.ToLower(strings.NewReplacer(".", "", "_", "", "-", "").Replace(key))
	return k == "version" || k == "buildid" || k == "modulebuildid" || k == "productversion" || k == "buildversion" || k == "buildlevel"
}

func propertiesIn(tree fs.FS, dir string) []string {
	entries, err := fs.ReadDir(tree, dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(strings.ToLower(e.Name()), ".properties") {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	sort.Strings(names)
	return names
}

// FSPPath is where fsp.properties stands in an expanded .ear: the documented place, else any .war's classes.
func FSPPath(s *survey.Survey, ear string) string {
	usual := s.Root.Under(ear, "builder.war/WEB-INF/classes/fsp.properties")
	if s.Root.IsFile(usual) {
		return usual
	}
	for _, war := range s.Root.Entries(ear, true) {
		if !strings.HasSuffix(strings.ToLower(war), ".war") {
			continue
		}
		if p := s.Root.Under(ear, war, "WEB-INF/classes/fsp.properties"); s.Root.IsFile(p) {
			return p
		}
	}
	return usual
}

// IsLeapEar tells whether an .ear is Leap's: by its name, or because it has builder.war.
func IsLeapEar(s *survey.Survey, ear string) bool {
	if IsLeapName(filepath.Base(ear)) {
		return true
	}
	_, err := s.Root.Stat(s.Root.Under(ear, "builder.war"))
	return err == nil && !os.IsNotExist(err)
}
