//go:build windows || darwin

package display

const needsDisplay = false
