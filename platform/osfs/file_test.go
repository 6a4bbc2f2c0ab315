package osfs

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"github.com/springboard-leap/springboard/upgrade/backup"
)

// alignedBuffer begins at a page, as direct transfers want it; shift moves it off.
func alignedBuffer(n, shift int) []byte {
	raw := make([]byte, n+2*block)
	skip := (block-int(uintptr(unsafe.Pointer(&raw[0]))%block))%block + shift
	return raw[skip : skip+n]
}

// TestWhatIsWrittenInAnyPiecesIsReadInAnyPieces goes through direct and ordinary transfers, and from the one to the other within a file.
func TestWhatIsWrittenInAnyPiecesIsReadInAnyPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 511, 512, 4095, 4096, 4097, 3 * 4096, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 777}
	for round, size := range append(sizes, sizes...) {
		path := filepath.Join(t.TempDir(), "f")
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(r.Uint32())
		}
		w, err := FS{}.Create(path, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		for rest := want; len(rest) > 0; {
			n := min(len(rest), []int{1 << 20, 4096, 8192, 1 + r.IntN(9000)}[r.IntN(4)])
			piece := alignedBuffer(n, []int{0, 0, 1}[r.IntN(3)])
			copy(piece, rest[:n])
			if got, err := w.Write(piece); err != nil || got != n {
				t.Fatalf("size %d: wrote %d of %d: %v", size, got, n, err)
			}
			rest = rest[n:]
		}
		if err := errors.Join(w.Sync(), w.Close()); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("size %d, round %d: the file is not what was written: %v", size, round, err)
		}
		for _, open := range []func(string) (backup.Reader, error){FS{}.Open, FS{}.OpenDisk} {
			got, err := readAll(open, path, alignedBuffer(1<<20, []int{0, 3}[round%2]))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("size %d, round %d: read %d bytes: %v", size, round, len(got), err)
			}
		}
	}
}

func readAll(open func(string) (backup.Reader, error), path string, buf []byte) ([]byte, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []byte
	for {
		n, err := io.ReadFull(r, buf)
		all = append(all, buf[:n]...)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func TestSkippedBytesReadAsZeroEvenAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	w, err := FS{}.Create(path, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	head := alignedBuffer(4096, 0)
	for i := range head {
		head[i] = 'x'
	}
	_, err = w.Write(head)
	if err := errors.Join(err, w.Skip(1<<20), func() error { _, err := w.Write([]byte("middle")); return err }(), w.Skip(1<<20+1), w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	want := append(append(append(bytes.Clone(head), make([]byte, 1<<20)...), "middle"...), make([]byte, 1<<20+1)...)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d: %v", len(got), len(want), err)
	}
}

func TestCreateNeverWritesIntoWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "f"), filepath.Join(dir, "l")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	symlink(t, filepath.Join(dir, "elsewhere"), link)
	for _, p := range []string{path, link} {
		if _, err := (FS{}).Create(p, 0o600); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "elsewhere")); err == nil {
		t.Error("a link was followed")
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the file holds %q", got)
	}
}

func TestOpenTakesRegularFilesOnly(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "l")
	symlink(t, filepath.Join(dir, "f"), link)
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{dir, link, filepath.Join(dir, "none")} {
		if r, err := (FS{}).Open(p); err == nil {
			r.Close()
			t.Errorf("%s was opened", p)
		}
	}
}

func TestApplyKeepsModeAndTimeToTheNanosecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2038, 1, 19, 3, 14, 8, 123_456_789, time.UTC)
	if err := (FS{}).Apply(path, backup.Meta{Mode: 0o640, ModTime: at, UID: -1, GID: -1}); err != nil {
		t.Fatal(err)
	}
	info, err := FS{}.Lstat(path)
	if err != nil || info.Mode.Perm() != kept(0o640) || info.ModTime.Sub(at).Abs() > 100*time.Nanosecond {
		t.Errorf("%+v %v", info, err)
	}
}

func TestSpaceTellsTheVolumeAndItsRoom(t *testing.T) {
	dir := t.TempDir()
	s, err := FS{}.Space(dir)
	if err != nil || s.Volume == "" || s.Free <= 0 || s.Total < s.Free {
		t.Errorf("%+v %v", s, err)
	}
	again, err := FS{}.Space(filepath.Dir(dir))
	if err != nil || again.Volume != s.Volume {
		t.Errorf("a folder and the one above are on %s and %s", s.Volume, again.Volume)
	}
	fat := backup.Space{Type: "vfat"}
	limits(&fat)
	if fat.MaxFile != 1<<32-1 || !fat.FoldsCase {
		t.Errorf("FAT: %+v", fat)
	}
}

func TestExchangeLetsTwoNamesChangePlaces(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(os.Mkdir(a, 0o700), os.WriteFile(b, []byte("b"), 0o600)); err != nil {
		t.Fatal(err)
	}
	err := FS{}.Exchange(a, b)
	if errors.Is(err, backup.ErrUnsupported) {
		t.Skip("this system cannot do it")
	}
	if err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Stat(b); err != nil || !fi.IsDir() {
		t.Errorf("b is %v %v", fi, err)
	}
	if err := (FS{}).Exchange(a, filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("with nothing: %v", err)
	}
}

func TestABufferBeginsWhereADiskTakesItDirectly(t *testing.T) {
	for n, align := range map[int]uintptr{1: block, 5000: block, 1 << 20: block, hugePage: hugePage, 4<<20 + 1: hugePage, 8 << 20: hugePage} {
		b := FS{}.Buffer(n)
		if len(b) != n || cap(b) != n {
			t.Fatalf("%d bytes were asked for, %d of %d came", n, len(b), cap(b))
		}
		if at := uintptr(unsafe.Pointer(&b[0])); at%align != 0 {
			t.Errorf("a buffer of %d begins at %#x", n, at)
		}
		for i := range b {
			b[i] = byte(i)
		}
		b[n-1] = 7
	}
}
