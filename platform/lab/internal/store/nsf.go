package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
)

var errNoApp = errors.New("no such application")

// The databases of Domino Leap itself; every other .nsf of the folder is an application.
const (
	builderFile = "VoltBuilder.nsf"
	configFile  = "VoltConfig.nsf"
	historyFile = "VoltAppHistory.nsf"
)

// An .nsf of a lab: a header page as Notes databases have it, then the lab's data, then filling that depends on the seed.
const (
	nsfPage   = 1024
	dataMagic = "SBLABNSF"
)

type nsfApp struct {
	App     App             `json:"app"`
	Design  json.RawMessage `json:"design"`
	Records []sample.Record `json:"records"`
}

type nsfConfig struct {
	Version string `json:"version"`
	Format  int    `json:"format"`
}

// nsfStore is a volt folder.
type nsfStore struct {
	dir string
	mu  sync.Mutex
}

// OpenNSF opens a volt folder.
func OpenNSF(_ context.Context, dir string) (Store, error) {
	s := &nsfStore{dir: dir}
	if _, err := s.Schema(context.Background()); err != nil {
		return nil, err
	}
	return s, nil
}

// CreateNSF makes a volt folder; dir must exist.
func CreateNSF(ctx context.Context, dir string, seed uint64, version string, fill func(Filler) error) error {
	r := sample.NewRandom(seed, 40)
	config, err := json.Marshal(nsfConfig{version, 1})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name, title string
		payload     []byte
		filling     int
	}{{builderFile, "HCL Domino Leap Builder", []byte("{}"), 96 << 10}, {configFile, "HCL Domino Leap Configuration", config, 32 << 10},
		{historyFile, "HCL Domino Leap App History", []byte("{}"), 64 << 10}} {
		if err := os.WriteFile(filepath.Join(dir, f.name), encodeNSF(f.title, f.payload, r.Bytes(f.filling)), 0o644); err != nil {
			return err
		}
		template := strings.TrimSuffix(f.name, ".nsf") + ".ntf"
		if err := os.WriteFile(filepath.Join(dir, template), encodeNSF(f.title+" Template", []byte("{}"), r.Bytes(24<<10)), 0o644); err != nil {
			return err
		}
	}
	return fill(&nsfFiller{dir: dir, r: r})
}

type nsfFiller struct {
	dir string
	r   sample.Random
	n   int
}

func (f *nsfFiller) Add(_ context.Context, a App, c Content) error {
	payload, err := json.Marshal(nsfApp{a, c.Design, c.Records})
	if err != nil {
		return err
	}
	f.n++
	filling := 1 << 10
	if f.n <= 400 { // a lab of very many applications stays small
		filling += f.r.IntN(60 << 10)
	}
	return os.WriteFile(filepath.Join(f.dir, a.UID+".nsf"), encodeNSF(a.Name, payload, f.r.Bytes(filling)), 0o644)
}

// encodeNSF lays out a file: header, payload, filling, to whole pages.
func encodeNSF(title string, payload, filling []byte) []byte {
	b := make([]byte, nsfPage, nsfPage+len(payload)+len(filling)+2*nsfPage)
	copy(b, []byte{0x1a, 0x00, 0x00, 0x04, 0x00, 0x00, 0x35, 0x00, 0x00, 0x00}) // signature, header length, ODS 53
	copy(b[0xd0:0x200], title)
	b = append(b, dataMagic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	b = append(b, payload...)
	b = append(b, filling...)
	if rest := len(b) % nsfPage; rest != 0 {
		b = append(b, make([]byte, nsfPage-rest)...)
	}
	return b
}

// decodeNSF gives the payload and the filling.
func decodeNSF(name string, b []byte) (payload, filling []byte, err error) {
	start := nsfPage + len(dataMagic) + 4
	if len(b) < start || !bytes.HasPrefix(b, []byte{0x1a, 0x00}) || string(b[nsfPage:nsfPage+len(dataMagic)]) != dataMagic {
		return nil, nil, fmt.Errorf("%s is not a Notes database of a lab", name)
	}
	n := int(binary.LittleEndian.Uint32(b[start-4:]))
	if n > len(b)-start {
		return nil, nil, fmt.Errorf("%s is cut off", name)
	}
	return b[start : start+n], b[start+n:], nil
}

func (s *nsfStore) read(name string, v any) (filling []byte, err error) {
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return nil, err
	}
	payload, filling, err := decodeNSF(name, data)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(payload, v); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return filling, nil
}

// write replaces a file by rename, so that a kill leaves the old or the new one.
func (s *nsfStore) write(name, title string, v any, filling []byte) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return err
	}
	temp := filepath.Join(s.dir, "."+name+".tmp")
	if err := os.WriteFile(temp, encodeNSF(title, payload, filling), 0o644); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return os.Rename(temp, filepath.Join(s.dir, name))
}

func (s *nsfStore) Close() error { return nil }

func (s *nsfStore) Schema(context.Context) (string, error) {
	var c nsfConfig
	_, err := s.read(configFile, &c)
	return c.Version, err
}

func (s *nsfStore) SetSchema(ctx context.Context, version string) error {
	apps, err := s.Apps(ctx)
	if err != nil {
		return err
	}
	for _, a := range apps {
		if a.Failed == "" {
			continue
		}
		if err := s.change(a.UID, func(x *nsfApp) { x.App.Failed = "" }); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var c nsfConfig
	filling, err := s.read(configFile, &c)
	if err != nil {
		return err
	}
	c.Version = version
	return s.write(configFile, "HCL Domino Leap Configuration", c, filling)
}

func (s *nsfStore) Apps(ctx context.Context) ([]App, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var all []App
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".nsf" || name == builderFile || name == configFile || name == historyFile || strings.HasPrefix(name, ".") {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var x nsfApp
		if _, err := s.read(name, &x); err != nil {
			return nil, err
		}
		x.App.Records = len(x.Records)
		all = append(all, x.App)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].UID < all[j].UID })
	return all, nil
}

// file is the name of an application's database. A UID comes from outside: it must be a plain name.
func file(uid string) (string, error) {
	if uid == "" || strings.ContainsAny(uid, `/\:`) || strings.HasPrefix(uid, ".") {
		return "", fmt.Errorf("%q: %w", uid, errNoApp)
	}
	return uid + ".nsf", nil
}

func (s *nsfStore) load(uid string) (x nsfApp, filling []byte, err error) {
	name, err := file(uid)
	if err != nil {
		return x, nil, err
	}
	filling, err = s.read(name, &x)
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("%s: %w", uid, errNoApp)
	}
	return x, filling, err
}

func (s *nsfStore) change(uid string, do func(*nsfApp)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, filling, err := s.load(uid)
	if err != nil {
		return err
	}
	do(&x)
	return s.write(uid+".nsf", x.App.Name, x, filling)
}

func (s *nsfStore) Content(_ context.Context, uid string) (Content, error) {
	x, _, err := s.load(uid)
	return Content{x.Design, x.Records}, err
}

func (s *nsfStore) Put(_ context.Context, a App, c Content) error {
	name, err := file(a.UID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(name, a.Name, nsfApp{a, c.Design, c.Records}, make([]byte, 4<<10))
}

func (s *nsfStore) SetDesign(_ context.Context, uid string, design json.RawMessage, modified time.Time) error {
	return s.change(uid, func(x *nsfApp) { x.Design, x.App.Modified = design, modified.UTC() })
}

func (s *nsfStore) Delete(_ context.Context, uid string) error {
	name, err := file(uid)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return os.Remove(filepath.Join(s.dir, name))
}

func (s *nsfStore) Upgraded(_ context.Context, uid, version string) error {
	return s.change(uid, func(x *nsfApp) { x.App.Version, x.App.Failed = version, "" })
}

func (s *nsfStore) Failed(_ context.Context, f FailedUpgrade) error {
	first, _, _ := strings.Cut(f.Exception, "\n")
	return s.change(f.UID, func(x *nsfApp) { x.App.Failed = first })
}
