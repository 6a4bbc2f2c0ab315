package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// faultyFS lets one call fail, or all calls from one on until room is made. A write that fails has written half.
type faultyFS struct {
	osFS
	fail  int // the number of the call that fails, from 1
	until int // calls up to this one fail too
	calls int
	hit   bool
}

func (f *faultyFS) next() error {
	f.calls++
	if f.calls == f.fail || f.calls > f.fail && f.calls <= f.until {
		f.hit = true
		return syscall.ENOSPC
	}
	return nil
}

type faultyFile struct {
	segmentFile
	fs *faultyFS
}

func (f *faultyFS) create(path string) (segmentFile, error) {
	if err := f.next(); err != nil {
		return nil, err
	}
	s, err := f.osFS.create(path)
	return faultyFile{s, f}, err
}

func (f *faultyFS) open(path string) (segmentFile, error) {
	if err := f.next(); err != nil {
		return nil, err
	}
	s, err := f.osFS.open(path)
	return faultyFile{s, f}, err
}

func (f *faultyFS) truncate(path string, size int64) error {
	return errors.Join(f.next(), f.osFS.truncate(path, size))
}

func (f *faultyFS) remove(path string) error {
	if err := f.next(); err != nil {
		return err
	}
	return f.osFS.remove(path)
}

func (f faultyFile) Write(p []byte) (int, error) {
	if err := f.fs.next(); err != nil {
		n, _ := f.segmentFile.Write(p[:len(p)/2])
		return n, err
	}
	return f.segmentFile.Write(p)
}

func (f faultyFile) Truncate(size int64) error {
	if err := f.fs.next(); err != nil {
		return err
	}
	return f.segmentFile.Truncate(size)
}

func (f faultyFile) Sync() error { return f.fs.next() } // a real one takes long and proves nothing here

// recordAll records a log of n lines in one file, says what was missed, and gives the numbers of the lines that the recorder says it has.
func recordAll(t *testing.T, r *Recorder, n int) map[int]bool {
	t.Helper()
	r.limit = 1500
	kept := map[int]bool{}
	offset := int64(0)
	for i := range n {
		text := recordLine(i)
		c := follow.Chunk{Log: logPath, File: logPath, Key: "1", Identity: "a", Offset: offset, Data: []byte(text)}
		if err := r.Write(c); err != nil {
			r.Missed(c, err)
		} else {
			kept[i] = true
		}
		offset += int64(len(text))
	}
	return kept
}

// TestARecorderSurvivesEveryFault lets the n-th file operation fail, for every n, once and for a while (a full disk): what was recorded before stands, recording goes
// on when it can, a gap tells what is missing, nothing comes twice, and the recording is whole.
func TestARecorderSurvivesEveryFault(t *testing.T) {
	const lines = 20
	for _, long := range []int{0, 7} {
		for fail := 1; ; fail++ {
			dir := t.TempDir()
			fs := &faultyFS{fail: fail, until: fail + long}
			r, err := create(dir, func() time.Time { return time.Unix(1790000000, 0) }, fs)
			if err != nil {
				t.Fatal(err)
			}
			kept := recordAll(t, r, lines)
			_ = r.Close() // its sync may be what fails
			if !fs.hit {
				if fail < 30 {
					t.Fatalf("only %d operations", fail)
				}
				break
			}
			checkFaulty(t, dir, fmt.Sprintf("fault %d to %d", fail, fail+long), kept, lines, fs.calls < fs.until+2)
		}
	}
}

func checkFaulty(t *testing.T, dir, name string, kept map[int]bool, lines int, toTheEnd bool) {
	t.Helper()
	rec, err := Open(dir)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer rec.Close()
	report, err := rec.Check(t.Context())
	if err != nil || !report.OK || report.Unsealed != 0 && !toTheEnd {
		t.Fatalf("%s: %+v %v", name, report, err)
	}
	last, gaps := -1, 0
	missing := 0
	seen := map[int]bool{}
	marks := func(m logs.Mark) {
		if m.Kind == logs.MarkGap {
			gaps++
		}
	}
	for r, err := range rec.Records(context.Background(), logPath, logs.Options{}, marks) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var n int
		if _, err := fmt.Sscanf(r.Text, "message %d", &n); err != nil || n <= last {
			t.Fatalf("%s: %q after message %d", name, r.Text, last)
		}
		seen[n] = true
		last = n
	}
	for i := range lines {
		if kept[i] && !seen[i] {
			t.Fatalf("%s: message %d was recorded and is not there", name, i)
		}
		if !seen[i] && i < last {
			missing++
		}
	}
	if missing > 0 && gaps == 0 {
		t.Fatalf("%s: %d messages are missing and no gap tells it", name, missing)
	}
}

// TestEveryDamageOfARecordingIsNamed flips a bit in every byte of the first segments, and cuts, removes, swaps and adds segments.
func TestEveryDamageOfARecordingIsNamed(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	fill(t, r, 40)
	seal := r.Seal()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := segments(dir)
	if err != nil || len(names) < 4 {
		t.Fatalf("%d segments: %v", len(names), err)
	}
	check := func(what, segment string, want bool) {
		t.Helper()
		rec, err := OpenDamaged(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		report, err := rec.Check(t.Context(), seal)
		if err != nil {
			t.Fatal(err)
		}
		if report.OK == want {
			t.Errorf("%s: ok is %v", what, report.OK)
		}
		if want && (len(report.Problems) == 0 || segment != "" && report.Problems[0].Segment != segment) {
			t.Errorf("%s: %+v, the first should name %s", what, report.Problems, segment)
		}
	}
	check("nothing", "", false)
	for _, name := range []string{names[0], names[1], names[len(names)-1]} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		step := 1
		if testing.Short() || len(data) > 500 {
			step = 23
		}
		for at := 0; at < len(data); at += step {
			data[at] ^= 0x10
			os.WriteFile(name, data, 0o600)
			check(fmt.Sprintf("%s: byte %d of %d", filepath.Base(name), at, len(data)), filepath.Base(name), true)
			data[at] ^= 0x10
		}
		for cut := 0; cut < len(data); cut += 97 {
			os.WriteFile(name, data[:cut], 0o600)
			check(fmt.Sprintf("%s: cut at %d", filepath.Base(name), cut), "", true)
		}
		os.WriteFile(name, data, 0o600)
	}
	for i, name := range names {
		os.Rename(name, name+"x")
		check("removed "+filepath.Base(name), map[bool]string{true: filepath.Base(name)}[i < len(names)-1], true)
		os.Rename(name+"x", name)
	}
	swap := func() {
		os.Rename(names[1], names[1]+"x")
		os.Rename(names[2], names[1])
		os.Rename(names[1]+"x", names[2])
	}
	swap()
	check("swapped", filepath.Base(names[1]), true)
	swap()
	stranger := filepath.Join(dir, strings.TrimSuffix(filepath.Base(names[0]), suffix)+"a"+suffix)
	os.WriteFile(stranger, nil, 0o600)
	check("a stranger", filepath.Base(stranger), true)
	os.Remove(stranger)
	check("all as before", "", false)
}
