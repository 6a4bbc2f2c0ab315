package liberty

import (
	"path/filepath"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// config is a server's configuration, merged from all its files.
type config struct {
	s     *survey.Survey
	dir   string
	user  string // wlp/usr
	items []item // top-level elements in the order in which the server takes them: the later wins
	files []string
	seen  map[string]bool

	vars      map[string]value // variables, by name
	defaults  map[string]value // their defaultValue
	bootstrap map[string]value
	env       map[string]value
	jvm       []jvmLine
}

type item struct {
	doc *xmlscan.Document
	e   *xmlscan.Element
}

// value is a text with the place it is from.
type value struct {
	text string
	ev   upgrade.Evidence
}

type jvmLine struct {
	text string
	ev   upgrade.Evidence
}

// read reads everything of a server: what is read first has the variables that later files need.
func read(s *survey.Survey, p place) *config {
	c := &config{s: s, dir: p.dir, seen: map[string]bool{}, vars: map[string]value{}, defaults: map[string]value{}, bootstrap: map[string]value{}, env: map[string]value{}}
	c.user = filepath.Dir(filepath.Dir(p.dir))
	for _, file := range []string{s.Root.Under(c.user, "../etc/server.env"), s.Root.Under(c.user, "shared/server.env"), s.Root.Under(p.dir, "server.env")} {
		c.readEnv(file)
	}
	c.readBootstrap(s.Root.Under(p.dir, "bootstrap.properties"))
	c.builtins()
	c.readVariablesDir(s.Root.Under(p.dir, "variables"))
	for _, file := range []string{s.Root.Under(c.user, "shared/jvm.options"), s.Root.Under(p.dir, "configDropins/defaults/jvm.options"),
		s.Root.Under(p.dir, "jvm.options"), s.Root.Under(p.dir, "configDropins/overrides/jvm.options")} {
		c.readJVM(file)
	}
	c.readDropins("defaults")
	c.readFile(p.file, "merge")
	c.readDropins("overrides")
	return c
}

func (c *config) builtins() {
	for name, text := range map[string]string{
		"server.config.dir": c.dir, "server.output.dir": c.outputDir(), "wlp.server.name": filepath.Base(c.dir), "wlp.user.dir": c.user,
		"usr.extension.dir": filepath.Join(c.user, "extension"), "wlp.install.dir": filepath.Dir(c.user), "shared.config.dir": filepath.Join(c.user, "shared", "config"),
		"shared.app.dir": filepath.Join(c.user, "shared", "apps"), "shared.resource.dir": filepath.Join(c.user, "shared", "resources"),
	} {
		c.vars[name] = value{text: text}
	}
}

// outputDir is where the server writes: its own folder, unless WLP_OUTPUT_DIR moves it.
func (c *config) outputDir() string {
	if v, ok := c.env["WLP_OUTPUT_DIR"]; ok && v.text != "" {
		return c.s.Root.Under(c.s.Root.Resolve(v.text), filepath.Base(c.dir))
	}
	return c.dir
}

func (c *config) readDropins(kind string) {
	dir := c.s.Root.Under(c.dir, "configDropins", kind)
	c.readAll(dir, "merge")
}

// readAll reads the XML files of a folder in the order of their names.
func (c *config) readAll(dir, conflict string) {
	names := c.s.Root.Entries(dir, false)
	sort.Slice(names, func(i, j int) bool { return strings.ToLower(names[i]) < strings.ToLower(names[j]) })
	for _, name := range names {
		if strings.HasSuffix(strings.ToLower(name), ".xml") {
			c.readFile(c.s.Root.Under(dir, name), conflict)
		}
	}
}

// readFile reads one file with its includes, which take effect at the place where they stand.
func (c *config) readFile(file, conflict string) {
	if c.seen[file] {
		return
	}
	c.seen[file] = true
	doc := c.s.XML(file)
	if doc == nil {
		return
	}
	c.files = append(c.files, file)
	for _, e := range doc.Root.Children {
		switch {
		case e.Name == "include":
			c.include(doc, e)
		case e.Name == "variable":
			c.variable(doc, e, conflict)
		case conflict == "ignore" && c.has(e):
		default:
			if conflict == "replace" {
				c.drop(e)
			}
			c.items = append(c.items, item{doc, e})
		}
	}
}

func (c *config) has(e *xmlscan.Element) bool {
	for _, it := range c.items {
		if it.e.Name == e.Name && it.e.Attr("id") == e.Attr("id") {
			return true
		}
	}
	return false
}

// drop forgets the elements that a replacing include has anew.
func (c *config) drop(e *xmlscan.Element) {
	kept := c.items[:0]
	for _, it := range c.items {
		if it.e.Name != e.Name || it.e.Attr("id") != e.Attr("id") {
			kept = append(kept, it)
		}
	}
	c.items = kept
}

func (c *config) variable(doc *xmlscan.Document, e *xmlscan.Element, conflict string) {
	name := e.Attr("name")
	if text, ok := e.Lookup("value"); ok {
		if _, have := c.vars[name]; !have || conflict != "ignore" {
			c.vars[name] = value{text, survey.AttrEvidence(doc, e, "value")}
		}
	}
	if text, ok := e.Lookup("defaultValue"); ok {
		c.defaults[name] = value{text, survey.AttrEvidence(doc, e, "defaultValue")}
	}
}

func (c *config) include(doc *xmlscan.Document, e *xmlscan.Element) {
	location := c.expand(e.Attr("location"))
	if location == "" {
		return
	}
	if strings.Contains(location, "://") && !strings.HasPrefix(location, "file:") {
		c.s.Note("%s:%d includes %s, which is not read: it is not a file here", doc.File, e.Line, survey.Mask(location))
		return
	}
	location = strings.TrimPrefix(strings.TrimPrefix(location, "file://"), "file:")
	path := c.s.Root.Under(filepath.Dir(doc.File), location)
	if rootfs.IsAbs(location) || filepath.IsAbs(location) {
		path = c.s.Root.Resolve(location)
	}
	conflict := strings.ToLower(e.Attr("onConflict"))
	info, err := c.s.Root.Stat(path)
	switch {
	case err != nil:
		if !strings.EqualFold(e.Attr("optional"), "true") {
			c.s.Note("%s:%d includes %s, which is missing", doc.File, e.Line, location)
		}
	case info.IsDir():
		c.readAll(path, conflict)
	default:
		c.readFile(path, conflict)
	}
}

func (c *config) readEnv(file string) {
	data, err := c.s.Root.ReadFile(file)
	if err != nil {
		c.s.Problem(file, err)
		return
	}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		name, text, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		c.env[strings.TrimSpace(name)] = value{strings.Trim(strings.TrimSpace(text), `"`), survey.Line(file, i+1, line)}
	}
}

// readBootstrap reads bootstrap.properties; its keys are variables too.
func (c *config) readBootstrap(file string) {
	if c.seen[file] {
		return
	}
	c.seen[file] = true
	p := leap.Properties(c.s, file)
	if e, ok := p.Get("bootstrap.include"); ok {
		c.readBootstrap(c.s.Root.Under(filepath.Dir(file), e.Value))
	}
	for _, key := range p.Keys() {
		e, _ := p.Get(key)
		c.bootstrap[key] = value{e.Value, survey.Line(file, e.Line, p.LineText(e.Line))}
	}
}

// readVariablesDir reads the folder of variables: a file each, or .properties files.
func (c *config) readVariablesDir(dir string) {
	for _, name := range c.s.Root.Entries(dir, false) {
		file := c.s.Root.Under(dir, name)
		if strings.HasSuffix(name, ".properties") {
			p := leap.Properties(c.s, file)
			for _, key := range p.Keys() {
				e, _ := p.Get(key)
				c.vars[key] = value{e.Value, survey.Line(file, e.Line, p.LineText(e.Line))}
			}
			continue
		}
		if data, err := c.s.Root.ReadFile(file); err == nil && len(data) < 1<<16 {
			c.vars[name] = value{strings.TrimSpace(string(data)), upgrade.FileEvidence(file, 1, "")}
		}
	}
}

func (c *config) readJVM(file string) {
	data, err := c.s.Root.ReadFile(file)
	if err != nil {
		c.s.Problem(file, err)
		return
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			c.jvm = append(c.jvm, jvmLine{line, survey.Line(file, i+1, line)})
		}
	}
}

// expand replaces ${name}: variables of the configuration, bootstrap properties, the environment (${env.X} or a name that is written like one),
// default values. What nothing defines stays.
func (c *config) expand(text string) string {
	for range 20 {
		next := c.expandOnce(text)
		if next == text || len(next) > 1<<16 {
			return next
		}
		text = next
	}
	return text
}

func (c *config) expandOnce(text string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, "${")
		if i < 0 {
			break
		}
		j := strings.IndexByte(text[i:], '}')
		if j < 0 {
			break
		}
		b.WriteString(text[:i])
		if v, ok := c.lookup(text[i+2 : i+j]); ok {
			b.WriteString(v)
		} else {
			b.WriteString(text[i : i+j+1])
		}
		text = text[i+j+1:]
	}
	b.WriteString(text)
	return b.String()
}

func (c *config) lookup(name string) (string, bool) {
	for _, in := range []map[string]value{c.vars, c.bootstrap} {
		if v, ok := in[name]; ok {
			return v.text, true
		}
	}
	if env, ok := strings.CutPrefix(name, "env."); ok {
		v, found := c.env[env]
		return v.text, found
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	for _, n := range []string{name, plain, strings.ToUpper(plain)} {
		if v, ok := c.env[n]; ok {
			return v.text, true
		}
	}
	v, ok := c.defaults[name]
	return v.text, ok
}

// attr gives an attribute of a singleton element such as logging: the last file that has it wins.
func (c *config) attr(element, name string) (value, bool) {
	for i := len(c.items) - 1; i >= 0; i-- {
		it := c.items[i]
		if it.e.Name != element {
			continue
		}
		if text, ok := it.e.Lookup(name); ok {
			return value{c.expand(text), survey.AttrEvidence(it.doc, it.e, name)}, true
		}
	}
	return value{}, false
}

// all lists the elements of that name.
func (c *config) all(names ...string) []item {
	var found []item
	for _, it := range c.items {
		for _, n := range names {
			if it.e.Name == n {
				found = append(found, it)
			}
		}
	}
	return found
}
