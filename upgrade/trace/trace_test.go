package trace

import (
	"strings"
	"testing"
)

func TestLeapIsTracedWhenOneOfItsPackagesOrEverythingIs(t *testing.T) {
	for _, c := range []struct {
		spec  string
		on    bool
		other string
	}{
		{"", false, ""},
		{"*=info", false, ""},
		{"*=audit", false, ""},
		{"*=INFO=enabled", false, ""},
		{"*=info:com.ibm.form.nitro.*=finest", true, ""},
		{"*=info:com.ibm.form.nitro.service.Mapper=all", true, ""},
		{"*=info: com.hcl.nitro.*=Debug", true, ""},
		{"*=info:com.ibm.ws.security.*=all", false, "com.ibm.ws.security.*=all"},
		{"*=info:com.ibm.formatter.*=all", false, "com.ibm.formatter.*=all"},
		{"*=info:com.ibm.*=fine", true, ""},
		{"*=all", true, ""},
		{"*=detail", true, ""},
		{"*=event:com.ibm.ws.ssl.*=all:logservice=all", true, "com.ibm.ws.ssl.*=all,logservice=all"},
		{"*=info:com.ibm.form.*=all=disabled", false, ""},
		{"*=info:com.ibm.form.*=all:com.ibm.form.*=off", false, ""},
		{"Leap:*=detail,Leap:com.ibm.form.nitro.*=finest", true, ""},
		{"Leap:*=detail:com.ibm.form.nitro.*=finest", true, ""},
		{"*=info:com.ibm.form.*=config", true, ""},
		{"*=info:hcl.nitro.azure.ad.*=entryexit.", true, ""},
		{"*=info:com.i*=all:com.ibm.form.*=info:com.ibm.hrl.*=info:com.ibm.freedom.*=off", false, "com.i*=all"},
	} {
		s, err := ParseSpec(c.spec)
		if err != nil {
			t.Errorf("%q: %v", c.spec, err)
		}
		if s.On() != c.on {
			t.Errorf("%q: on is %v, want %v", c.spec, s.On(), c.on)
		}
		if got := strings.Join(Names(s.Other()), ","); got != c.other {
			t.Errorf("%q: other is %q, want %q", c.spec, got, c.other)
		}
		if q := s.Quiet(); q.On() {
			t.Errorf("%q: quiet %q is still on", c.spec, q)
		}
	}
}

func TestQuietKeepsWhatIsNotLeaps(t *testing.T) {
	for spec, want := range map[string]string{
		"*=info:com.ibm.form.*=all":                            "*=info",
		"com.ibm.ws.security.*=all:com.hcl.nitro.*=fine":       "*=info:com.ibm.ws.security.*=all",
		"*=all:com.ibm.ws.ssl.*=fine":                          "*=info:com.ibm.ws.ssl.*=fine",
		"*=warning:dleap.*=finest:com.ibm.form.builder.*=info": "*=warning:com.ibm.form.builder.*=info",
	} {
		s, _ := ParseSpec(spec)
		if got := s.Quiet().String(); got != want {
			t.Errorf("%q: quiet is %q, want %q", spec, got, want)
		}
	}
}

func TestAPartThatCannotBeReadIsNamedAndTheRestIsRead(t *testing.T) {
	for _, spec := range []string{"*=info:com.ibm.form.*=loud:dleap.*=all", "*=info:nonsense:dleap.*=all", "*=info:=all:dleap.*=all", "a=all=maybe:dleap.*=all"} {
		s, err := ParseSpec(spec)
		if err == nil {
			t.Errorf("%q: no error", spec)
		}
		if !s.On() {
			t.Errorf("%q: the readable part was lost", spec)
		}
	}
}

func TestTraceStateIsReadInAnyLanguage(t *testing.T) {
	for line, want := range map[string]string{
		"[5/10/20 3:09:01:349 UTC] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info:com.ibm.ws.security.*=all.": "*=info:com.ibm.ws.security.*=all",
		"TRAS0018I: The trace state has been changed. The new trace state is *=event:logservice=all.":                                  "*=event:logservice=all",
		"TRAS0017I: 始動トレース状態は *=info です。":                                                                                              "*=info",
		"TRAS0017I: Der Tracestatus beim Start ist *=info=enabled.":                                                                    "*=info=enabled",
		"TRAS0111I: The message IDs that are in use are deprecated":                                                                    "",
		"TRAS0017I: cut in hal": "",
	} {
		got, ok := ParseState(line)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", line, got, ok, want)
		}
	}
}

func TestLoggerLevelsOfDominoBecomeComponents(t *testing.T) {
	for _, c := range []struct {
		key, level string
		ok, on     bool
	}{
		{"com.ibm.form.nitro.level", "FINEST", true, true},
		{"dleap.level", "CONFIG", true, true},
		{"dleap.level", "INFO", true, false},
		{".level", "ALL", true, true},
		{"com.ibm.domino.xsp.bridge.http.manager.level", "SEVERE", true, false},
		{"com.ibm.rcp.core.internal.logger.boot.RCPTraceHandler.count", "6", false, false},
		{"dleap.level", "chatty", false, false},
	} {
		got, ok := FromLogger(c.key, c.level)
		s := Spec{}
		if ok {
			s.Add(got)
		}
		if ok != c.ok || s.On() != c.on {
			t.Errorf("%s=%s: ok %v on %v, want %v %v", c.key, c.level, ok, s.On(), c.ok, c.on)
		}
	}
}

func FuzzParseSpec(f *testing.F) {
	for _, s := range []string{"", "*=info", "Leap:*=detail,Leap:com.ibm.form.nitro.*=finest", "*=info=enabled:a=b=c:=:::", "com.i*=all", "*=info."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, _ := ParseSpec(text)
		if s.Quiet().On() {
			t.Fatalf("%q: the quiet form %q is on", text, s.Quiet())
		}
		again, err := ParseSpec(s.String())
		if err != nil || again.String() != s.String() || again.On() != s.On() {
			t.Fatalf("%q: %q does not read back: %q %v", text, s, again, err)
		}
		ParseState(text)
	})
}
