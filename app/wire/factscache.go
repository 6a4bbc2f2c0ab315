package wire

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// factsCache keeps what the logs told as long as neither they nor the recording nor the rules change: a window asks every few seconds where things stand, and
// to read all logs of a server takes a processor for seconds.
type factsCache struct {
	mu    sync.Mutex // held while they are read: who asks meanwhile gets what was read
	of    string     // how the files were; empty: nothing is kept
	facts logFacts
}

// settled is how old a change of a file must be to be told from the next one by its time: clocks of file systems are coarse.
const settled = 2 * time.Second

// get gives what read gave last, when the files are as they were then; of is empty when that cannot be told.
func (c *factsCache) get(of func() string, read func() (logFacts, error)) (logFacts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := of()
	if was != "" && was == c.of {
		return c.facts, nil
	}
	facts, err := read()
	c.of, c.facts = "", logFacts{}
	if err == nil && facts.problem == nil {
		c.of, c.facts = was, facts
	}
	return facts, err
}

// fingerprint tells how the files are that logFacts reads: their names, sizes and times. Empty when one is missing, cannot be looked at or changed a moment ago.
func (l *Logs) fingerprint(ctx context.Context, f *run.Folder) string {
	files, err := l.Files(ctx)
	if err != nil {
		return ""
	}
	var all []string
	for _, file := range files {
		parts, err := logs.Siblings(file)
		if err != nil {
			return ""
		}
		all = append(all, parts...)
	}
	segments, err := filepath.Glob(f.Path("recording", "*.sbrec"))
	if err != nil {
		return ""
	}
	all = append(all, segments...)
	if l.desk.opts.Rules != "" {
		all = append(all, l.desk.opts.Rules)
	}
	var b strings.Builder
	for _, name := range all {
		info, err := os.Stat(name)
		if err != nil || time.Since(info.ModTime()) < settled {
			return ""
		}
		fmt.Fprintln(&b, name, info.Size(), info.ModTime().UnixNano())
	}
	return f.Path() + "\n" + b.String()
}
