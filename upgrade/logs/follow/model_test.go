package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// model is a file system and the server that writes a log on it. The server's next deed comes between any two calls of the follower, as the fuzzer wills.
type model struct {
	t     *testing.T
	names map[string]*inode
	open  map[*inode]bool // every file that a follower opened
	free  []string        // identities that may be used again
	made  int
	gone  bool // the folder
	now   time.Time
	dirAt time.Time

	deeds  []byte
	delay  int
	kill   bool // the follower is to be killed at the next chunk or event
	logIt  bool
	inside bool

	kind     int
	cur      *inode // that the server has open
	pen      int    // in the file, for a log that is written over in place
	limit    int
	rolls    int
	lines    int
	wrote    []byte // everything that the server wrote
	doubt    bool   // something was done that may have destroyed unread bytes
	partial  bool
	idle     int
	vanishes bool            // the folder may vanish and return
	lapped   bool            // the pen overtook the follower: from there on nobody can tell what is new
	shallow  map[string]bool // identities of which no more than the header was read: with the same number and the same header nobody can tell another file
	unseen   map[int]bool    // bytes that were destroyed in a file that no follower had opened: nobody can know of them
}

// destroy is called before bytes of a file are thrown away.
func (m *model) destroy(n *inode) {
	if n.opened {
		return
	}
	for _, at := range n.at {
		m.unseen[at] = true
	}
}

// reads tells that a follower has read so many bytes of a file.
func (m *model) reads(identity string, bytes int) {
	for n := range m.open {
		if n.id == identity && (n.handles > 0 || n.links > 0) {
			n.opened = true
			n.read += bytes
		}
	}
}

// empty truncates the log.
func (m *model) empty() {
	m.cur.data, m.cur.at, m.pen = m.cur.data[:0], nil, 0
	m.cur.mod = m.now
}

type inode struct {
	id      string
	data    []byte
	at      []int // where each byte stands in all that was written
	opened  bool  // a follower has read of it
	wrote   int   // bytes, for a log that is written over in place
	read    int   // bytes that followers have read of it
	mod     time.Time
	links   int
	handles int
}

type handle struct {
	m *model
	n *inode
}

const modelDir = "/logs"

var modelLog = filepath.Join(modelDir, "SystemOut.log")

// The kinds of servers.
const (
	stamped     = iota // rename to a name with the time, create
	renumbered         // rename .1 to .2, the log to .1, create
	copied             // renumber, copy to .1, truncate
	overInPlace        // written over from its beginning at its limit
	destructive        // whatever there is
	headed             // as stamped, and every file begins with the same header, as WebSphere's do
	numbersOfKinds
)

func newModel(t *testing.T, kind int, deeds []byte) *model {
	m := &model{t: t, names: map[string]*inode{}, open: map[*inode]bool{}, now: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC), kind: kind, deeds: deeds, limit: 6000, unseen: map[int]bool{}, shallow: map[string]bool{}}
	m.create()
	m.header()
	return m
}

func (m *model) newInode() *inode {
	if len(m.free) > 0 {
		id := m.free[0]
		m.free = m.free[1:]
		return &inode{id: id, mod: m.now}
	}
	m.made++
	return &inode{id: fmt.Sprint("i", m.made), mod: m.now}
}

func (m *model) link(name string, n *inode) {
	m.unlink(name)
	n.links++
	m.names[name] = n
	m.dirAt = m.now
}

func (m *model) unlink(name string) {
	if n := m.names[name]; n != nil {
		delete(m.names, name)
		n.links--
		m.release(n)
		m.dirAt = m.now
	}
}

func (m *model) release(n *inode) {
	if n.links == 0 && n.handles == 0 && n != m.cur {
		m.destroy(n)
		if !m.shallow[n.id] {
			m.free = append(m.free, n.id)
		}
	}
}

func (m *model) move(from, to string) {
	if n := m.names[from]; n != nil {
		n.links++
		m.unlink(from)
		n.links--
		m.link(to, n)
	}
}

func (m *model) create() {
	old := m.cur
	m.cur = m.newInode()
	m.pen = 0
	m.link(modelLog, m.cur)
	if old != nil {
		m.release(old)
	}
}

// modelHeader is longer than what a follower compares of a file's beginning.
var modelHeader = "************ Start Display Current Environment ************\n" +
	"WebSphere Platform 9.0.5.5 [ND 9.0.5.5 f5052031.04] running with process name cell\\node\\server1 and process id 8230\n" +
	strings.Repeat("Classpath = /opt/IBM/WebSphere/AppServer/profiles/AppSrv01/properties\n", 15) +
	"************* End Display Current Environment *************\n"

// step is called before each call of the follower: perhaps the server does something.
func (m *model) step() {
	if m.inside {
		return
	}
	m.inside = true
	defer func() { m.inside = false }()
	m.now = m.now.Add(time.Millisecond)
	for m.delay == 0 && len(m.deeds) > 0 {
		b := m.deeds[0]
		m.deeds = m.deeds[1:]
		m.do(int(b & 15))
		m.delay = []int{0, 1, 2, 3, 5, 9, 17, 40}[b>>4&7]
		if b>>7 == 1 {
			m.delay += 3
		}
	}
	if m.delay > 0 {
		m.delay--
	}
}

func (m *model) do(deed int) {
	if m.logIt {
		m.t.Logf("deed %d at %d bytes, %d rolls", deed, len(m.wrote), m.rolls)
	}
	if m.gone && deed != 12 && deed != 9 {
		return
	}
	switch deed {
	case 0, 1, 2, 3:
		m.write(deed*deed + 1)
	case 4:
		if m.partial {
			return
		}
		m.text(fmt.Sprintf("[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   part %d ", m.lines))
		m.partial = true
	case 5, 6, 7:
		m.rotate()
	case 8:
		m.retain()
	case 9:
		m.now = m.now.Add(time.Minute)
	case 10, 11:
		m.kill = true
	case 12:
		if m.kind == destructive || m.vanishes {
			m.vanish()
		}
	case 13:
		if m.kind == destructive {
			m.doubt = true
			m.destroy(m.cur)
			m.empty()
		}
	case 14:
		if m.kind == destructive {
			m.doubt = true
			m.unlink(modelLog)
			m.create()
		}
	case 15:
		if m.kind == destructive {
			m.doubt = true
			was := len(m.cur.data)
			m.destroy(m.cur)
			m.empty()
			for len(m.cur.data) < was {
				m.write(1)
			}
		}
	}
}

// header begins a new file of a server that writes headers. They are not among what was written: whether a file was read whole shows in the rest.
func (m *model) header() {
	if m.kind == headed {
		m.cur.data = append(m.cur.data, modelHeader...)
	}
}

// withoutHeader gives what a chunk at an offset holds behind the header.
func (m *model) withoutHeader(offset int64, data []byte) []byte {
	if m.kind != headed {
		return data
	}
	return data[min(len(data), max(0, len(modelHeader)-int(offset))):]
}

func (m *model) write(n int) {
	for range n {
		m.lines++
		head := "[11/23/26 21:00:00:000 CET] 000000a3 Demo          I   "
		if m.partial {
			head = ""
			m.partial = false
		}
		m.text(fmt.Sprintf("%smessage %d %s\n", head, m.lines, strings.Repeat("x", m.lines*7%60)))
	}
}

func (m *model) text(s string) {
	m.wrote = append(m.wrote, s...)
	m.cur.mod = m.now
	if m.kind != overInPlace {
		for i := range len(s) {
			m.cur.at = append(m.cur.at, len(m.wrote)-len(s)+i)
		}
		m.cur.data = append(m.cur.data, s...)
		return
	}
	if m.cur.wrote += len(s); m.cur.wrote-m.cur.read > m.limit-3*blockSize {
		m.lapped = true
	}
	for i, b := range []byte(s) {
		if m.pen >= m.limit {
			m.pen = 0
		}
		at := len(m.wrote) - len(s) + i
		if m.pen < len(m.cur.data) {
			m.cur.data[m.pen], m.cur.at[m.pen] = b, at
		} else {
			m.cur.data, m.cur.at = append(m.cur.data, b), append(m.cur.at, at)
		}
		m.pen++
	}
}

func (m *model) rotate() {
	switch m.kind {
	case stamped, headed:
		m.rolls++
		m.move(modelLog, filepath.Join(modelDir, time.Date(2026, 11, 23, 0, 0, m.rolls, 0, time.UTC).Format("SystemOut_06.01.02_15.04.05.log")))
		m.create()
		m.header()
	case renumbered:
		m.shift()
		m.move(modelLog, modelLog+".1")
		m.create()
	case copied:
		m.shift()
		n := m.newInode()
		n.data = slices.Clone(m.cur.data)
		m.link(modelLog+".1", n)
		n.at = slices.Clone(m.cur.at)
		m.empty()
	case overInPlace:
		m.write(5)
	case destructive:
		m.shift()
		m.move(modelLog, modelLog+".1")
		m.create()
	}
}

func (m *model) shift() {
	m.rolls++
	for i := m.rolls; i > 0; i-- {
		m.move(fmt.Sprintf("%s.%d", modelLog, i), fmt.Sprintf("%s.%d", modelLog, i+1))
	}
}

// retain deletes the oldest rotated file.
func (m *model) retain() {
	if m.kind == copied || m.kind == overInPlace {
		return
	}
	oldest := ""
	for name := range m.names {
		dated := m.kind == stamped || m.kind == headed
		older := dated && name < oldest || !dated && (len(name) > len(oldest) || len(name) == len(oldest) && name > oldest)
		if name != modelLog && (oldest == "" || older) {
			oldest = name
		}
	}
	if oldest != "" {
		m.doubt = true
		m.unlink(oldest)
	}
}

func (m *model) vanish() {
	if m.gone {
		m.gone = false
		m.create()
		m.header()
		return
	}
	m.doubt = true
	m.gone = true
	was := m.cur
	m.cur = nil
	for name := range m.names {
		m.unlink(name)
	}
	m.destroy(was)
}

func (m *model) missing(op, name string) error {
	return &os.PathError{Op: op, Path: name, Err: os.ErrNotExist}
}

func (m *model) Open(name string) (File, error) {
	m.step()
	n := m.names[name]
	if n == nil {
		return nil, m.missing("open", name)
	}
	n.handles++
	m.open[n] = true
	return &handle{m, n}, nil
}

func (m *model) Stat(name string) (Info, error) {
	m.step()
	if name == modelDir && !m.gone {
		return Info{Mod: m.dirAt, Identity: "dir"}, nil
	}
	n := m.names[name]
	if n == nil {
		return Info{}, m.missing("stat", name)
	}
	return n.info(), nil
}

func (n *inode) info() Info {
	return Info{Size: int64(len(n.data)), Mod: n.mod, Regular: true, Identity: n.id}
}

func (m *model) Names(dir string) ([]string, error) {
	m.step()
	if m.gone {
		return nil, m.missing("open", dir)
	}
	var names []string
	for name := range m.names {
		names = append(names, filepath.Base(name))
	}
	return names, nil
}

func (h *handle) ReadAt(p []byte, off int64) (int, error) {
	h.m.step()
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	if off >= int64(len(h.n.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.n.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) Stat() (Info, error) {
	h.m.step()
	return h.n.info(), nil
}

func (h *handle) Close() error {
	h.n.handles--
	h.m.release(h.n)
	return nil
}

// Wait is the follower's waker: time goes on.
func (m *model) Wait(ctx context.Context, d time.Duration) error {
	m.now = m.now.Add(d)
	m.delay = 0
	m.step()
	if len(m.deeds) == 0 {
		if m.idle++; m.idle > 60 {
			return context.Canceled
		}
	}
	return ctx.Err()
}

// Close implements Waker.
func (m *model) Close() error { return nil }
