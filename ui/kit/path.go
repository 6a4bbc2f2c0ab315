package kit

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// FolderItem is an entry of a folder.
type FolderItem struct {
	Name   string
	Folder bool
}

// ListFolder reads a folder elsewhere, because a drive that is offline may take minutes to say so, and shows the answer on Fyne's goroutine.
type ListFolder func(dir string, show func([]FolderItem, error))

// PathEntry takes a path: typed, pasted, or chosen from a list. Fyne's own file dialog has no field to type into and hangs on drives that do not
// answer.
type PathEntry struct {
	*fyne.Container
	Entry  *Entry
	Browse *Button
	list   ListFolder
	files  bool
}

// NewPathEntry makes a field for a folder, or with files for a file. list may be nil: then there is no button.
func NewPathEntry(hint string, files bool, list ListFolder, changed func(string)) *PathEntry {
	p := &PathEntry{Entry: NewEntry(hint, changed), list: list, files: files}
	p.Browse = NewButton("Browse", p.open)
	p.Browse.Hidden = list == nil
	p.Container = container.NewBorder(nil, nil, nil, Inset(Unit, 0, 0, 0, p.Browse), p.Entry)
	return p
}

// Path is what stands in the field.
func (p *PathEntry) Path() string { return p.Entry.Text }

func (p *PathEntry) open() {
	c := canvasOf(p.Browse)
	if c == nil {
		return
	}
	b := &browser{list: p.list, files: p.files, choose: p.Entry.SetText}
	b.show(c, p.Entry.Text)
}

// browser is the list of a folder over the window.
type browser struct {
	list   ListFolder
	files  bool
	choose func(string)
	dir    string
	items  []FolderItem
	path   *Entry
	table  *DataTable
	says   *Text
	pop    *modal
}

func (b *browser) show(c fyne.Canvas, start string) {
	if start == "" {
		start = string(filepath.Separator)
	}
	b.path = NewEntry("Path", nil)
	b.path.OnSubmitted = b.read
	b.path.OnEscape = b.close
	b.says = NewText("", Small)
	b.table = NewDataTable([]Column{{ID: "name", Title: "Name", Min: 200, Weight: 1}})
	b.table.Empty = "Nothing in this folder"
	b.table.OnOpen = b.open
	up := NewButton("Up", func() { b.read(filepath.Dir(b.dir)) })
	cancel := NewButton("Cancel", b.close)
	into := NewButton("Open", func() { b.open(b.table.Selected()) })
	take := NewPrimary("Choose", b.take)
	for _, button := range []*Button{up, cancel, into, take} {
		button.OnKey = func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyEscape {
				b.close()
			}
		}
	}
	what := "Choose a folder"
	if b.files {
		what = "Choose a file"
	}
	b.pop = showModal(c, 620, Stack(10, NewText(what, Heading), container.NewBorder(nil, nil, nil, Inset(Unit, 0, 0, 0, up), b.path),
		AtLeast(0, 320, b.table), RowFill(Unit, 0, b.says, cancel, into, take)))
	c.Focus(b.path)
	b.read(start)
}

func (b *browser) read(dir string) {
	if dir == "" {
		return
	}
	b.dir = dir
	b.path.SetText(dir)
	b.says.SetText("Reading " + dir)
	b.list(dir, func(items []FolderItem, err error) {
		if b.dir != dir {
			return
		}
		b.says.SetText("")
		if err != nil {
			b.says.SetText(err.Error())
		}
		b.items = b.items[:0]
		for _, it := range items {
			if it.Folder || b.files {
				b.items = append(b.items, it)
			}
		}
		b.table.SetRows(RowsOf{Count: func() int { return len(b.items) }, At: func(row, _ int) Cell {
			it := b.items[row]
			if it.Folder {
				return Cell{Text: it.Name, Sign: Sign{Arrow, ColorDim}}
			}
			return Cell{Text: it.Name}
		}})
		b.table.Select(-1)
	})
}

func (b *browser) open(row int) {
	if row < 0 || row >= len(b.items) {
		return
	}
	if it := b.items[row]; it.Folder {
		b.read(filepath.Join(b.dir, it.Name))
	} else {
		b.take()
	}
}

// take chooses what is selected, or else the folder that is shown.
func (b *browser) take() {
	path := b.path.Text
	if row := b.table.Selected(); row >= 0 && row < len(b.items) && path == b.dir {
		path = filepath.Join(b.dir, b.items[row].Name)
	}
	b.close()
	b.choose(path)
}

func (b *browser) close() { b.pop.hide() }
