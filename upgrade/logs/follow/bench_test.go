package follow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkLatency tells the time from a line written to its record delivered.
func BenchmarkLatency(b *testing.B) {
	path := filepath.Join(b.TempDir(), "SystemOut.log")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	fmt.Fprint(f, header)
	ctx, cancel := context.WithCancel(b.Context())
	got := make(chan struct{}, 1)
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Path: path}, func(e Event) error {
			if e.Record != nil {
				got <- struct{}{}
			}
			return nil
		})
	}()
	var all []time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		fmt.Fprintf(f, "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number %d\n", i)
		<-got
		all = append(all, time.Since(began))
	}
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "µs-median")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkThroughput tells how many records a second are followed when the log grows without a pause.
func BenchmarkThroughput(b *testing.B) {
	path := filepath.Join(b.TempDir(), "SystemOut.log")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	go func() {
		line := "[11/23/26 21:00:00:000 UTC] 000000a3 Demo          I   message number that is about as long as most lines are in a log\n"
		block := make([]byte, 0, 64*len(line))
		for range 64 {
			block = append(block, line...)
		}
		for range (b.N + 63) / 64 {
			if _, err := f.Write(block); err != nil {
				return
			}
		}
	}()
	n := 0
	enough := errors.New("enough")
	began := time.Now()
	err = Run(b.Context(), Options{Path: path}, func(e Event) error {
		if e.Record != nil && !e.Record.Amended {
			n++
		}
		if n >= b.N {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		b.Fatal(err)
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "records/s")
}
