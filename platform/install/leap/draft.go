// Package leap holds what is the same wherever HCL Leap runs: the version of an .ear, the extensions directory and who set it, the base URL, the
// state of trace strings, and the reading of data sources. The runtimes bring the files, this package tells what they mean.
package leap

import (
	"strings"

	"github.com/springboard-leap/springboard/platform/install/javaprops"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// Draft is an installation that is being described. Each fact is set together with its evidence.
type Draft struct {
	*survey.Survey
	In upgrade.Installation
}

// NewDraft begins a description.
func NewDraft(s *survey.Survey, product upgrade.Product, runtime upgrade.Runtime) *Draft {
	return &Draft{Survey: s, In: upgrade.Installation{
		Product: product, Runtime: runtime, Root: s.Root.Dir(),
		Nodes: []upgrade.Node{}, Logs: []upgrade.LogFile{}, SettingsFiles: []upgrade.SettingsFile{},
		Extensions: upgrade.Extensions{Dirs: []string{}}, Evidence: map[string]upgrade.Evidence{},
	}}
}

// Prove keeps the evidence of a field, named as in JSON; the first one counts.
func (d *Draft) Prove(field string, ev upgrade.Evidence) {
	if _, ok := d.In.Evidence[field]; !ok && !ev.IsZero() {
		d.In.Evidence[field] = ev
	}
}

// Remark adds a note to the installation, the same only once.
func (d *Draft) Remark(text string) {
	for _, n := range d.In.Notes {
		if n == text {
			return
		}
	}
	d.In.Notes = append(d.In.Notes, text)
}

// Settings adds a settings file, the same only once. Its evidence is the file itself.
func (d *Draft) Settings(f upgrade.SettingsFile) {
	for _, have := range d.In.SettingsFiles {
		if have.Path == f.Path && have.Kind == f.Kind {
			return
		}
	}
	f.Exists = d.Root.IsFile(f.Path)
	d.In.SettingsFiles = append(d.In.SettingsFiles, f)
	if f.Exists {
		d.Prove("settings_files", upgrade.FileEvidence(f.Path, 0, "found, "+f.Kind))
	}
}

// Log adds a log, the same only once.
func (d *Draft) Log(l upgrade.LogFile, ev upgrade.Evidence) {
	if l.Path == "" {
		return
	}
	for _, have := range d.In.Logs {
		if have.Path == l.Path {
			return
		}
	}
	_, err := d.Root.Stat(l.Path)
	l.Exists = err == nil
	d.In.Logs = append(d.In.Logs, l)
	d.Prove("logs", ev)
}

// Properties reads a .properties file; nil when it is missing or unreadable.
func Properties(s *survey.Survey, path string) *javaprops.File {
	data, err := s.Root.ReadFile(path)
	if err != nil {
		s.Problem(path, err)
		return nil
	}
	p := javaprops.Parse(data)
	for _, line := range p.Bad {
		s.Note("%s:%d cannot be read as a property; Java would refuse the file", path, line)
	}
	return p
}

// IsLeapName tells whether the name of an application or .ear is one of Leap's, old names included.
func IsLeapName(name string) bool {
	n := strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(name))
	return strings.Contains(n, "forms experience builder") || strings.Contains(n, "builder.war") || hasWord(n, "leap")
}

// hasWord finds a word that is not just part of a longer one ("leapfrog" is not Leap, "HCLLeap" is).
func hasWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		at += i + len(word)
		if at == len(text) || text[at] < 'a' || text[at] > 'z' {
			return true
		}
	}
}
