package logs

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// benchSize is 64 MB; SPRINGBOARD_BENCH_MB asks for another.
func benchSize() int64 {
	if mb, err := strconv.Atoi(os.Getenv("SPRINGBOARD_BENCH_MB")); err == nil {
		return int64(mb) << 20
	}
	return 64 << 20
}

// BenchmarkStats tells how many times longer counting records takes than wc -l on the same file in the same run.
func BenchmarkStats(b *testing.B) {
	file, _ := generated(b, "SystemOut.log", benchSize())
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	peer := time.Duration(1 << 62)
	for range 5 {
		began := time.Now()
		if err := exec.Command("wc", "-l", file).Run(); err != nil {
			b.Skip("wc is not here: ", err)
		}
		peer = min(peer, time.Since(began))
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	best := time.Duration(1 << 62)
	for b.Loop() {
		began := time.Now()
		if _, err := Stats(b.Context(), Options{}, file); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(began))
	}
	b.ReportMetric(float64(best)/float64(peer), "x-wc-l")
}

// BenchmarkRecords reads every record with its trace and causes.
func BenchmarkRecords(b *testing.B) {
	file, _ := generated(b, "SystemOut.log", benchSize())
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for b.Loop() {
		src, err := Open(b.Context(), Options{}, file)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range src.Records(b.Context(), nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
		src.Close()
	}
}
