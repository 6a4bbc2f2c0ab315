package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// cellView is one cell of a row that is seen.
type cellView struct {
	mark *canvas.Image
	text *canvas.Text
	full string // what text was cut from
	fitW float32
}

type rowView struct {
	ground *canvas.Rectangle
	line   *canvas.Rectangle
	cells  []*cellView
}

// tableRenderer keeps as many rows as fit and refills them.
type tableRenderer struct {
	t       *DataTable
	head    []*canvas.Text
	headBg  *canvas.Rectangle
	ring    *canvas.Rectangle
	empty   *canvas.Text
	rows    []*rowView
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (t *DataTable) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	r := &tableRenderer{t: t, headBg: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent), empty: canvas.NewText("", nil)}
	for range t.Columns {
		r.head = append(r.head, canvas.NewText("", nil))
	}
	r.rebuild(0)
	return r
}

func (r *tableRenderer) rebuild(n int) {
	for len(r.rows) < n {
		row := &rowView{ground: canvas.NewRectangle(color.Transparent), line: canvas.NewRectangle(color.Transparent)}
		for range r.t.Columns {
			row.cells = append(row.cells, &cellView{mark: &canvas.Image{FillMode: canvas.ImageFillContain}, text: canvas.NewText("", nil), fitW: -1})
		}
		r.rows = append(r.rows, row)
	}
	r.rows = r.rows[:n]
	r.objects = r.objects[:0]
	for _, row := range r.rows {
		r.objects = append(r.objects, row.ground, row.line)
		for _, c := range row.cells {
			r.objects = append(r.objects, c.mark, c.text)
		}
	}
	r.objects = append(r.objects, r.headBg)
	for _, h := range r.head {
		r.objects = append(r.objects, h)
	}
	r.objects = append(r.objects, r.empty, r.t.bar, r.ring)
}

func (r *tableRenderer) Layout(fyne.Size) { r.fill() }

func (r *tableRenderer) MinSize() fyne.Size {
	w := barRoom
	for _, c := range r.t.Columns {
		w += c.Min
	}
	return fyne.NewSize(w, RowHeight*4)
}

func (r *tableRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *tableRenderer) Destroy() {}

func (r *tableRenderer) Refresh() {
	r.fill()
	canvas.Refresh(r.t)
}

// fill puts into the pool of rows what stands at the place that is seen.
func (r *tableRenderer) fill() {
	t, size := r.t, r.t.Size()
	t.first = max(0, min(t.first, t.Len()-t.page()))
	seen := 0
	if size.Height > RowHeight {
		seen = min(t.Len()-t.first, int((size.Height-RowHeight)/RowHeight))
	}
	if seen != len(r.rows) {
		r.rebuild(max(0, seen))
	}
	widths := t.widths(size.Width)
	r.fillHead(size, widths)
	for i, row := range r.rows {
		r.fillRow(row, t.first+i, RowHeight*float32(i+1), size.Width, widths)
	}
	place(t.bar, size.Width-barRoom, RowHeight, barRoom, max(0, size.Height-RowHeight))
	t.bar.Set(t.Len(), t.page(), t.first)
	r.ring.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth, r.ring.CornerRadius = color.Transparent, colorOf(ColorAccent, t), 2, 4
	r.ring.Hidden = !t.focused
	place(r.ring, 0, 0, size.Width, size.Height)
	r.empty.Hidden = t.Len() > 0 || t.Empty == ""
	r.empty.Text, r.empty.TextSize, r.empty.Color = t.Empty, sizeOf(SizeBody, t), colorOf(ColorDim, t)
	r.empty.Alignment = fyne.TextAlignCenter
	place(r.empty, 0, RowHeight+2*Unit, size.Width, RowHeight)
}

func (r *tableRenderer) fillHead(size fyne.Size, widths []float32) {
	t := r.t
	r.headBg.FillColor = colorOf(ColorRaised, t)
	place(r.headBg, 0, 0, size.Width, RowHeight)
	x := float32(0)
	for i, c := range t.Columns {
		h := r.head[i]
		h.TextSize, h.TextStyle, h.Color = sizeOf(SizeSmall, t), fyne.TextStyle{Bold: true}, colorOf(ColorDim, t)
		title, arrow := c.Title, ""
		if c.ID == t.sortBy && t.OnSort != nil {
			arrow = " ↑"
			if t.sortDown {
				arrow = " ↓"
			}
			h.Color = colorOf(ColorInk, t)
		}
		measure := func(s string) float32 { return fyne.MeasureText(s+arrow, h.TextSize, h.TextStyle).Width }
		h.Text = Ellipsis(title, widths[i]-16, measure) + arrow
		h.Alignment = fyne.TextAlignLeading
		if c.Right {
			h.Alignment = fyne.TextAlignTrailing
		}
		place(h, x+8, 0, max(0, widths[i]-16), RowHeight)
		x += widths[i]
	}
}

func (r *tableRenderer) fillRow(v *rowView, row int, y, width float32, widths []float32) {
	t := r.t
	place(v.ground, 0, y, width-barRoom, RowHeight)
	v.ground.FillColor = color.Transparent
	switch row {
	case t.selected:
		v.ground.FillColor = colorOf(ColorTint, t)
	case t.hovered:
		v.ground.FillColor = colorOf(ColorHover, t)
	}
	v.line.FillColor = colorOf(ColorLine, t)
	place(v.line, 0, y+RowHeight-1, width-barRoom, 1)
	x := float32(0)
	for i, c := range v.cells {
		r.fillCell(c, t.rows.Cell(row, i), t.Columns[i], x, y, widths[i])
		x += widths[i]
	}
}

func (r *tableRenderer) fillCell(v *cellView, cell Cell, col Column, x, y, w float32) {
	t := r.t
	style := fyne.TextStyle{Bold: cell.Bold, Monospace: col.Mono}
	size := sizeOf(SizeBody, t)
	left, room := x+8, max(0, w-16)
	v.mark.Hidden = cell.Sign.Shape == NoShape
	if !v.mark.Hidden {
		res := signResource(cell.Sign.Shape, colorOf(cell.Sign.Color, t), colorOf(ColorSurface, t))
		if v.mark.Resource == nil || v.mark.Resource.Name() != res.Name() {
			v.mark.Resource = res
			v.mark.Refresh()
		}
		place(v.mark, left, y+(RowHeight-14)/2, 14, 14)
		left += 20
		room = max(0, room-20)
	}
	if v.full != cell.Text || v.fitW != room || v.text.TextStyle != style || v.text.TextSize != size {
		v.full, v.fitW = cell.Text, room
		measure := func(s string) float32 { return fyne.MeasureText(s, size, style).Width }
		v.text.Text = Ellipsis(firstLine(cell.Text), room, measure)
		if cell.Path {
			v.text.Text = middleEllipsis(firstLine(cell.Text), room, measure)
		}
	}
	v.text.TextSize, v.text.TextStyle = size, style
	v.text.Color = colorOf(ColorInk, t)
	if cell.Dim {
		v.text.Color = colorOf(ColorDim, t)
	}
	v.text.Alignment = fyne.TextAlignLeading
	if col.Right {
		v.text.Alignment = fyne.TextAlignTrailing
	}
	place(v.text, left, y, room, RowHeight)
}
