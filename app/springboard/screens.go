package main

import (
	"github.com/springboard-leap/springboard/app/springboard/desk"
	"github.com/springboard-leap/springboard/ui/appsview"
	"github.com/springboard-leap/springboard/ui/journalview"
	"github.com/springboard-leap/springboard/ui/logview"
	"github.com/springboard-leap/springboard/ui/offlineview"
	"github.com/springboard-leap/springboard/ui/protectview"
	"github.com/springboard-leap/springboard/ui/recoverview"
	"github.com/springboard-leap/springboard/ui/rehearseview"
	"github.com/springboard-leap/springboard/ui/reopenview"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/ui/settingsview"
	"github.com/springboard-leap/springboard/ui/shell"
	"github.com/springboard-leap/springboard/ui/signoffview"
	"github.com/springboard-leap/springboard/ui/surveyview"
	"github.com/springboard-leap/springboard/ui/upgradeview"
)

// screens gives each screen the engine. A screen is made when it is first visited.
func screens(e *desk.Desk) map[screen.ID]shell.Builder {
	return map[screen.ID]shell.Builder{
		screen.Survey:       func(h screen.Host) screen.Screen { return surveyview.New(h, e) },
		screen.Rehearse:     func(h screen.Host) screen.Screen { return rehearseview.New(h, e) },
		screen.Protect:      func(h screen.Host) screen.Screen { return protectview.New(h, e) },
		screen.Offline:      func(h screen.Host) screen.Screen { return offlineview.New(h, e) },
		screen.Upgrade:      func(h screen.Host) screen.Screen { return upgradeview.New(h, e) },
		screen.Applications: func(h screen.Host) screen.Screen { return appsview.New(h, e) },
		screen.Recover:      func(h screen.Host) screen.Screen { return recoverview.New(h, e) },
		screen.Reopen:       func(h screen.Host) screen.Screen { return reopenview.New(h, e) },
		screen.SignOff:      func(h screen.Host) screen.Screen { return signoffview.New(h, e) },
		screen.Log:          func(h screen.Host) screen.Screen { return logview.New(h, e) },
		screen.Settings:     func(h screen.Host) screen.Screen { return settingsview.New(h, e) },
		screen.Journal:      func(h screen.Host) screen.Screen { return journalview.New(h, e) },
	}
}
