package websphere

import (
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/upgrade"
)

// profile is one profile folder.
type profile struct {
	Name     string
	Dir      string // openable
	Native   string // as the registry has it; "" when found by its folder
	WAS      string // the WebSphere root it belongs to, "" when unknown
	Evidence upgrade.Evidence
}

// registryPath is where a WebSphere root lists its profiles.
const registryPath = "properties/profileRegistry.xml"

// IsRoot tells whether a folder is a WebSphere root.
func IsRoot(s *survey.Survey, dir string) bool {
	return s.Root.IsFile(s.Root.Under(dir, registryPath))
}

// IsProfile tells whether a folder is a profile.
func IsProfile(s *survey.Survey, dir string) bool {
	return s.Root.IsDir(s.Root.Under(dir, "config/cells"))
}

// profilesOf lists the profiles of a WebSphere root: those of its registry, and those of its profiles folder that the registry does not name.
func profilesOf(s *survey.Survey, was string) []profile {
	var all []profile
	add := func(p profile) {
		for _, have := range all {
			if have.Dir == p.Dir {
				return
			}
		}
		all = append(all, p)
	}
	file := s.Root.Under(was, registryPath)
	for _, p := range readRegistry(s, file) {
		p.WAS = was
		// A root that was copied by itself: the registry has the place it came from, where another one may stand.
		if own := s.Root.Under(was, "profiles", rootfs.Base(p.Native)); own != p.Dir && IsProfile(s, own) && !s.Root.Same(own, p.Dir) {
			s.Note("%s:%d has the profile %s at %s; its copy beside the registry is described", file, p.Evidence.Line, p.Name, p.Native)
			s.Root = s.Root.WithMoved(p.Native, own)
			p.Dir = own
		}
		if !IsProfile(s, p.Dir) {
			s.Note("%s:%d names the profile %s, but %s is no profile", file, p.Evidence.Line, p.Name, p.Native)
			continue
		}
		add(p)
	}
	dir := s.Root.Under(was, "profiles")
	for _, name := range s.Root.Entries(dir, true) {
		if d := s.Root.Under(dir, name); IsProfile(s, d) {
			add(profile{Name: name, Dir: d, WAS: was, Evidence: upgrade.FileEvidence(d, 0, "a profile's folder")})
		}
	}
	return all
}

// readRegistry reads a profileRegistry.xml.
func readRegistry(s *survey.Survey, file string) []profile {
	doc := s.XML(file)
	if doc == nil {
		return nil
	}
	var all []profile
	for _, e := range doc.Root.All("profile") {
		path := e.Attr("path")
		if path == "" || strings.EqualFold(e.Attr("isAReservationTicket"), "true") {
			continue
		}
		name := e.Attr("name")
		if name == "" {
			name = rootfs.Base(path)
		}
		all = append(all, profile{Name: name, Dir: s.Root.Resolve(path), Native: path, Evidence: survey.AttrEvidence(doc, e, "path")})
	}
	return all
}

// rootOf guesses the WebSphere root of a profile that was named or found by itself.
func rootOf(s *survey.Survey, dir string) string {
	was := filepath.Dir(filepath.Dir(dir))
	if strings.EqualFold(filepath.Base(filepath.Dir(dir)), "profiles") && (IsRoot(s, was) || s.Root.IsDir(s.Root.Under(was, "lib"))) {
		return was
	}
	return ""
}

// ownNode is the name of the node a profile is, from its command line setup; "" when that does not tell.
func (p profile) ownNode(s *survey.Survey) string {
	for _, name := range []string{"setupCmdLine.sh", "setupCmdLine.bat"} {
		data, err := s.Root.ReadFile(s.Root.Under(p.Dir, "bin", name))
		if err != nil {
			continue
		}
		for _, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSpace(line)
			if len(line) > 4 && strings.EqualFold(line[:4], "set ") {
				line = strings.TrimSpace(line[4:])
			}
			if v, ok := strings.CutPrefix(strings.TrimPrefix(line, "export "), "WAS_NODE="); ok {
				return strings.Trim(strings.TrimSpace(v), `"'`)
			}
		}
	}
	return ""
}
