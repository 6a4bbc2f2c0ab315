// Package uitest looks at screens as a person does, for tests: what is seen, with its words and its place, on Fyne's test driver and on the real window alike.
package uitest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Walk visits every object below o that is seen, o first. Call it on Fyne's goroutine.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	walk(o, place{clip: area{max: fyne.NewPos(1<<20, 1<<20)}}, func(o fyne.CanvasObject, _ place) { visit(o) })
}

// Roots are the objects that a canvas shows: its content, and what stands over it, the front last.
func Roots(c fyne.Canvas) []fyne.CanvasObject {
	return append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
}

// Find gives the objects of a kind that a canvas shows, those of the front last.
func Find[T fyne.CanvasObject](c fyne.Canvas) (all []T) {
	for _, root := range Roots(c) {
		Walk(root, func(o fyne.CanvasObject) {
			if t, ok := o.(T); ok {
				all = append(all, t)
			}
		})
	}
	return all
}

// area is a rectangle of the window.
type area struct{ min, max fyne.Position }

func (a area) cut(b area) area {
	return area{fyne.NewPos(max(a.min.X, b.min.X), max(a.min.Y, b.min.Y)), fyne.NewPos(min(a.max.X, b.max.X), min(a.max.Y, b.max.Y))}
}

func (a area) has(p fyne.Position) bool {
	return p.X >= a.min.X && p.X < a.max.X && p.Y >= a.min.Y && p.Y < a.max.Y
}

// place is where an object stands in the window, and what of the window is seen there.
type place struct {
	at   fyne.Position
	clip area
}

func walk(o fyne.CanvasObject, in place, visit func(fyne.CanvasObject, place)) {
	if o == nil || !o.Visible() {
		return
	}
	in.at = in.at.Add(o.Position())
	visit(o, in)
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			walk(child, in, visit)
		}
	case *container.Scroll:
		in.clip = in.clip.cut(area{in.at, in.at.AddXY(c.Size().Width, c.Size().Height)})
		walk(c.Content, in, visit)
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(c).Objects() {
			walk(child, in, visit)
		}
	}
}
