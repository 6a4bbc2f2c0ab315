//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The log is real records repeated, the collected ones when they are here, else the lab's. Both sides find it in the page cache, for each reads it before
// it is measured. grep runs with LC_ALL=C, which is its fastest; SPRINGBOARD_BENCH_LOCALE names another.
//
// What is looked for stands in few records, in one of a thousand, or in nearly a half: a literal that is never found flatters, one that is in
// every line compares only output.
func logFigures() []figure {
	const most = 150 << 20
	return []figure{
		{area: "logs", name: "logs stats", peer: "wc -l", limit: 3, memory: most, measure: against([]string{"stats"}, "wc", "-l")},
		{area: "logs", name: "logs stats", peer: "lnav (count of all_logs)", limit: 0.25, memory: most, measure: against([]string{"stats"}, "lnav", "-n", "-c", ";select count(*) from all_logs")},
		{area: "logs", name: "a literal, none", peer: "grep -cF", limit: 1, memory: most, measure: against(show("--text", never), "grep", "-cF", never)},
		{area: "logs", name: "a literal, rare", peer: "grep -cF", limit: 1, memory: most, measure: against(show("--text", rare), "grep", "-cF", rare)},
		{area: "logs", name: "a literal, often", peer: "grep -cF", limit: 1, memory: most, measure: against(show("--text", often), "grep", "-cF", often)},
		{area: "logs", name: "a literal, none", peer: "rg -c", limit: 4, memory: most, measure: against(show("--text", never), "rg", "-c", "-F", never)},
		{area: "logs", name: "a literal, rare", peer: "rg -c", limit: 4, memory: most, measure: against(show("--text", rare), "rg", "-c", "-F", rare)},
		{area: "logs", name: "a literal, often", peer: "rg -c", limit: 4, memory: most, measure: against(show("--text", often), "rg", "-c", "-F", often)},
		{area: "logs", name: "an expression with a literal", peer: "grep -cE", limit: 1, memory: most, measure: against(show("--grep", withLiteral), "grep", "-cE", withLiteral)},
		{area: "logs", name: "the same in any case", peer: "grep -ciE", limit: 1, memory: most, measure: against(show("--ignore-case", "--grep", withLiteral), "grep", "-ciE", withLiteral)},
		{area: "logs", name: "an expression without a literal", peer: "200 MB/s", limit: 1, memory: most, measure: (*bench).withoutLiteral},
	}
}

const (
	never          = "no record holds this text 4711"
	rare           = "WSVR0001I"
	often          = "at com.ibm"
	withLiteral    = `Caused by: [a-z.]+[A-Z][A-Za-z]+Exception`
	withoutLiteral = `[A-Z]{5}[0-9]{4}[EW]`
)

func show(args ...string) []string { return append([]string{"show", "--count"}, args...) }

// against measures a logs command against a peer on the same file.
func against(ours []string, peer string, args ...string) func(*bench) (sample, sample, error) {
	return func(b *bench) (o, p sample, err error) {
		if _, err := exec.LookPath(peer); err != nil {
			return o, p, fmt.Errorf("not measured: %s is not installed", peer)
		}
		path, err := b.bigLog()
		if err != nil {
			return o, p, err
		}
		own := append(append([]string{"logs"}, ours...), path)
		times := 5
		if peer == "lnav" {
			times = 1 // it takes most of a minute for a gigabyte
		}
		return alternate(times, func() (sample, error) { return command(b.ctl, own...) }, func() (sample, error) { return tolerant(peer, append(args, path)...) })
	}
}

// tolerant runs a peer in one locale; that nothing was found is no failure.
func tolerant(name string, args ...string) (sample, error) {
	locale := os.Getenv("SPRINGBOARD_BENCH_LOCALE")
	if locale == "" {
		locale = "C"
	}
	s, err := command("env", append([]string{"LC_ALL=" + locale, name}, args...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	return s, err
}

// withoutLiteral compares with a fixed speed: it is the one figure without a peer.
func (b *bench) withoutLiteral() (ours, peer sample, err error) {
	path, err := b.bigLog()
	if err != nil {
		return ours, peer, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return ours, peer, err
	}
	peer.took = secondsOf(float64(info.Size()) / 200e6)
	return alternate(5, func() (sample, error) {
		return command(b.ctl, append(append([]string{"logs"}, show("--grep", withoutLiteral)...), path)...)
	},
		func() (sample, error) { return peer, nil })
}

// bigLog makes a log of the wanted size of real records, once.
func (b *bench) bigLog() (string, error) {
	path := filepath.Join(b.work, "SystemOut.log")
	if info, err := os.Stat(path); err == nil && info.Size() >= int64(b.mb)<<20 {
		return path, nil
	}
	parts, err := b.realLogs()
	if err != nil {
		return "", err
	}
	var text []byte
	for _, p := range parts {
		data, err := os.ReadFile(p)
		if err != nil {
			return "", err
		}
		if text = append(text, data...); !strings.HasSuffix(string(text), "\n") {
			text = append(text, '\n')
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for written := 0; written < b.mb<<20; written += len(text) {
		if _, err := w.Write(text); err != nil {
			return "", errors.Join(err, f.Close())
		}
	}
	return path, errors.Join(w.Flush(), f.Close())
}

// realLogs lists logs as WebSphere writes them.
func (b *bench) realLogs() ([]string, error) {
	if real, err := filepath.Glob("../shared/corpus/was/*SystemOut*.log"); err == nil && len(real) > 0 {
		return real, nil
	}
	dir := filepath.Join(b.work, "lab")
	if _, err := command(b.ctl, "lab", "create", dir); err != nil {
		return nil, err
	}
	parts, err := filepath.Glob(filepath.Join(dir, "opt/IBM/WebSphere/AppServer/profiles/*/logs/*/SystemOut*.log"))
	if err != nil || len(parts) == 0 {
		return nil, fmt.Errorf("the lab has no logs: %w", err)
	}
	return parts, nil
}
