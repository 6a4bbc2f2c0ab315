package logview

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/observe"
	"github.com/springboard-leap/springboard/ui/port"
	"github.com/springboard-leap/springboard/ui/present"
	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/logs/logbook"
)

func (v *View) buildBookmarks() fyne.CanvasObject {
	s := &v.side
	s.marks = kit.NewDataTable([]kit.Column{{ID: "what", Title: "Bookmark", Min: 120, Weight: 1}, {ID: "at", Title: "At", Min: 74}})
	s.marks.Empty = "None yet. B marks the record under the cursor"
	s.marks.OnSelect = v.chooseBookmark
	s.marks.OnOpen = v.jumpBookmark
	s.note = kit.NewEntry("Note", nil)
	s.note.OnSubmitted = func(string) { v.saveNote(); v.Focus() }
	s.note.OnEscape = v.Focus
	s.keep = kit.NewButton("Save note", v.saveNote)
	s.remove = kit.NewButton("Remove", v.removeBookmark)
	v.chooseBookmark(-1)
	edit := kit.Stack(6, s.note, kit.Row(6, s.keep, s.remove))
	return container.NewBorder(nil, kit.Inset(12, 8, 12, 10, edit), nil, nil, s.marks)
}

func (v *View) loadBook() {
	observe.Load(v.host.Scope, "logbook", v.engine.Logbook, func(b logbook.Book, err error) {
		v.header.Notice.Loaded("logbook", err)
		if err == nil {
			v.showBook(b)
		}
	})
}

// showBook shows the bookmarks in list, log and timeline.
func (v *View) showBook(b logbook.Book) {
	v.book = b
	clear(v.marked)
	for _, m := range b.Bookmarks {
		v.marked[m.Key] = true
	}
	v.side.marks.SetRows(kit.RowsOf{Count: func() int { return len(v.book.Bookmarks) }, At: v.bookmarkCell})
	v.side.tabs[sideBookmarks].SetCount(present.Count(int64(len(b.Bookmarks))))
	v.chooseBookmark(v.side.marks.Selected())
	v.redraw()
	v.flagStrip()
	v.header.Update() // a chip whose count grew needs more room
}

func (v *View) bookmarkCell(row, col int) kit.Cell {
	m := v.book.Bookmarks[row]
	if col == 1 {
		at, err := time.Parse("2006-01-02T15:04:05.999", m.Time)
		if err != nil {
			at, _ = time.Parse(time.RFC3339Nano, m.Time)
		}
		return kit.Cell{Text: present.ShortClock(at, v.host.Now()), Dim: true}
	}
	if m.Note != "" {
		return kit.Cell{Text: m.Note, Bold: true}
	}
	return kit.Cell{Text: m.Text}
}

// flagStrip marks the bookmarks on the timeline.
func (v *View) flagStrip() {
	d := v.strip.density
	var parts []int
	for _, m := range v.book.Bookmarks {
		at, ok := wallOf(m)
		if !ok || d.From.IsZero() || at.Before(d.From) || at.After(d.To) {
			continue
		}
		part := -1
		for i, began := range d.Began {
			if d.First[i] >= 0 && !began.After(at) {
				part = i
			}
		}
		if part >= 0 {
			parts = append(parts, part)
		}
	}
	v.timeline.SetFlags(parts)
}

// wallOf is the clock on the server's wall when a marked record was written.
func wallOf(m logbook.Bookmark) (time.Time, bool) {
	if len(m.Time) < len("2006-01-02T15:04:05") {
		return time.Time{}, false
	}
	text := m.Time
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		text = at.Format("2006-01-02T15:04:05.000")
	}
	at, err := time.Parse("2006-01-02T15:04:05.999", text)
	return at, err == nil
}

// changeBook changes the logbook elsewhere and shows it. then may be nil.
func (v *View) changeBook(change func(*logbook.Book) error, then func()) {
	observe.Load(v.host.Scope, "logbook", func(ctx context.Context) (logbook.Book, error) { return v.engine.ChangeLogbook(ctx, change) },
		func(b logbook.Book, err error) {
			v.header.Notice.ShowError(err)
			if err != nil {
				v.header.Update()
				return
			}
			v.showBook(b)
			if then != nil {
				then()
			}
		})
}

// toggleBookmark marks a record, or takes its mark away when it has no note; one with a note is shown, to be edited.
func (v *View) toggleBookmark(item int) {
	if item < 0 || item >= v.Len() {
		v.say("Put the cursor on a record first: press it, or use the arrows")
		return
	}
	e, ok := v.doc.source.Entry(v.doc.window.Number(item))
	if !ok || e.Record == nil {
		return
	}
	key := logbook.Key(e.Record)
	if m, have := v.book.Find(key); have {
		if m.Note == "" {
			v.changeBook(func(b *logbook.Book) error { b.Remove(key); return nil }, nil)
			return
		}
		v.editBookmark(key)
		return
	}
	m := logbook.Mark(e.Record, "", v.host.Person, v.host.Now())
	v.changeBook(func(b *logbook.Book) error { b.Put(m); return nil }, func() { v.editBookmark(key) })
}

// editBookmark shows a bookmark with the cursor in its note.
func (v *View) editBookmark(key string) {
	v.showSide(true)
	v.turnSide(sideBookmarks)
	for i, m := range v.book.Bookmarks {
		if m.Key == key {
			v.side.marks.Select(i)
			v.chooseBookmark(i)
			v.host.Focus(v.side.note)
		}
	}
}

func (v *View) chosen() (logbook.Bookmark, bool) {
	row := v.side.marks.Selected()
	if row < 0 || row >= len(v.book.Bookmarks) {
		return logbook.Bookmark{}, false
	}
	return v.book.Bookmarks[row], true
}

// chooseBookmark goes to a bookmark and shows its note.
func (v *View) chooseBookmark(row int) {
	s := &v.side
	m, ok := v.chosen()
	s.keep.SetEnabled(ok)
	s.remove.SetEnabled(ok)
	if !ok {
		s.note.SetText("")
		s.note.Disable()
		return
	}
	s.note.Enable()
	if s.note.Text != m.Note {
		s.note.SetText(m.Note)
	}
}

// jumpBookmark goes to the marked record.
func (v *View) jumpBookmark(row int) {
	if row < 0 || row >= len(v.book.Bookmarks) {
		return
	}
	m := v.book.Bookmarks[row]
	v.locate(port.LogPlace{Evidence: upgrade.FileEvidence(m.File, int(m.Line), m.Text), Key: m.Key})
}

func (v *View) saveNote() {
	m, ok := v.chosen()
	if !ok {
		return
	}
	note := v.side.note.Text
	v.changeBook(func(b *logbook.Book) error {
		now, ok := b.Find(m.Key)
		if !ok {
			now = m
		}
		now.Note = note
		b.Put(now)
		return nil
	}, nil)
}

func (v *View) removeBookmark() {
	if m, ok := v.chosen(); ok {
		v.changeBook(func(b *logbook.Book) error { b.Remove(m.Key); return nil }, nil)
	}
}

// nextBookmark goes to the next bookmark in the list, round the ends.
func (v *View) nextBookmark(forward bool) {
	n := len(v.book.Bookmarks)
	if n == 0 {
		v.say("There is no bookmark yet: B marks the record under the cursor")
		return
	}
	row := v.side.marks.Selected()
	if forward {
		row = (row + 1) % n
	} else {
		row = (max(row, 0) + n - 1) % n
	}
	v.side.marks.Select(row)
	v.chooseBookmark(row)
	v.jumpBookmark(row)
}
