package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// errNewer is the answer to a manifest of a later format.
type errNewer struct {
	format int
	tool   string
}

func (e errNewer) Error() string { return fmt.Sprintf("manifest format %d", e.format) }

// errEnough ends the reading of a manifest whose receiver has what it wants.
var errEnough = errors.New("enough")

// Limits of what a manifest may ask of memory, far above what any backup needs.
const (
	maxHeader = 64 << 20
	maxEntry  = 1 << 20
)

// meter ends a stream that gives more than its receiver allows for one value.
type meter struct {
	r    io.Reader
	left int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errors.New("a value is too long")
	}
	n, err := m.r.Read(p)
	m.left -= int64(n)
	return n, err
}

// readManifest gives the header, then each entry in order. It believes nothing: paths, order, parents and totals are checked.
func readManifest(r io.Reader, onHeader func(header) error, onEntry func(entry) error) error {
	in := &meter{r: r, left: maxHeader}
	m := &manifestReader{in: in, dec: json.NewDecoder(in), head: map[string]json.RawMessage{}}
	if err := m.open(); err != nil {
		return err
	}
	for m.dec.More() {
		key, err := m.key()
		if err != nil {
			return err
		}
		if key != "entries" {
			if err := m.field(key); err != nil {
				return err
			}
			continue
		}
		if err := m.entries(onHeader, onEntry); err != nil {
			return err
		}
	}
	return m.end()
}

type manifestReader struct {
	in    *meter
	dec   *json.Decoder
	head  map[string]json.RawMessage
	h     header
	done  bool // the entries were read
	order order
}

func (m *manifestReader) open() error {
	t, err := m.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	return nil
}

func (m *manifestReader) key() (string, error) {
	t, err := m.dec.Token()
	if err != nil {
		return "", err
	}
	key, ok := t.(string)
	if _, twice := m.head[key]; !ok || twice || key == "entries" && m.done {
		return "", fmt.Errorf("key %.50q stands twice", key)
	}
	return key, nil
}

func (m *manifestReader) field(key string) error {
	var value json.RawMessage
	if err := m.dec.Decode(&value); err != nil {
		return err
	}
	m.head[key] = value
	if key != "format" {
		return nil
	}
	var format int
	if err := json.Unmarshal(value, &format); err != nil {
		return fmt.Errorf("format: %w", err)
	}
	if format > manifestFormat {
		newer := errNewer{format: format}
		_ = json.Unmarshal(m.head["tool"], &newer.tool) // a name for the message, when it stood before
		return newer
	}
	return nil
}

// entries reads the array; all header fields have been read by then, because they are written first.
func (m *manifestReader) entries(onHeader func(header) error, onEntry func(entry) error) error {
	if err := m.header(); err != nil {
		return err
	}
	m.order.items = map[string][]item{}
	for _, p := range m.h.Parts {
		m.order.items[p.Name] = p.Items
	}
	if err := onHeader(m.h); err != nil {
		return err
	}
	if t, err := m.dec.Token(); err != nil || t != json.Delim('[') {
		return errors.Join(errors.New("entries is no array"), err)
	}
	for m.dec.More() {
		m.in.left = maxEntry
		var e entry
		if err := m.dec.Decode(&e); err != nil {
			return err
		}
		if err := m.order.next(e); err != nil {
			return err
		}
		if err := onEntry(e); err != nil {
			return err
		}
	}
	m.in.left = maxEntry
	m.done = true
	_, err := m.dec.Token()
	return err
}

func (m *manifestReader) header() error {
	all, err := json.Marshal(m.head)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(all, &m.h); err != nil {
		return err
	}
	m.order.packed, m.order.room = m.h.Compression != "", m.h.Content
	if m.h.Format < 1 || m.h.Format > manifestFormat || m.h.Schema != manifestSchema || m.order.packed && (m.h.Format < packedFormat || m.h.Compression != compression) {
		return fmt.Errorf("format %d of schema %.50q is none of ours", m.h.Format, m.h.Schema)
	}
	return checkHeader(m.h)
}

func (m *manifestReader) end() error {
	if _, err := m.dec.Token(); err != nil {
		return err
	}
	if _, err := m.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands after the end")
	}
	if !m.done {
		return errors.New("entries are missing")
	}
	if m.order.sum != m.h.Totals {
		return fmt.Errorf("the entries add up to %+v, the header says %+v", m.order.sum, m.h.Totals)
	}
	return nil
}

// order proves that entries come in the one order a walk gives, each below a folder that stands before it, and adds them up. Thereby no path
// stands twice and none leads through a link.
type order struct {
	items   map[string][]item // of each part
	packed  bool              // files may be packed
	room    int64             // what the contents may still add up to, in a packed backup
	last    string
	folders []string
	sum     totals
	// plain are the paths so far that the names to come may begin with: only one of them can be what a packed file unpacks to.
	plain []string
	// firsts are the files with more than one name so far, by path.
	firsts map[string]entry
}

// maxFirsts bounds the memory that a manifest may ask for its files with more than one name.
const maxFirsts = 2 * maxGroups

func (o *order) next(e entry) error {
	if o.last != "" && comparePaths(o.last, e.Path) >= 0 {
		return fmt.Errorf("path %.200q is out of order or stands twice", e.Path)
	}
	o.last = e.Path
	for len(o.folders) > 0 && !strings.HasPrefix(e.Path, o.folders[len(o.folders)-1]+"/") {
		o.folders = o.folders[:len(o.folders)-1]
	}
	parent := e.Path[:strings.LastIndexByte(e.Path, '/')]
	inPart := strings.Count(parent, "/") == 1 // data/<part>
	if !inPart && (len(o.folders) == 0 || o.folders[len(o.folders)-1] != parent) {
		return fmt.Errorf("path %.200q lies in no folder of the manifest", e.Path)
	}
	if !o.belongs(e) {
		return fmt.Errorf("path %.200q is no file or folder that its part names", e.Path)
	}
	if err := o.unpacks(e); err != nil {
		return err
	}
	if err := o.links(e); err != nil {
		return err
	}
	if e.Type == typeDir || e.Type == typeParent {
		o.folders = append(o.folders, e.Path)
	}
	if e.Type == typeFile && o.sum.Bytes > math.MaxInt64-e.Size {
		return errors.New("the sizes add up to more than any disk holds")
	}
	o.sum.add(e)
	return nil
}

// unpacks refuses a packed file whose content would meet something else of the same name.
func (o *order) unpacks(e entry) error {
	for len(o.plain) > 0 && !strings.HasPrefix(e.Path, o.plain[len(o.plain)-1]) {
		o.plain = o.plain[:len(o.plain)-1]
	}
	if o.packed && e.Type == typeFile {
		if o.room -= e.content().size; o.room < 0 {
			return errors.New("the contents add up to more than the header says")
		}
	}
	if !e.Packed {
		if o.packed {
			o.plain = append(o.plain, e.Path)
		}
		return nil
	}
	if !o.packed {
		return fmt.Errorf("%.200q is packed in a backup that says it is not", e.Path)
	}
	if slices.Contains(o.plain, e.logical()) {
		return fmt.Errorf("%.200q unpacks to a name that stands twice", e.Path)
	}
	return nil
}

// links proves that a second name is one of a file before it that holds the same: nothing else is ever given another name.
func (o *order) links(e entry) error {
	if e.LinkTo != "" {
		first, ok := o.firsts[e.LinkTo]
		if !ok || first.content() != e.content() || first.Packed != e.Packed || partOf(first.Path) != partOf(e.Path) {
			return fmt.Errorf("%.200q is another name of no file before it", e.Path)
		}
		return nil
	}
	if e.Type != typeFile || e.Links < 2 || len(o.firsts) >= maxFirsts {
		return nil
	}
	if o.firsts == nil {
		o.firsts = map[string]entry{}
	}
	o.firsts[e.Path] = e
	return nil
}

// belongs tells that an entry is one of its part's items, lies below one, or is a folder above one.
func (o *order) belongs(e entry) bool {
	part := partOf(e.Path)
	rel := strings.TrimPrefix(e.logical(), dataDir+"/"+part+"/")
	for _, i := range o.items[part] {
		if isRelBelow(i.Rel, rel) || e.Type == typeParent && isRelBelow(rel, i.Rel) {
			return true
		}
	}
	return false
}
