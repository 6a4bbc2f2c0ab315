package backup_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/op"
)

// BenchmarkCreateAgainstCp compares a backup with its read-back to `cp -a` and `sync -f` of the same tree in the same run, and verify to
// `sha256sum -c`. Run it with -benchtime 1x; SPRINGBOARD_BENCH_MB (2048), _FILES (2000) and _DIR choose the size and the disk. The ratios are the
// figures: the times belong to the machine.
func BenchmarkCreateAgainstCp(b *testing.B) {
	if runtime.GOOS == "windows" {
		b.Skip("cp and sync are not there")
	}
	megabytes, files := setting("SPRINGBOARD_BENCH_MB", 2048), setting("SPRINGBOARD_BENCH_FILES", 2000)
	base, err := os.MkdirTemp(os.Getenv("SPRINGBOARD_BENCH_DIR"), "springboard-bench")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(base)
	inst := benchTree(b, base, megabytes, files)
	for b.Loop() {
		// Twice each, alternating, and the better one of each counts: a shared machine only ever makes things slower.
		var ours, theirs, check, sums time.Duration
		var peak uint64
		for round := range 2 {
			to := filepath.Join(base, "to"+strconv.Itoa(round))
			theirs = better(theirs, copied(b, inst.AppData, filepath.Join(base, "cp"+strconv.Itoa(round))))
			var result backup.Result
			var high uint64
			ours = better(ours, timed(func() { result, high = created(b, inst, to) }))
			peak = max(peak, high)
			check = better(check, timed(func() { verifyOK(b, ports(), result.Backup) }))
			sums = better(sums, timed(func() { evict(result.Backup); run(b, result.Backup, "sha256sum", "-c", "--quiet", "SHA256SUMS") }))
			os.RemoveAll(to)
			settleDisk(b, base)
		}
		b.ReportMetric(ours.Seconds()/theirs.Seconds(), "create/cp+sync")
		b.ReportMetric(check.Seconds()/sums.Seconds(), "verify/sha256sum-c")
		b.ReportMetric(float64(peak)/(1<<20), "MB-heap")
		b.Logf("create %.1f s, cp -a and sync -f %.1f s, verify %.1f s, sha256sum -c %.1f s",
			ours.Seconds(), theirs.Seconds(), check.Seconds(), sums.Seconds())
	}
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func better(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

func timed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

func benchTree(b *testing.B, base string, megabytes, files int) upgrade.Installation {
	b.Helper()
	root := filepath.Join(base, "L")
	volt := filepath.Join(root, "local", "notesdata", "volt")
	size := megabytes << 20 / files
	block := random(1, min(size, 8<<20))
	for i := range files {
		path := filepath.Join(volt, fmt.Sprintf("d%02d", i%40), fmt.Sprintf("%05d.nsf", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		for left := size; left > 0; left -= len(block) {
			block[0], block[1] = byte(i), byte(i>>8)
			if _, err := f.Write(block[:min(left, len(block))]); err != nil {
				b.Fatal(err)
			}
		}
		f.Close()
	}
	settleDisk(b, base)
	return upgrade.Installation{ID: "bench", Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Root: root, AppData: volt}
}

func settleDisk(b *testing.B, dir string) { run(b, dir, "sync", "-f", dir) }

func copied(b *testing.B, from, to string) time.Duration {
	spent := timed(func() {
		run(b, "/", "cp", "-a", from, to)
		run(b, "/", "sync", "-f", to)
	})
	os.RemoveAll(to)
	settleDisk(b, filepath.Dir(to))
	return spent
}

// evict takes a tree out of the page cache, so that the next reader reads the disk.
func evict(dir string) {
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if r, err := (osfs.FS{}).OpenDisk(path); err == nil {
				r.Close()
			}
		}
		return nil
	})
}

func run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v: %s", name, err, out)
	}
}

// created makes the backup and gives the most memory the heap had from the system meanwhile.
func created(b *testing.B, inst upgrade.Installation, to string) (backup.Result, uint64) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	peak := make(chan uint64)
	go func() {
		var high uint64
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				peak <- high
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				high = max(high, m.HeapSys-m.HeapReleased)
			}
		}
	}()
	o := backup.Options{To: to}
	plan, err := backup.PlanFor(b.Context(), ports(), inst, o)
	if err != nil {
		b.Fatal(err)
	}
	result, err := backup.Create(b.Context(), op.Silent{}, ports(), plan, o)
	if err != nil {
		b.Fatal(err)
	}
	stop()
	return result, <-peak
}
