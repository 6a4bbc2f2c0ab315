package backup

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// DAOSNone says that no NSF file keeps attachments outside of itself.
const DAOSNone = "none"

// daos adds the attachments that Domino keeps outside of the NSF files (DAOS): the folder of the .nlo files, the catalogue, and the server's id without which
// encrypted .nlo files cannot be read. That they are used is known from a person (told: a folder, or none), from notes.ini (DAOSEnable=1), or from what
// is there: a server whose DAOS was turned off later still needs the .nlo files that its databases refer to. An NSF file itself does not tell: no
// public description of its header names such a flag (libnsfdb's is the fullest).
func (s *scoper) daos(told string) {
	ini, read := notesINI(s.fs, s.inst)
	base := ini["daosbasepath"]
	if base == "" {
		base = "DAOS"
	}
	place := s.dataPath(base)
	what := "attachments outside of the NSF files (DAOS); they open on the same server only"
	switch {
	case told == DAOSNone:
		s.parts = append(s.parts, scopePart{name: PartDAOS, out: "a person said that no attachments lie outside of the NSF files"})
		return
	case told != "":
		place = told
	case ini["daosenable"] == "1":
	case s.ifThere(s.dataPath("daoscat.nsf")) != "" || s.holdsFiles(place):
		what += "; notes.ini has them off, and what is there may still be referred to"
	case !read:
		s.parts = append(s.parts, scopePart{name: PartDAOS, out: "no notes.ini could be read: whether attachments lie outside of the NSF files is for you to say"})
		return
	default:
		s.parts = append(s.parts, scopePart{name: PartDAOS, out: "notes.ini does not turn DAOS on, and there is neither daoscat.nsf nor anything in " + place})
		return
	}
	s.part(PartDAOS, what, place, s.ifThere(s.dataPath("daoscat.nsf")), s.ifThere(s.dataPath("daos.cfg")), s.keyFile(ini["keyfilename"]))
}

// holdsFiles tells that a folder is there and not empty.
func (s *scoper) holdsFiles(dir string) bool {
	list, err := s.fs.ReadDir(dir, 0)
	return err == nil && len(list) > 0
}

// knowsDAOS tells whether it can be known if attachments lie outside of the NSF files: a person said so, or a notes.ini was read.
func knowsDAOS(fsys FS, inst upgrade.Installation, told string) bool {
	_, read := notesINI(fsys, inst)
	return told != "" || read
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

// notesINI reads the keys of notes.ini in lower case. read is false where there is none or it cannot be read.
func notesINI(fsys FS, inst upgrade.Installation) (keys map[string]string, read bool) {
	keys = map[string]string{}
	for _, f := range inst.SettingsFiles {
		if f.Kind != "notes-ini" || !f.Exists {
			continue
		}
		r, err := fsys.Open(f.Path)
		if err != nil {
			continue
		}
		scan := bufio.NewScanner(io.LimitReader(r, 16<<20))
		for scan.Scan() {
			if key, value, ok := strings.Cut(scan.Text(), "="); ok {
				keys[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			}
		}
		read = scan.Err() == nil
		_ = r.Close() // it was only read
	}
	return keys, read
}
