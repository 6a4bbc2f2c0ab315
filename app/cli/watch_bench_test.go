package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const benchLine = "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number %d that is about as long as most lines are in a log\n"

// watched runs watch in this process and gives what it prints, and the log.
func watched(b *testing.B, flags ...string) (printed *bufio.Reader, log *os.File) {
	dir := b.TempDir()
	lab := filepath.Join(dir, "L")
	if code := Main(b.Context(), []string{"lab", "create", lab, "--apps", "1", "--fail", "0"}, Streams{In: os.Stdin, Out: io.Discard, Err: io.Discard}); code != ExitOK {
		b.Fatal(code)
	}
	log, err := os.Create(filepath.Join(dir, "SystemOut.log"))
	if err != nil {
		b.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, append(append([]string{"--root", lab, "--quiet"}, flags...), "watch", log.Name()), Streams{In: os.Stdin, Out: w, Err: io.Discard})
		_ = w.Close()
	}()
	b.Cleanup(func() {
		stop()
		_, _ = io.Copy(io.Discard, r)
		if code := <-ended; code != ExitOK && code != ExitInterrupted {
			b.Error(code)
		}
		_ = log.Close()
	})
	return bufio.NewReaderSize(r, 1<<20), log
}

func await(b *testing.B, printed *bufio.Reader, n int) {
	want := fmt.Sprintf("message number %d ", n)
	for {
		line, err := printed.ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		if strings.Contains(line, want) {
			return
		}
	}
}

// BenchmarkWatchALine tells the time from a line written to the line printed, recording included, a line every few milliseconds.
func BenchmarkWatchALine(b *testing.B) {
	printed, log := watched(b)
	pause := time.NewTicker(3 * time.Millisecond)
	defer pause.Stop()
	var all []time.Duration
	for i := 0; b.Loop(); i++ {
		<-pause.C
		began := time.Now()
		fmt.Fprintf(log, benchLine, i)
		await(b, printed, i)
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "µs-median")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkWatchAFlood tells how many lines a second are recorded and printed when the log grows without a pause.
func BenchmarkWatchAFlood(b *testing.B) {
	for name, flags := range map[string][]string{"text": nil, "json": {"--json"}} {
		b.Run(name, func(b *testing.B) {
			printed, log := watched(b, flags...)
			const lines = 200000
			var text []byte
			began, n := time.Now(), 0
			for b.Loop() {
				for range lines {
					text = fmt.Appendf(text, benchLine, n)
					if n++; n%1000 == 0 {
						if _, err := log.Write(text); err != nil {
							b.Fatal(err)
						}
						text = text[:0]
					}
				}
				await(b, printed, n-1)
			}
			b.ReportMetric(float64(n)/time.Since(began).Seconds(), "lines/s")
		})
	}
}
