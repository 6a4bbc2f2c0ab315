package assets

import "embed"

//go:embed icons
var icons embed.FS

// Icon is the program's icon as SVG.
func Icon() ([]byte, error) { return icons.ReadFile("icons/springboard.svg") }
