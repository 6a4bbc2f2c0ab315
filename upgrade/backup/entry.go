package backup

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The types of entries.
const (
	typeFile   = "file"
	typeDir    = "dir"
	typeParent = "parent" // a folder above what is backed up: made when it is missing, never replaced
	typeLink   = "link"
)

// entry is one file, folder or link of a backup. Path is relative to the backup's folder, with slashes: data/<part>/<path below the root>.
type entry struct {
	Path    string
	Type    string
	Size    int64
	Mode    fs.FileMode
	ModTime time.Time
	UID     int
	GID     int
	Links   uint64 // hard links of the source, when more than one
	LinkTo  string // the path of the entry before it that is the same file, for a file with more than one name
	Sparse  bool   // it had holes
	Sum     [32]byte
	Target  string // of a link, as it is written
	// Packed: the file stands packed by zstd under Path, which ends with packSuffix; Size and Sum are of what stands there, Content of what it holds.
	Packed  bool
	Content summed
}

// logical is the path of the content: where it belongs below its part.
func (e entry) logical() string {
	if e.Packed {
		return plainName(e.Path)
	}
	return e.Path
}

// content is hash and size of what the source held.
func (e entry) content() summed {
	if e.Packed {
		return e.Content
	}
	return summed{e.Sum, e.Size}
}

// line is an entry as JSON. A name that is not UTF-8 stands in the base64 field, so that every name of a Unix system survives.
type line struct {
	Path        string    `json:"path,omitempty"`
	PathBytes   []byte    `json:"path_base64,omitempty"`
	Type        string    `json:"type"`
	Size        int64     `json:"size"`
	Mode        string    `json:"mode"`
	ModTime     time.Time `json:"mtime"`
	UID         int       `json:"uid"`
	GID         int       `json:"gid"`
	Links       uint64    `json:"hard_links,omitempty"`
	LinkTo      string    `json:"hard_link_to,omitempty"`
	LinkToBytes []byte    `json:"hard_link_to_base64,omitempty"`
	Sparse      bool      `json:"sparse,omitempty"`
	Packed      string    `json:"compression,omitempty"` // zstd
	ContentSize *int64    `json:"content_size,omitempty"`
	ContentSum  string    `json:"content_sha256,omitempty"`
	SHA256      string    `json:"sha256,omitempty"`
	Target      string    `json:"target,omitempty"`
	TargetBytes []byte    `json:"target_base64,omitempty"`
}

func (e entry) MarshalJSON() ([]byte, error) {
	l := line{Type: e.Type, Size: e.Size, Mode: octal(e.Mode), ModTime: e.ModTime.UTC(), UID: e.UID, GID: e.GID, Links: e.Links, Sparse: e.Sparse}
	if y := l.ModTime.Year(); y < 0 || y > 9999 { // a broken clock or a damaged inode: RFC 3339 has no such year
		l.ModTime = time.Unix(0, 0).UTC()
	}
	l.Path, l.PathBytes = splitName(e.Path)
	l.Target, l.TargetBytes = splitName(e.Target)
	l.LinkTo, l.LinkToBytes = splitName(e.LinkTo)
	if e.Packed {
		l.Packed, l.ContentSize, l.ContentSum = compression, &e.Content.size, hexSum(e.Content.sum)
	}
	if e.Type == typeFile {
		l.SHA256 = hex.EncodeToString(e.Sum[:])
	}
	return json.Marshal(l)
}

func (e *entry) UnmarshalJSON(data []byte) error {
	var l line
	if err := json.Unmarshal(data, &l); err != nil {
		return err
	}
	mode, err := fromOctal(l.Mode, l.Type)
	if err != nil {
		return err
	}
	*e = entry{Type: l.Type, Size: l.Size, Mode: mode, ModTime: l.ModTime, UID: l.UID, GID: l.GID, Links: l.Links, Sparse: l.Sparse}
	if e.Path, err = joinName(l.Path, l.PathBytes); err != nil {
		return err
	}
	if e.Target, err = joinName(l.Target, l.TargetBytes); err != nil {
		return err
	}
	if e.LinkTo, err = joinName(l.LinkTo, l.LinkToBytes); err != nil {
		return err
	}
	if l.Type == typeFile {
		if e.Sum, err = parseSum(l.SHA256); err != nil {
			return err
		}
	}
	if err := e.takePacked(l); err != nil {
		return err
	}
	return e.check()
}

// compression is the one way of packing there is.
const compression = "zstd"

func (e *entry) takePacked(l line) error {
	if l.Packed == "" && l.ContentSize == nil && l.ContentSum == "" {
		return nil
	}
	sum, err := parseSum(l.ContentSum)
	switch {
	case err != nil:
		return err
	case l.Packed != compression || l.ContentSize == nil || *l.ContentSize < 0:
		return fmt.Errorf("%.200q is packed in no known way", e.Path)
	}
	e.Packed, e.Content = true, summed{sum, *l.ContentSize}
	return nil
}

func parseSum(text string) (sum [32]byte, err error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(sum) {
		return sum, fmt.Errorf("%.100q is no SHA-256", text)
	}
	copy(sum[:], raw)
	return sum, nil
}

// check refuses what no backup of ours holds. A manifest may come from anywhere, so nothing in it is believed before this.
func (e *entry) check() error {
	if err := checkPath(e.Path); err != nil {
		return err
	}
	switch e.Type {
	case typeFile, typeDir, typeParent:
		if e.Target != "" {
			return fmt.Errorf("%q is no link and has a target", e.Path)
		}
	case typeLink:
		if e.Target == "" || strings.ContainsRune(e.Target, 0) {
			return fmt.Errorf("link %q has no usable target", e.Path)
		}
	default:
		return fmt.Errorf("%q has the unknown type %q", e.Path, e.Type)
	}
	if e.Size < 0 || e.Size != 0 && e.Type != typeFile {
		return fmt.Errorf("%q has the size %d", e.Path, e.Size)
	}
	if (e.Packed || e.LinkTo != "" || e.Sparse) && e.Type != typeFile {
		return fmt.Errorf("%q is no file and is described as one", e.Path)
	}
	if !e.Packed {
		return nil
	}
	if !strings.HasSuffix(e.Path, packSuffix) {
		return fmt.Errorf("%.200q is packed and is not named so", e.Path)
	}
	return checkPath(e.logical()) // "...zst" would unpack to ".."
}

const dataDir = "data"

// maxPath is more than the longest path of any system: Windows takes 32,767 units of UTF-16, three bytes each at most.
const maxPath = 100_000 + 1024

// checkPath refuses every path that is not data/<part>/<names>, with names that stay inside on every system this one may be.
func checkPath(path string) error {
	rest, ok := strings.CutPrefix(path, dataDir+"/")
	if !ok || len(path) > maxPath {
		return fmt.Errorf("path %.200q is not below %s", path, dataDir)
	}
	for name := range strings.SplitSeq(rest, "/") {
		if name == "" || name == "." || name == ".." || strings.ContainsRune(name, 0) {
			return fmt.Errorf("path %.200q leads elsewhere", path)
		}
	}
	part, _, _ := strings.Cut(rest, "/")
	if !isPart(part) {
		return fmt.Errorf("path %.200q belongs to no part", path)
	}
	if !filepath.IsLocal(filepath.FromSlash(path)) { // drive letters, reserved names and backslashes of Windows
		return fmt.Errorf("path %.200q cannot be a path on this system", path)
	}
	return nil
}

func isPart(name string) bool {
	for _, p := range PartNames {
		if p == name {
			return true
		}
	}
	return false
}

func splitName(name string) (string, []byte) {
	if utf8.ValidString(name) {
		return name, nil
	}
	return "", []byte(name)
}

func joinName(text string, raw []byte) (string, error) {
	if text != "" && raw != nil {
		return "", fmt.Errorf("%.200q has two names", text)
	}
	if raw != nil {
		return string(raw), nil
	}
	return text, nil
}

// octal writes permission bits with set-user, set-group and sticky, as chmod takes them.
func octal(m fs.FileMode) string {
	bits := uint32(m.Perm())
	for flag, bit := range specialBits {
		if m&flag != 0 {
			bits |= bit
		}
	}
	return fmt.Sprintf("%04o", bits)
}

var specialBits = map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000}

func fromOctal(text, kind string) (fs.FileMode, error) {
	bits, err := strconv.ParseUint(text, 8, 16)
	if err != nil || bits > 0o7777 {
		return 0, fmt.Errorf("%.20q is no mode", text)
	}
	m := fs.FileMode(bits & 0o777)
	for flag, bit := range specialBits {
		if uint32(bits)&bit != 0 {
			m |= flag
		}
	}
	switch kind {
	case typeDir, typeParent:
		m |= fs.ModeDir
	case typeLink:
		m |= fs.ModeSymlink
	}
	return m, nil
}

// comparePaths orders as a walk does that takes the names of a folder in byte order and a folder before its content: the slash sorts before all.
func comparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		case a[i] < b[i]:
			return -1
		}
		return 1
	}
	return len(a) - len(b)
}

// native makes a path of an entry openable.
func native(dir, slashed string) string { return filepath.Join(dir, filepath.FromSlash(slashed)) }

// meta is what of an entry is put on a path.
func (e entry) meta() Meta { return Meta{Mode: e.Mode, ModTime: e.ModTime, UID: e.UID, GID: e.GID} }

func entryOf(path string, info Info) entry {
	e := entry{Path: path, Mode: info.Mode, ModTime: info.ModTime, UID: info.UID, GID: info.GID}
	switch {
	case info.Mode.IsDir():
		e.Type = typeDir
	case info.Mode&fs.ModeSymlink != 0:
		e.Type = typeLink
	default:
		e.Type, e.Size, e.Sparse = typeFile, info.Size, info.Sparse
	}
	if info.Links > 1 && e.Type == typeFile {
		e.Links = info.Links
	}
	return e
}
