package present

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Fact is one line of the description of an installation, with how it is known.
type Fact struct {
	Label    string
	Text     string
	Extra    []string // further lines
	Evidence []upgrade.Evidence
	Unknown  bool
}

// Place is the installation's address in one line: cell, node, server.
func Place(in upgrade.Installation) string {
	var parts []string
	if in.Cell != "" {
		parts = append(parts, in.Cell)
	}
	for _, n := range in.Nodes {
		for _, s := range n.Servers {
			if s.HasLeap {
				return strings.Join(append(parts, n.Name, s.Name), " / ")
			}
		}
	}
	if len(parts) == 0 {
		return in.Home
	}
	return strings.Join(parts, " / ")
}

// Name is the product with version and runtime: "HCL Leap 9.3.8.12 on WebSphere".
func Name(in upgrade.Installation) string {
	name := in.Product.Title()
	if in.Version != "" {
		name += " " + in.Version
	}
	if t := in.Runtime.Title(); t != "" {
		name += " on " + t
	}
	return name
}

// Facts describes an installation in the order in which an administrator asks.
func Facts(in upgrade.Installation) []Fact {
	known := func(label, text string, fields ...string) Fact {
		f := Fact{Label: label, Text: text, Unknown: text == ""}
		for _, name := range fields {
			if e, ok := in.Evidence[name]; ok && !e.IsZero() {
				f.Evidence = append(f.Evidence, e)
			}
		}
		if f.Unknown {
			f.Text = "not known"
		}
		return f
	}
	facts := []Fact{
		known("Product", Name(in), "product", "version"),
		known("Home", in.Home, "home"),
		known("Program", in.Program, "program"),
		known("Applications' data", in.AppData, "app_data", "data"),
		nodesFact(in),
		extensionsFact(in),
		traceFact(in),
		known("Data", dataSource(in.DataSource), "datasource"),
		known("Address", in.BaseURL, "base_url"),
		logsFact(in),
	}
	out := facts[:0]
	for _, f := range facts {
		leapOnly := f.Label == "Extensions" || f.Label == "Data"
		if f.Unknown && (f.Label == "Applications' data" || f.Label == "Nodes" || leapOnly && in.Product == upgrade.DominoLeap) {
			continue
		}
		out = append(out, f)
	}
	for _, n := range in.Notes {
		out = append(out, Fact{Label: "Note", Text: n})
	}
	return out
}

func nodesFact(in upgrade.Installation) Fact {
	f := Fact{Label: "Nodes", Unknown: len(in.Nodes) == 0}
	for i, n := range in.Nodes {
		var servers []string
		for _, s := range n.Servers {
			name := s.Name
			if s.HasLeap {
				name += " (Leap)"
			}
			servers = append(servers, name)
		}
		line := n.Name + ": " + strings.Join(servers, ", ")
		if i == 0 {
			f.Text = line
		} else {
			f.Extra = append(f.Extra, line)
		}
	}
	if e, ok := in.Evidence["nodes"]; ok {
		f.Evidence = append(f.Evidence, e)
	}
	return f
}

func extensionsFact(in upgrade.Installation) Fact {
	f := Fact{Label: "Extensions", Text: strings.Join(in.Extensions.Dirs, ", "), Unknown: len(in.Extensions.Dirs) == 0}
	if f.Unknown {
		f.Text = "not known"
		return f
	}
	way := map[string]string{
		upgrade.ExtensionsDefault: "the default is in force",
		upgrade.ExtensionsFSP:     "set by fsp.properties, which a new .ear replaces",
		upgrade.ExtensionsJVM:     "set by the JVM option -Dfsp.extensions.dirs",
	}[in.Extensions.Source]
	seen := "not yet seen in the log"
	if in.Extensions.Confirmed {
		seen = "confirmed by the log"
	} else if in.Extensions.Logged != "" {
		seen = "the log names " + in.Extensions.Logged
	}
	f.Extra = []string{Upper(way) + "; " + seen}
	if e, ok := in.Evidence["extensions"]; ok {
		f.Evidence = append(f.Evidence, e)
	}
	return f
}

func traceFact(in upgrade.Installation) Fact {
	f := Fact{Label: "Trace", Text: "off"}
	if in.Trace.On {
		f.Text = "on"
	}
	if in.Trace.Configured == "" && in.Trace.Running == "" {
		f.Text, f.Unknown = "not known", true
	}
	if in.Trace.Configured != "" {
		f.Extra = append(f.Extra, "Configured "+in.Trace.Configured)
	}
	if in.Trace.Running != "" {
		f.Extra = append(f.Extra, "Running "+in.Trace.Running)
	}
	if e, ok := in.Evidence["trace"]; ok {
		f.Evidence = append(f.Evidence, e)
	}
	return f
}

func dataSource(d *upgrade.DataSource) string {
	if d == nil {
		return ""
	}
	kind := map[string]string{"db2": "Db2", "postgresql": "PostgreSQL", "oracle": "Oracle", "sqlite": "SQLite", "derby": "Derby"}[d.Kind]
	if kind == "" {
		kind = d.Kind
	}
	text := kind
	if d.Database != "" {
		text += " " + d.Database
	}
	if d.Host != "" {
		text += " at " + d.Host
		if d.Port > 0 {
			text += fmt.Sprintf(":%d", d.Port)
		}
	}
	return text
}

func logsFact(in upgrade.Installation) Fact {
	f := Fact{Label: "Logs", Unknown: len(in.Logs) == 0}
	if f.Unknown {
		f.Text = "not known"
	}
	seen := map[string]bool{}
	for _, l := range in.Logs {
		if seen[l.Path] {
			continue
		}
		seen[l.Path] = true
		line := filepath.Base(l.Path)
		if l.RolloverBytes > 0 {
			line += fmt.Sprintf(", rolls over at %s, keeps %d", Size(l.RolloverBytes), l.RolloverFiles)
		}
		if l.Mode != "" && l.Mode != upgrade.LogText {
			line += ", " + string(l.Mode)
		}
		if !l.Exists {
			line += ", not there yet"
		}
		if f.Text == "" {
			f.Text = line
		} else {
			f.Extra = append(f.Extra, line)
		}
		f.Evidence = append(f.Evidence, upgrade.FileEvidence(l.Path, 0, ""))
	}
	return f
}
