package lab

import (
	"errors"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/springboard-leap/springboard/platform/lab/internal/rolling"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// serverLog is the logs of one server process, in the format and with the rolling of its runtime. Safe for several goroutines.
type serverLog struct {
	root    string
	runtime upgrade.Runtime
	values  values // with the process id
	now     func() time.Time
	main    *rolling.Writer
	errs    *rolling.Writer // SystemErr.log, or error-log-0.xml
	mu      sync.Mutex
	events  int // CommonBaseEvents written
}

const megabyte = 1 << 20

// openLog opens the logs for appending, as a starting server does, without writing anything yet. tee may be nil.
func openLog(root string, m marker, pid int, now func() time.Time, tee io.Writer) (*serverLog, error) {
	l := &serverLog{root: root, runtime: m.Runtime, values: newValues(m), now: now}
	l.values.PID = pid
	at := layoutOf(m.Runtime)
	main := rolling.Options{Path: below(root, at.mainLog), Now: now, Tee: tee}
	second := rolling.Options{Path: below(root, path.Join(at.logDir, "SystemErr.log")), Now: now}
	switch m.Runtime {
	case upgrade.WAS:
		main.Limit, main.Keep, main.Block, main.Naming, main.Header = megabyte, 5, 8192, rolling.Stamped, l.header("was/header.txt")
		second.Limit, second.Keep, second.Block, second.Naming, second.Header = megabyte, 5, 8192, rolling.Stamped, l.header("was/header_err.txt")
	case upgrade.Liberty:
		main.Limit, main.Keep, main.Naming, main.Header = megabyte, 5, rolling.Counted, l.header("liberty/banner.txt")
	default:
		second.Path = below(root, path.Join(at.logDir, "error-log-0.xml"))
		second.Limit, second.Keep, second.Naming = 4000000, 5, rolling.Numbered
		second.Header = func() []byte { return []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CommonBaseEvents>\n") }
	}
	var err error
	if l.main, err = rolling.Open(main); err != nil {
		return nil, err
	}
	if m.Runtime != upgrade.Liberty {
		if l.errs, err = rolling.Open(second); err != nil {
			return nil, errors.Join(err, l.main.Close())
		}
	}
	return l, nil
}

var rolloverAttribute = lazyregexp.New(`\b(rolloverSize|maxNumberOfBackupFiles)="(\d{1,6})"`)

// rollover reads the rolling of a stream from server.xml: bytes and number of files kept.
func rollover(root, stream string) (limit int64, keep int) {
	limit, keep = megabyte, 5
	data, err := os.ReadFile(below(root, layoutOf(upgrade.WAS).traceConfig))
	if err != nil {
		return limit, keep
	}
	_, rest, _ := strings.Cut(string(data), "<"+stream+" ")
	element, _, _ := strings.Cut(rest, ">")
	for _, m := range rolloverAttribute.FindAllStringSubmatch(element, -1) {
		switch n, err := strconv.Atoi(m[2]); {
		case err != nil || n < 1:
		case m[1] == "rolloverSize":
			limit = int64(n) * megabyte
		default:
			keep = n
		}
	}
	return limit, keep
}

// header gives what begins every new file.
func (l *serverLog) header(name string) func() []byte {
	return func() []byte {
		v := l.values
		v.Stamp = stamp(l.now())
		data, err := render(name, v)
		if err != nil {
			return nil // an embedded template that does not fill is caught by every test that reads a log
		}
		return data
	}
}

// begin writes what a server process writes first, with the rolling that the configuration asks for.
func (l *serverLog) begin() error {
	if l.runtime == upgrade.WAS {
		l.main.Limits(rollover(l.root, "outputStreamRedirect"))
		l.errs.Limits(rollover(l.root, "errorStreamRedirect"))
	}
	switch l.runtime {
	case upgrade.WAS:
		_, errMain := l.main.Write(l.header("was/header.txt")())
		_, errSecond := l.errs.Write(l.header("was/header_err.txt")())
		return errors.Join(errMain, errSecond, l.errs.Flush())
	case upgrade.Liberty:
		return l.main.Roll()
	}
	data, err := render("domino/startup.txt", l.values)
	if err != nil {
		return err
	}
	_, err = l.main.Write(data)
	return err
}

// write formats and writes one record.
func (l *serverLog) write(r record) error {
	switch l.runtime {
	case upgrade.WAS:
		if r.level == "R" {
			_, err := l.errs.Write(r.was())
			return err
		}
		_, err := l.main.Write(r.was())
		return err
	case upgrade.Liberty:
		_, err := l.main.Write(r.liberty())
		return err
	}
	_, err := l.main.Write(r.console(l.values.PID))
	if r.level != "E" || err != nil {
		return err
	}
	l.mu.Lock()
	l.events++
	n := l.events
	l.mu.Unlock()
	_, err = l.errs.Write(r.cbe(n))
	return err
}

func (l *serverLog) flush() error {
	if l.errs == nil {
		return l.main.Flush()
	}
	return errors.Join(l.main.Flush(), l.errs.Flush())
}

func (l *serverLog) close() error {
	if l.errs == nil {
		return l.main.Close()
	}
	return errors.Join(l.main.Close(), l.errs.Close())
}
