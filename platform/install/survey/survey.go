// Package survey collects what detection comes across besides installations: where it looked and what was there, notes for a person, and
// faults of single files that did not keep the rest from being found. It also masks secrets in the lines of files that become evidence.
package survey

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/springboard-leap/springboard/platform/install/rootfs"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// Place is one place that was looked at, so that "nothing found" is an explained result.
type Place struct {
	Path  string `json:"path"`  // openable; may not exist
	For   string `json:"for"`   // what was looked for
	Found string `json:"found"` // what was there
}

// Survey is the collector of one detection. One goroutine only.
type Survey struct {
	Root     *rootfs.Root
	Looked   []Place
	Notes    []string
	Problems []*upgrade.Fault

	docs map[string]*xmlscan.Document // read once: a detection is one look
}

// Look records a place.
func (s *Survey) Look(path, what, found string) {
	s.Looked = append(s.Looked, Place{Path: path, For: what, Found: found})
}

// Note records a remark that belongs to no installation; the same remark only once.
func (s *Survey) Note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, n := range s.Notes {
		if n == text {
			return
		}
	}
	s.Notes = append(s.Notes, text)
}

// Problem records that a file or folder could not be read or understood. A file that is not there is no problem.
func (s *Survey) Problem(path string, err error) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	fault := s.fault(path, err)
	for _, p := range s.Problems {
		if p.Error() == fault.Error() {
			return
		}
	}
	s.Problems = append(s.Problems, fault)
}

func (s *Survey) fault(path string, err error) *upgrade.Fault {
	var syntax *xmlscan.SyntaxError
	if errors.As(err, &syntax) {
		return upgrade.NewFault("SB-1003", upgrade.KindFailed, err, "file", path, "line", fmt.Sprint(syntax.Line), "detail", syntax.Msg)
	}
	if errors.Is(err, fs.ErrPermission) {
		return upgrade.NewFault("SB-1004", upgrade.KindFailed, err, "file", path)
	}
	return upgrade.NewFault("SB-1005", upgrade.KindFailed, err, "file", path, "detail", err.Error())
}

// XML reads an XML file; what cannot be read is recorded as a problem, and what was read before it is still given. It is nil when the file is
// missing or nothing could be read of it.
func (s *Survey) XML(path string) *xmlscan.Document {
	if doc, ok := s.docs[path]; ok {
		return doc
	}
	doc := s.readXML(path)
	if s.docs == nil {
		s.docs = map[string]*xmlscan.Document{}
	}
	s.docs[path] = doc
	return doc
}

// Peek reads an XML file that may be somebody else's: when it cannot be read that is no problem of this detection.
func (s *Survey) Peek(path string) *xmlscan.Document {
	data, err := s.Root.ReadFile(path)
	if err != nil {
		return nil
	}
	doc, _ := xmlscan.Parse(data) //nolint:errcheck // what stands before a break tells whose file it is
	if doc == nil || doc.Root == nil {
		return nil
	}
	return doc
}

func (s *Survey) readXML(path string) *xmlscan.Document {
	data, err := s.Root.ReadFile(path)
	if err != nil {
		s.Problem(path, err)
		return nil
	}
	doc, err := xmlscan.Parse(data)
	s.Problem(path, err)
	if doc == nil || doc.Root == nil {
		return nil
	}
	doc.File = path
	return doc
}
