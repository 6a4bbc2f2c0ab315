package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/springboard-leap/springboard/platform/osfs"
	"github.com/springboard-leap/springboard/ui/kit"
)

// taste is what the window remembers of its user. It is written when a person chooses something, not before.
type taste struct {
	Theme kit.Choice `json:"theme"`
}

func tasteFile() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "springboard", "window.json"), err
}

// remembered is the look: the one that was asked for, or the last one that was chosen.
func remembered(asked string) kit.Choice {
	if asked != "" {
		return kit.ParseChoice(asked)
	}
	var t taste
	if file, err := tasteFile(); err == nil {
		if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &t) == nil {
			return kit.ParseChoice(string(t.Theme))
		}
	}
	return kit.Auto
}

// remember keeps the look. That it could not be kept harms nothing: the next window begins as the system does.
func remember(c kit.Choice) {
	file, err := tasteFile()
	if err != nil {
		return
	}
	data, err := json.Marshal(taste{c})
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o700) != nil {
		return
	}
	_ = osfs.WriteFile(file, data, 0o600)
}
