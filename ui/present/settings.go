package present

import (
	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// SettingProblem says what is odd about a line of a settings file; its code where assets have no text for it.
func SettingProblem(p settings.Problem) string {
	texts, err := assets.SettingProblems()
	if err != nil || texts[p.Code] == "" {
		return p.Code
	}
	return assets.Fill(texts[p.Code], p.Args)
}
