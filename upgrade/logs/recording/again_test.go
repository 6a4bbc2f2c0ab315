package recording

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// TestWhatWasKeptIsGivenAgainWhileMoreIsKept: two logs of two files each are kept piece by piece, in segments that are short; any range of a file that begins where a
// piece began is given again, byte for byte, also from another segment on.
func TestWhatWasKeptIsGivenAgainWhileMoreIsKept(t *testing.T) {
	r, err := Create(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.limit = 1500
	type from struct {
		log, key string
		offset   int64
		spot     follow.Spot
	}
	whole := map[string]string{}
	var all []from
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range 120 {
		log, key := fmt.Sprint("log", rnd.IntN(2)), fmt.Sprint(n/60)
		data := strings.Repeat(fmt.Sprintf("%x\n", rnd.Uint64()), 1+rnd.IntN(9))
		at := int64(len(whole[log+key]))
		spot, err := r.Keep(follow.Chunk{Log: log, File: log, Identity: log + key, Key: key, Offset: at, Data: []byte(data)})
		if err != nil || spot == (follow.Spot{}) {
			t.Fatal(spot, err)
		}
		whole[log+key] += data
		all = append(all, from{log, key, at, spot})
		f := all[rnd.IntN(len(all))]
		length := 1 + rnd.Int64N(int64(len(whole[f.log+f.key]))-f.offset)
		var got strings.Builder
		err = r.Again(f.log, f.key, f.spot, f.offset, length, func(data []byte) error {
			got.Write(data)
			return nil
		})
		if want := whole[f.log+f.key][f.offset : f.offset+length]; err != nil || got.String() != want {
			t.Fatalf("%v: %d bytes from %d on of %s %s are %.60q, kept were %.60q", err, length, f.offset, f.log, f.key, got.String(), want)
		}
	}
	if r.number < 3 {
		t.Errorf("all stands in %d segments: they were to be short", r.number)
	}
}

func TestBytesThatWereRecordedBeforeHaveNoSpot(t *testing.T) {
	dir := t.TempDir()
	first := recorder(t, dir)
	write(t, first, "1", "id", 0, recordLine(0))
	first.Close()
	r := recorder(t, dir)
	defer r.Close()
	spot, err := r.Keep(follow.Chunk{Log: logPath, File: logPath, Identity: "id", Key: "1", Data: []byte(recordLine(0) + recordLine(1))})
	if err != nil || spot != (follow.Spot{}) {
		t.Errorf("%v %v: only a part of it stands in this session", spot, err)
	}
}

func TestWhatIsNotThereAnyMoreIsNotGivenAgain(t *testing.T) {
	dir := t.TempDir()
	r := recorder(t, dir)
	defer r.Close()
	c := follow.Chunk{Log: logPath, File: logPath, Identity: "id", Key: "1", Data: []byte(recordLine(0))}
	spot, err := r.Keep(c)
	if err != nil {
		t.Fatal(err)
	}
	give := func([]byte) error { return nil }
	if err := r.Again(c.Log, c.Key, spot, 0, 1000, give); err == nil {
		t.Error("more is given than was kept")
	}
	stop := errors.New("enough")
	if err := r.Again(c.Log, c.Key, spot, 0, 10, func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of who takes it became %v", err)
	}
	name := filepath.Join(dir, segmentName(1))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[spot.Offset+frameHead+20] ^= 1
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Again(c.Log, c.Key, spot, 0, 10, give); err == nil {
		t.Error("a changed byte is given again")
	}
}
