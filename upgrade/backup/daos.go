package backup

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"
)

// daos adds the attachments that Domino keeps outside of the NSF files (DAOS) when notes.ini turns them on: the folder of the .nlo files, the
// catalogue, and the server's id without which encrypted .nlo files cannot be read.
func (s *scoper) daos() {
	ini := s.notesINI()
	if ini["daosenable"] != "1" {
		return
	}
	base := ini["daosbasepath"]
	if base == "" {
		base = "DAOS"
	}
	s.part(PartDAOS, "attachments outside of the NSF files (DAOS); they open on the same server only",
		s.dataPath(base), s.ifThere(s.dataPath("daoscat.nsf")), s.ifThere(s.dataPath("daos.cfg")), s.keyFile(ini["keyfilename"]))
}

func (s *scoper) keyFile(name string) string {
	if name == "" {
		return ""
	}
	return s.ifThere(s.dataPath(name))
}

// dataPath resolves a path of notes.ini: relative to the data folder, or native on the server and then below the root.
func (s *scoper) dataPath(name string) string {
	slashed := strings.ReplaceAll(name, `\`, "/")
	switch {
	case len(slashed) > 1 && slashed[1] == ':':
		if filepath.VolumeName(name) != "" {
			return filepath.FromSlash(slashed)
		}
		return atRoot(s.inst.Root, slashed[:1]+slashed[2:])
	case strings.HasPrefix(slashed, "/"):
		return atRoot(s.inst.Root, strings.TrimLeft(slashed, "/"))
	}
	return filepath.Join(s.inst.Data, filepath.FromSlash(slashed))
}

// notesINI reads the keys of notes.ini in lower case. A file that cannot be read gives none: whether it can is told by the plan, which takes it in.
func (s *scoper) notesINI() map[string]string {
	keys := map[string]string{}
	for _, f := range s.inst.SettingsFiles {
		if f.Kind != "notes-ini" || !f.Exists {
			continue
		}
		r, err := s.fs.Open(f.Path)
		if err != nil {
			continue
		}
		scan := bufio.NewScanner(io.LimitReader(r, 16<<20))
		for scan.Scan() {
			if key, value, ok := strings.Cut(scan.Text(), "="); ok {
				keys[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			}
		}
		_ = r.Close() // it was only read
	}
	return keys
}
