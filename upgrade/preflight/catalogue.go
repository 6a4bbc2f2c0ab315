package preflight

import (
	"slices"

	"github.com/springboard-leap/springboard/upgrade"
)

var (
	onLeap   = []upgrade.Product{upgrade.Leap}
	onDomino = []upgrade.Product{upgrade.DominoLeap}
	onWAS    = []upgrade.Runtime{upgrade.WAS}

	before  = []Phase{Survey, Protect, Offline} // until the installer is started
	surveyP = []Phase{Survey, Protect}
)

// Catalogue gives all checks in the order in which they are shown. Each call gives a new slice.
func Catalogue() []Check {
	return slices.Concat(
		versionChecks(),
		runChecks(),
		serverChecks(),
		addressChecks(),
		databaseChecks(),
		programChecks(),
		extensionChecks(),
		configChecks(),
		traceChecks(),
		logChecks(),
		appChecks(),
		jvmChecks(),
		dominoChecks(),
		hostChecks(),
		backupChecks(),
	)
}

// files gives the existing settings files of the kinds.
func (e Env) files(kinds ...string) []upgrade.SettingsFile {
	var out []upgrade.SettingsFile
	for _, f := range e.Installation.SettingsFiles {
		if f.Exists && slices.Contains(kinds, f.Kind) {
			out = append(out, f)
		}
	}
	return out
}

// fact is the evidence of an installation's field, by its JSON name.
func (e Env) fact(field string) upgrade.Evidence { return e.Installation.Evidence[field] }

// managed tells that a deployment manager owns the configuration: an edit of a node's own copy is overwritten by the next synchronization.
func (e Env) managed() bool {
	for _, n := range e.Installation.Nodes {
		for _, s := range n.Servers {
			if s.Type == "DEPLOYMENT_MANAGER" || s.Type == "NODE_AGENT" {
				return true
			}
		}
	}
	return false
}

// leapServers gives the servers that hold Leap.
func (e Env) leapServers() []upgrade.Server {
	var out []upgrade.Server
	for _, n := range e.Installation.Nodes {
		for _, s := range n.Servers {
			if s.HasLeap {
				out = append(out, s)
			}
		}
	}
	return out
}

func blind(what string) error { return &Blind{What: what} }

func unseen(what string, err error) error { return &Blind{What: what, Err: err} }
