package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Update lays a tree out anew after its content has changed. The toolkit looks once a frame whether a minimum size has changed, but forgets a change
// when something below a later sibling changed as well, and a paragraph knows its height only once it has its width. So this goes down twice: the
// first time gives every object its width, the second its height.
func Update(root fyne.CanvasObject) {
	if root == nil {
		return
	}
	layOut(root)
	layOut(root)
	root.Refresh()
}

func layOut(o fyne.CanvasObject) {
	if !o.Visible() {
		return
	}
	switch c := o.(type) {
	case *fyne.Container:
		if c.Layout != nil {
			c.Layout.Layout(c.Objects, c.Size())
		}
		for _, child := range c.Objects {
			layOut(child)
		}
	case *container.Scroll:
		c.Content.Resize(c.Content.MinSize().Max(fyne.NewSize(c.Size().Width, c.Content.MinSize().Height)))
		layOut(c.Content)
		c.Refresh()
	}
}
