package trace

import "strings"

// leapPackages are the prefixes of Leap's loggers, from the vendor's troubleshooting pages.
var leapPackages = []string{"com.ibm.form", "com.ibm.hrl", "com.ibm.freedom", "com.hcl.nitro", "hcl.nitro", "dleap"}

// within tells whether a logger or pattern lies in a package.
func within(name, pkg string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "*"), ".")
	return name == pkg || strings.HasPrefix(name, pkg+".")
}

// covers tells whether a pattern with a wildcard takes in the whole package ("com.ibm.*" does for com.ibm.form).
func covers(pattern, pkg string) bool {
	stem, wild := strings.CutSuffix(pattern, "*")
	return wild && strings.HasPrefix(pkg+".", stem)
}

// On tells whether Leap is traced finer than info. A wide pattern ("com.ibm.*") counts unless a closer one quiets every package of Leap
// below it; "*" always counts, because it traces what Leap stands on.
func (s Spec) On() bool { return len(s.OnLeap()) > 0 }

// OnLeap lists the components that trace Leap.
func (s Spec) OnLeap() []Component {
	var on []Component
	for _, c := range s.Components {
		if c.Level.Traces() && (c.Name == "*" || s.reaches(c)) {
			on = append(on, c)
		}
	}
	return on
}

// reaches tells whether a traced component is in force for at least one of Leap's loggers.
func (s Spec) reaches(c Component) bool {
	for _, pkg := range leapPackages {
		if within(c.Name, pkg) {
			return true
		}
		if covers(c.Name, pkg) && s.closest(pkg).Name == c.Name {
			return true
		}
	}
	return false
}

// closest is the component with the longest pattern that takes in the whole package: the one that is in force.
func (s Spec) closest(pkg string) Component {
	var best Component
	for _, c := range s.Components {
		if covers(c.Name, pkg) && len(c.Name) > len(best.Name) {
			best = c
		}
	}
	return best
}

// Other lists components traced finer than info that do not trace Leap.
func (s Spec) Other() []Component {
	leap := map[string]bool{}
	for _, c := range s.OnLeap() {
		leap[c.Name] = true
	}
	var other []Component
	for _, c := range s.Components {
		if c.Level.Traces() && !leap[c.Name] {
			other = append(other, c)
		}
	}
	return other
}

// Quiet is the specification with Leap's trace taken out and everything else as it was; it begins with "*=info" when "*" was traced or missing.
func (s Spec) Quiet() Spec {
	on := map[string]bool{}
	for _, c := range s.OnLeap() {
		on[c.Name] = true
	}
	quiet, all := Spec{}, false
	for _, c := range s.Components {
		if c.Name == "*" {
			all = true
			if on["*"] {
				c.Level = Info
			}
			quiet.Components = append(quiet.Components, c)
		} else if !on[c.Name] {
			quiet.Components = append(quiet.Components, c)
		}
	}
	if !all {
		quiet.Components = append([]Component{{Name: "*", Level: Info}}, quiet.Components...)
	}
	return quiet
}

// Names lists components as text, for notes.
func Names(components []Component) []string {
	var names []string
	for _, c := range components {
		names = append(names, c.String())
	}
	return names
}
