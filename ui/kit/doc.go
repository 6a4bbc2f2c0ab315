// Package kit holds the widgets and the theme that are Springboard's own: what a screen is built from. A widget here knows nothing of an
// installation or a run; it shows what it is given and calls back. Everything in this package belongs to Fyne's goroutine unless its comment
// says otherwise, and nothing here animates: under software rendering an endless animation costs a whole core.
package kit
