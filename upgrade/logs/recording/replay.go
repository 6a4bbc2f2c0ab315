package recording

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
)

// Recording is a recording that is read. It may be read while a recorder writes it: what is complete is seen.
type Recording struct {
	dir   string
	names []string
	logs  []string
	z     *zstd.Decoder
}

// Open opens a recording for reading. A folder without a recording has no logs and is no error.
func Open(dir string) (*Recording, error) {
	names, err := segments(dir)
	if err != nil {
		return nil, changed(dir, err)
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	r := &Recording{dir: dir, names: names, z: z}
	for i := len(names); i > 0 && len(r.logs) == 0 && err == nil; i-- { // the last one has a table of all files, unless its writer died early
		err = r.each(context.Background(), names[i-1:i], false, func(string, frame, *table) error { return nil }, r.takeLogs)
	}
	if err != nil {
		z.Close()
		return nil, changed(dir, err)
	}
	return r, nil
}

func (r *Recording) takeLogs(t *table) {
	for _, f := range t.Files {
		if !slices.Contains(r.logs, f.Log) {
			r.logs = append(r.logs, f.Log)
		}
	}
}

func (r *Recording) unpacked(packed []byte) ([]byte, error) { return r.z.DecodeAll(packed, nil) }

// Close frees what reading holds.
func (r *Recording) Close() error {
	r.z.Close()
	return nil
}

// Logs lists the paths of the recorded logs.
func (r *Recording) Logs() []string { return slices.Clone(r.logs) }

func changed(dir string, err error) error {
	if _, ok := upgrade.AsFault(err); ok || err == nil {
		return err
	}
	return upgrade.NewFault("SB-3030", upgrade.KindVerify, err, "dir", dir, "detail", err.Error())
}

// each gives all frames of some segments. A torn end of the last segment is the end: a recorder writes it, or died. strict wants the chain
// to go on from segment to segment.
func (r *Recording) each(ctx context.Context, names []string, strict bool, use func(segment string, fr frame, t *table) error, end func(*table)) error {
	var t table
	var last chain
	for i, name := range names {
		s, err := openSegment(name)
		if err != nil {
			if errors.Is(err, errTorn) && i == len(names)-1 {
				break
			}
			return errors.Join(errors.New(name), err)
		}
		if strict && (s.chain != last || s.number != i+1) {
			return errors.Join(errors.New(name+" does not continue the segment before it"), s.close())
		}
		err = r.frames(ctx, s, &t, use)
		last = s.chain
		if err = errors.Join(ignoreTorn(err, i == len(names)-1), s.close()); err != nil {
			return errors.Join(errors.New(name), err)
		}
	}
	end(&t)
	return nil
}

func ignoreTorn(err error, last bool) error {
	if errors.Is(err, io.EOF) || last && errors.Is(err, errTorn) {
		return nil
	}
	return err
}

func (r *Recording) frames(ctx context.Context, s *segmentReader, t *table, use func(string, frame, *table) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		fr, err := s.next()
		if err != nil {
			return err
		}
		if fr.kind == kindTable || fr.kind == kindFile {
			if err := t.take(fr, r.unpacked); err != nil {
				return err
			}
		}
		if err := use(s.path, fr, t); err != nil {
			return err
		}
	}
}

// Verify reads all of it and checks that every frame is as it was written and none is missing. Fault SB-3030 tells where it is not.
func (r *Recording) Verify(ctx context.Context) error {
	err := r.each(ctx, r.names, true, func(_ string, fr frame, t *table) error {
		if fr.kind != kindData {
			return nil
		}
		_, _, packed, err := dataFrame(fr.body)
		if err == nil {
			_, err = r.z.DecodeAll(packed, nil)
		}
		return err
	}, func(*table) {})
	if err != nil && ctx.Err() == nil {
		return changed(r.dir, err)
	}
	return err
}

// place remembers in which segment a piece of a file stands.
type place struct {
	offset  int64 // in the file
	segment string
	at      int64 // in the segment
}

// replay turns the frames of one log into records.
type replay struct {
	r      *Recording
	log    string
	opts   logs.Options
	sink   logs.Sink
	asm    *logs.Assembler
	cur    *file
	held   []byte // of the current file, until its format is known
	start  int64
	places map[string][]place // by file: of the one that is read and the one before, in which a record may have begun
	files  map[string]*file
	more   bool
}

// Records replays a log: the records that were in it, with File and Offset where the recording holds them (a segment and the place of the frame),
// Origin and OriginOffset where the server wrote them, and Line in the original. marks may be nil.
func (r *Recording) Records(ctx context.Context, log string, opts logs.Options, marks func(logs.Mark)) iter.Seq2[*logs.Record, error] {
	return func(yield func(*logs.Record, error) bool) {
		p := &replay{r: r, log: log, opts: opts, files: map[string]*file{}, places: map[string][]place{}, more: true}
		sink := &yieldSink{p: p, yield: yield, marks: marks}
		p.sink = sink
		var join *logs.Joiner
		if opts.Join {
			join = logs.NewJoiner(sink)
			p.sink = join
		}
		err := r.each(ctx, r.names, false, p.take, func(*table) {})
		if errors.Is(err, errStop) {
			return
		}
		if err != nil {
			yield(nil, changed(r.dir, err))
			return
		}
		p.startHeld()
		if p.asm != nil && p.asm.Close() && join != nil {
			join.Flush()
		}
	}
}

var errStop = errors.New("enough")

type yieldSink struct {
	p     *replay
	yield func(*logs.Record, error) bool
	marks func(logs.Mark)
}

func (y *yieldSink) Record(r *logs.Record) bool {
	if f := y.p.files[r.File]; f != nil {
		r.Origin, r.OriginOffset = f.Name, r.Offset
		r.File, r.Offset = y.p.find(r.File, r.Offset)
	}
	y.p.more = y.yield(r, nil)
	return y.p.more
}

func (y *yieldSink) Mark(m logs.Mark) bool {
	if f := y.p.files[m.File]; f != nil {
		m.File = f.Name
	}
	if y.marks != nil {
		y.marks(m)
	}
	return true
}

// find tells where the recording holds the byte at an offset of a file.
func (p *replay) find(key string, offset int64) (segment string, at int64) {
	places := p.places[key]
	for i := len(places) - 1; i >= 0; i-- {
		if places[i].offset <= offset {
			return places[i].segment, places[i].at
		}
	}
	return p.r.dir, 0
}

func (p *replay) take(segment string, fr frame, t *table) error {
	switch fr.kind {
	case kindGap:
		var g gap
		if err := json.Unmarshal(fr.body, &g); err != nil {
			return err
		}
		if g.Log == p.log && !p.gap(g) {
			return errStop
		}
	case kindData:
		id, offset, packed, err := dataFrame(fr.body)
		if err != nil {
			return err
		}
		f := t.byID(id)
		if f == nil {
			return errChanged
		}
		if f.Log != p.log {
			return nil
		}
		data, err := p.r.z.DecodeAll(packed, nil)
		if err != nil {
			return err
		}
		p.data(f, offset, data, place{offset, segment, fr.offset})
		if !p.more {
			return errStop
		}
	}
	return nil
}

// gap marks that bytes are missing, also before the first that are there.
func (p *replay) gap(g gap) bool {
	p.startHeld()
	if p.asm != nil {
		return p.asm.Gap(g.Reason)
	}
	return p.sink.Mark(logs.Mark{Kind: logs.MarkGap, File: g.Log, Offset: g.Offset, Reason: g.Reason})
}

func (p *replay) data(f *file, offset int64, data []byte, at place) {
	if p.cur == nil || p.cur.ID != f.ID {
		p.startHeld()
		for key := range p.places {
			if p.cur == nil || key != p.cur.key() {
				delete(p.places, key)
			}
		}
		p.cur, p.start = f, offset
		p.files[f.key()] = f
		if p.asm != nil {
			p.asm.Open(f.key(), offset, f.Line)
		}
	}
	p.places[f.key()] = append(p.places[f.key()], at)
	if p.asm != nil {
		p.asm.Feed(data)
		return
	}
	p.held = append(p.held, data...)
	if profile := p.probe(); profile.Format != logs.Unrecognised || len(p.held) > 256<<10 {
		p.startWith(profile)
	}
}

// key names a file for the assembler.
func (f *file) key() string { return strconv.Itoa(f.ID) }

func (p *replay) probe() logs.Profile {
	return logs.Probe(p.cur.Name, stamp.Hints{}, p.opts, p.held)
}

func (p *replay) startHeld() {
	if p.asm == nil && len(p.held) > 0 {
		p.startWith(p.probe())
	}
}

func (p *replay) startWith(profile logs.Profile) {
	p.asm = logs.NewAssembler(profile, p.sink)
	p.asm.Open(p.cur.key(), p.start, p.cur.Line)
	p.asm.Feed(p.held)
	p.held = nil
}
