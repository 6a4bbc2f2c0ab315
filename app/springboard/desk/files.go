package desk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/upgrade"
)

// What is shown of a file that is opened as evidence: so many lines around the one that is meant, each no longer than this.
const (
	linesBefore = 2000
	linesAfter  = 2000
	longestLine = 8 << 10
)

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// ReadFile implements shell.Engine. It reads through the file once and keeps what is around the line.
func (d *Desk) ReadFile(ctx context.Context, path string, line int) (port.Excerpt, error) {
	f, err := os.Open(path)
	if err != nil {
		return port.Excerpt{}, upgrade.NewFault("SB-9100", upgrade.KindFailed, err, "file", path)
	}
	defer func() { _ = f.Close() }()
	x := port.Excerpt{Path: path, First: max(1, line-linesBefore), Whole: true}
	if info, err := f.Stat(); err == nil {
		x.Bytes = info.Size()
		if info.IsDir() {
			return x, upgrade.NewFault("SB-9100", upgrade.KindFailed, nil, "file", path)
		}
	}
	x.Whole = x.First == 1
	r := bufio.NewReaderSize(f, 64<<10)
	for n := 1; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return x, context.Cause(ctx)
		}
		text, err := readLine(r)
		if errors.Is(err, io.EOF) && text == "" {
			return x, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return x, upgrade.NewFault("SB-9100", upgrade.KindFailed, err, "file", path)
		}
		if n >= x.First {
			x.Lines = append(x.Lines, strings.ToValidUTF8(text, "\uFFFD"))
		}
		if n >= line+linesAfter {
			x.Whole = x.Whole && errors.Is(err, io.EOF)
			return x, nil
		}
		if errors.Is(err, io.EOF) {
			return x, nil
		}
	}
}

// readLine reads a line without its end; what is longer than a screen can use is skipped.
func readLine(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		if room := longestLine - b.Len(); room > 0 {
			b.Write(part[:min(len(part), room)])
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return strings.TrimRight(b.String(), "\r\n"), err
	}
}

// ListFolder implements shell.Engine.
func (d *Desk) ListFolder(_ context.Context, dir string) ([]kit.FolderItem, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	items := make([]kit.FolderItem, 0, len(entries))
	for _, e := range entries {
		folder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			folder = isDir(dir + string(os.PathSeparator) + e.Name())
		}
		items = append(items, kit.FolderItem{Name: e.Name(), Folder: folder})
	}
	sort.SliceStable(items, func(i, k int) bool {
		if items[i].Folder != items[k].Folder {
			return items[i].Folder
		}
		return strings.ToLower(items[i].Name) < strings.ToLower(items[k].Name)
	})
	return items, nil
}
