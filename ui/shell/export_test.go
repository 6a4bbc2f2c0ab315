package shell

import "github.com/springboard-leap/springboard/ui/screen"

// Screen is a screen that was visited.
func (s *Shell) Screen(id screen.ID) screen.Screen { return s.screens[id] }

// Host is what the window offers to a screen.
func (s *Shell) Host() screen.Host { return s.host() }
