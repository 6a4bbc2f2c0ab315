package cli

import "github.com/rogpeppe/go-internal/testscript"

// stopCmds: Windows stops no process from outside; the scenarios that need it are skipped there.
func stopCmds() map[string]func(*testscript.TestScript, bool, []string) { return nil }
