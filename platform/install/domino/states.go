package domino

import (
	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
)

// states reads the address, when notes.ini has one. The Leap settings themselves are documents in VoltConfig.nsf, and Domino's host name and port
// are in the directory: databases that only Domino reads.
func (d *describer) states() {
	for _, key := range []string{"LEAP_SERVER_URI", "serverURI", leap.ServerURIKey} {
		e, ok := d.sv.ini.get(key)
		if !ok {
			continue
		}
		if base, ok := leap.BaseOf(e.value); ok {
			d.In.BaseURL = base
			d.Prove("base_url", survey.Line(d.sv.ini.file, e.line, e.text))
			return
		}
	}
	if d.hasLeap() {
		d.Remark("the address of Domino Leap is not in any file that can be read here (VoltConfig.nsf and the Domino directory hold it): give it by hand")
	}
}
