package proc

import (
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
)

func leapOnWAS() upgrade.Installation {
	return upgrade.Installation{Product: upgrade.Leap, Runtime: upgrade.WAS, Home: "/opt/IBM/WebSphere/AppServer/profiles/AppSrv01",
		Nodes: []upgrade.Node{{Name: "LeapNode01", Profile: "/opt/IBM/WebSphere/AppServer/profiles/AppSrv01", Servers: []upgrade.Server{{Name: "server1"}}}}}
}

func TestAServiceIsKnownByWhatItStarts(t *testing.T) {
	domino := upgrade.Installation{Product: upgrade.DominoLeap, Runtime: upgrade.Domino, Home: "/opt/hcl/domino/notes/latest/linux", Data: "/local/notesdata"}
	liberty := upgrade.Installation{Product: upgrade.Leap, Runtime: upgrade.Liberty, Home: "/opt/wlp/usr/servers/leap",
		Nodes: []upgrade.Node{{Name: "leap", Servers: []upgrade.Server{{Name: "leap"}}}}}
	for _, c := range []struct {
		why        string
		in         upgrade.Installation
		name, text string
		ours       bool
	}{
		{"its profile", leapOnWAS(), "was.service", "ExecStart=/opt/IBM/WebSphere/AppServer/profiles/AppSrv01/bin/startServer.sh server1", true},
		{"another profile with a longer name", leapOnWAS(), "was.service", "ExecStart=/opt/IBM/WebSphere/AppServer/profiles/AppSrv012/bin/startServer.sh other", false},
		{"another root", leapOnWAS(), "was.service", "ExecStart=/copy/opt/IBM/WebSphere/AppServer/profiles/AppSrv01/bin/startServer.sh server1", false},
		{"the software and its node", leapOnWAS(), "IBMWAS90Service - LeapNode01", `"/opt/IBM/WebSphere/AppServer/bin/wasservice"`, true},
		{"the software and another node", leapOnWAS(), "IBMWAS90Service - LeapNode012", `"/opt/IBM/WebSphere/AppServer/bin/wasservice"`, false},
		{"the data folder of Domino", domino, "domino.service", "PIDFile=/local/notesdata/domino.pid", true},
		{"a neighbour of the data folder", domino, "domino.service", "PIDFile=/local/notesdata2/domino.pid", false},
		{"a server of Liberty by name", liberty, "wlp-leap.service", "ExecStart=/opt/wlp/bin/server run leap", true},
		{"another server of the same Liberty", liberty, "wlp.service", "ExecStart=/opt/wlp/bin/server run leapfrog", false},
		{"a stranger", liberty, "cron.service", "ExecStart=/usr/sbin/cron -f", false},
	} {
		if got := wantedOf(c.in).match(c.name, c.text); (got != "") != c.ours {
			t.Errorf("%s: recognised by %q", c.why, got)
		}
	}
}

func TestAnInstallationWithoutPlacesOwnsNoService(t *testing.T) {
	if got := wantedOf(upgrade.Installation{Runtime: upgrade.WAS}).match("x.service", "ExecStart=/usr/bin/x ."); got != "" {
		t.Errorf("recognised by %q", got)
	}
}
