package settings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// Files is the file system as settings need it. Implementations give errors that errors.Is can tell as fs.ErrNotExist and fs.ErrPermission.
type Files interface {
	Read(path string) ([]byte, error)
	// WriteAtomic replaces the file as a whole or leaves it as it was: temporary file beside it, fsync, rename, fsync of the folder. It keeps owner
	// and mode of a file that exists and follows a symbolic link to its target; a new file gets mode 0600, its folder is made when missing.
	WriteAtomic(path string, data []byte) error
	// Remove deletes one file.
	Remove(path string) error
	// List gives the names in a folder, sorted; a folder that does not exist has none.
	List(dir string) ([]string, error)
}

// FilePlan is what will happen to one file.
type FilePlan struct {
	File    string   `json:"file"`
	Changes []Change `json:"changes"`
	Diff    string   `json:"diff"` // unified; empty when nothing changes
	// Problems are what the file has that is odd after the edit.
	Problems []Problem `json:"problems,omitempty"`

	BeforeSHA256 string `json:"before_sha256"` // empty when the file did not exist
	AfterSHA256  string `json:"after_sha256"`

	before, after []byte
	existed       bool
}

// Changed tells whether the file will be written.
func (p FilePlan) Changed() bool { return p.BeforeSHA256 != p.AfterSHA256 }

// Plan is a set of edits worked out against the files as they are now. Nothing has been written.
type Plan struct {
	Why   string     `json:"why,omitempty"`
	Files []FilePlan `json:"files"`

	edits []upgrade.Edit
}

// Changed tells whether applying would write anything.
func (p Plan) Changed() bool {
	for _, f := range p.Files {
		if f.Changed() {
			return true
		}
	}
	return false
}

// Judged is the plan with what a catalogue says of the keys and values that the files will have, beside what their syntax has.
func (p Plan) Judged(c Catalogue) (Plan, error) {
	p.Files = slices.Clone(p.Files)
	for i, f := range p.Files {
		doc, err := Open(f.File, f.after)
		if err != nil {
			return Plan{}, err
		}
		p.Files[i].Problems = c.Validate(f.File, doc)
	}
	return p, nil
}

// Diff is the unified diff of all files.
func (p Plan) Diff() string {
	out := ""
	for _, f := range p.Files {
		out += f.Diff
	}
	return out
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// MakePlan works out what edits do. Edits of one file are applied one after the other, files keep the order in which they are first named. A
// .properties file that does not exist is made by a set; any other missing file is an error.
func MakePlan(ctx context.Context, files Files, why string, edits ...upgrade.Edit) (Plan, error) {
	plan := Plan{Why: why, Files: []FilePlan{}, edits: slices.Clone(edits)}
	at := map[string]int{}
	docs := []Document{}
	for _, e := range edits {
		if err := ctx.Err(); err != nil {
			return Plan{}, context.Cause(ctx)
		}
		i, known := at[e.File]
		if !known {
			p, doc, err := begin(files, e)
			if err != nil {
				return Plan{}, err
			}
			i = len(docs)
			at[e.File] = i
			docs, plan.Files = append(docs, doc), append(plan.Files, p)
		}
		changes, err := apply(docs[i], e)
		if err != nil {
			return Plan{}, err
		}
		plan.Files[i].Changes = append(plan.Files[i].Changes, changes...)
	}
	for i := range plan.Files {
		plan.Files[i].finish(docs[i])
	}
	return plan, nil
}

func begin(files Files, e upgrade.Edit) (FilePlan, Document, error) {
	data, err := files.Read(e.File)
	existed := err == nil
	if err != nil && (!errors.Is(err, fs.ErrNotExist) || e.Op != upgrade.EditSet || KindOf(e.File, nil) != KindProperties) {
		return FilePlan{}, nil, readFault(e.File, err)
	}
	doc, err := Open(e.File, data)
	if err != nil {
		return FilePlan{}, nil, err
	}
	p := FilePlan{File: e.File, Changes: []Change{}, before: data, existed: existed}
	if existed {
		p.BeforeSHA256 = hash(data)
	}
	return p, doc, nil
}

func (p *FilePlan) finish(doc Document) {
	p.after = doc.Bytes()
	p.AfterSHA256 = hash(p.after)
	if !p.existed && len(p.after) == 0 {
		p.AfterSHA256 = ""
	}
	p.Problems = doc.Problems()
	p.Changes = maskChanges(p.Changes)
	p.Diff = Diff(p.File, p.before, p.after)
}

func readFault(file string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return upgrade.NewFault("SB-5008", upgrade.KindFailed, err, "file", file)
	}
	return upgrade.NewFault("SB-5009", upgrade.KindFailed, err, "file", file, "detail", err.Error())
}

func apply(doc Document, e upgrade.Edit) ([]Change, error) {
	if name, ok := option(doc, e.Key); ok && (e.Op == upgrade.EditSet || e.Op == upgrade.EditUnset) {
		return editOption(doc.(*XML), e, name) //nolint:errcheck // option says that it is XML
	}
	e.Key = keyOf(e.File, doc, e.Key)
	switch e.Op {
	case upgrade.EditSet:
		return doc.Set(e.Key, e.Value)
	case upgrade.EditUnset:
		return doc.Unset(e.Key)
	}
	c, ok := doc.(Commenter)
	if !ok {
		return nil, upgrade.NewFault("SB-5010", upgrade.KindUnsupported, nil, "file", e.File, "op", string(e.Op))
	}
	if e.Op == upgrade.EditComment {
		return c.Comment(e.Key)
	}
	return c.Uncomment(e.Key)
}

// Reader reads settings through Files.
type Reader struct{ Files Files }

// Document opens a file.
func (r Reader) Document(file string) (Document, error) {
	data, err := r.Files.Read(file)
	if err != nil {
		return nil, readFault(file, err)
	}
	return Open(file, data)
}

// Find gives every setting that key means in a file, in file order, overridden ones too; in XML the key is a path that may mean several
// attributes. None is no error.
func (r Reader) Find(_ context.Context, file, key string) ([]upgrade.Setting, error) {
	doc, err := r.Document(file)
	if err != nil {
		return nil, err
	}
	if x, ok := doc.(*XML); ok {
		if name, ok := option(doc, key); ok {
			return findOption(file, x, key, name)
		}
		return x.Find(keyOf(file, doc, key))
	}
	key = keyOf(file, doc, key)
	var out []upgrade.Setting
	for _, s := range doc.Settings() {
		if s.Key == key || (KindOf(file, nil) == KindINI && equalFold(s.Key, key)) {
			s.File = file
			out = append(out, s)
		}
	}
	return out, nil
}

// All gives every setting of a file.
func (r Reader) All(_ context.Context, file string) ([]upgrade.Setting, error) {
	doc, err := r.Document(file)
	if err != nil {
		return nil, err
	}
	out, names := doc.Settings(), Names(file, doc)
	for i := range out {
		out[i].File = file
		out[i].Name = nameOf(doc, names, out[i])
	}
	return out, nil
}

// nameOf is the clear name of a setting, empty when it has none.
func nameOf(doc Document, names []Name, s upgrade.Setting) (name string) {
	for _, n := range names {
		if keyMeans(doc, n.Key, s) {
			name = n.Name
		}
	}
	return name
}

// keyMeans tells whether a key of the file means a setting.
func keyMeans(doc Document, key string, s upgrade.Setting) bool {
	x, ok := doc.(*XML)
	if !ok {
		return key == s.Key || KindOf(s.File, nil) == KindINI && equalFold(key, s.Key)
	}
	if !strings.HasSuffix(s.Key, key[strings.LastIndex(key, "/@"):]) {
		return false
	}
	found, err := x.Find(key)
	return err == nil && len(found) == 1 && found[0].Line == s.Line && found[0].Value == s.Value
}

// Problems gives what is odd about a file.
func (r Reader) Problems(_ context.Context, file string) ([]Problem, error) {
	doc, err := r.Document(file)
	if err != nil {
		return nil, err
	}
	return doc.Problems(), nil
}
