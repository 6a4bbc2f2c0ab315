package apps

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/springboard-leap/springboard/upgrade"
)

// append adds values as lines of JSON and forces them to disk. A line that a crash tore is closed first, so that it harms nothing after it.
func (s *Store) append(name string, values ...any) (err error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, v := range values {
		if err := enc.Encode(v); err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
	}
	defer func() {
		if err != nil {
			err = upgrade.NewFault("SB-4502", upgrade.KindFailed, err, "file", s.path(name))
		}
	}()
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path(name), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if torn, err := endsTorn(f); err != nil {
		return err
	} else if torn {
		b = *bytes.NewBuffer(append([]byte("\n"), b.Bytes()...))
	}
	if _, err := f.Write(b.Bytes()); err != nil {
		return err
	}
	return f.Sync()
}

func endsTorn(f *os.File) (bool, error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false, err
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, info.Size()-1)
	return last[0] != '\n', err
}

// readLines reads a file of JSON lines. A line that was torn by a crash is left out: it is the last one, or one that append closed. Any other line
// that cannot be read is a fault with its number, for nothing may vanish from the ledger in silence.
func readLines[T any](s *Store, name string) ([]T, error) {
	f, err := os.Open(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, upgrade.NewFault("SB-4501", upgrade.KindFailed, err, "file", s.path(name))
	}
	defer f.Close()
	var values []T
	r := bufio.NewReaderSize(f, 1<<16)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, upgrade.NewFault("SB-4501", upgrade.KindFailed, err, "file", s.path(name))
		}
		end := err != nil
		if text := bytes.TrimSpace(line); len(text) > 0 {
			var v T
			switch bad := json.Unmarshal(text, &v); {
			case bad == nil:
				values = append(values, v)
			case !end && !isTorn(text, bad):
				return nil, upgrade.NewFault("SB-4503", upgrade.KindFailed, bad, "file", s.path(name), "line", fmt.Sprint(n))
			}
		}
		if end {
			return values, nil
		}
	}
}

// isTorn tells that a line is the beginning of an object that stops early.
func isTorn(line []byte, err error) bool {
	var syntax *json.SyntaxError
	return line[0] == '{' && errors.As(err, &syntax) && int(syntax.Offset) >= len(line)
}
