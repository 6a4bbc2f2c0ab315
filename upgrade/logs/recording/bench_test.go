package recording

import (
	"fmt"
	"testing"

	"github.com/springboard-leap/springboard/upgrade/logs/follow"
)

// BenchmarkKeepALine tells what a line costs that is recorded at once, as when somebody watches an idle server.
func BenchmarkKeepALine(b *testing.B) {
	r, err := Create(b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var at int64
	for i := 0; b.Loop(); i++ {
		line := fmt.Appendf(nil, "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number %d that is about as long as most lines are in a log\n", i)
		if _, err := r.Keep(follow.Chunk{Log: "SystemOut.log", File: "SystemOut.log", Key: "1", Offset: at, Data: line}); err != nil {
			b.Fatal(err)
		}
		at += int64(len(line))
	}
}

// BenchmarkKeepAFlood tells how many bytes a second are recorded when reads fill their buffer.
func BenchmarkKeepAFlood(b *testing.B) {
	r, err := Create(b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var data []byte
	for i := 0; len(data) < 256<<10; i++ {
		data = fmt.Appendf(data, "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number %d that is about as long as most lines are in a log\n", i)
	}
	b.SetBytes(int64(len(data)))
	var at int64
	for b.Loop() {
		if _, err := r.Keep(follow.Chunk{Log: "SystemOut.log", File: "SystemOut.log", Key: "1", Offset: at, Data: data}); err != nil {
			b.Fatal(err)
		}
		at += int64(len(data))
	}
}
