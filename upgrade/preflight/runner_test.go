package preflight

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// stuckClock fires every limit at once, and counts them.
type stuckClock struct{ fired *atomic.Int32 }

func (c stuckClock) After(time.Duration) (<-chan time.Time, func()) {
	ch := make(chan time.Time, 1)
	ch <- time.Time{}
	c.fired.Add(1)
	return ch, func() {}
}

// neverClock never fires.
type neverClock struct{}

func (neverClock) After(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }

func content(code string, needs ...string) Check {
	return Check{Code: code, Needs: needs, Run: func(context.Context, Env) (Result, error) { return result(upgrade.OK, "fine"), nil }}
}

func failing(code string, run func(context.Context, Env) (Result, error)) Check {
	return Check{Code: code, Run: run}
}

func severities(rep Report) map[string]string {
	out := map[string]string{}
	for _, f := range rep.Findings {
		out[f.Code] = string(f.Severity) + " " + f.Key
	}
	return out
}

func TestAPanicIsUnknownAndTheOthersGoOn(t *testing.T) {
	r := Runner{Clock: neverClock{}, Checks: []Check{
		failing("A", func(context.Context, Env) (Result, error) { panic("nil map") }),
		content("B"),
	}}
	rep, err := r.Run(t.Context(), Env{})
	if err != nil {
		t.Fatal(err)
	}
	if got := severities(rep); got["A"] != "unknown panicked" || got["B"] != "ok fine" {
		t.Errorf("%v", got)
	}
	if rep.Findings[0].Args["detail"] != "nil map" {
		t.Errorf("%v", rep.Findings[0].Args)
	}
}

func TestACheckBeyondItsTimeIsUnknownAndItsContextEnds(t *testing.T) {
	ended := make(chan struct{})
	var fired atomic.Int32
	slow := failing("A", func(ctx context.Context, _ Env) (Result, error) {
		<-ctx.Done()
		close(ended)
		return result(upgrade.OK, "too late"), nil
	})
	slow.Timeout = 3 * time.Second
	rep, err := Runner{Clock: stuckClock{&fired}, Checks: []Check{slow}}.Run(t.Context(), Env{})
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if f := rep.Findings[0]; f.Severity != upgrade.Unknown || f.Key != KeyTimedOut || f.Args["seconds"] != "3" {
		t.Errorf("%+v", f)
	}
	if fired.Load() == 0 {
		t.Error("the clock was not asked")
	}
}

func TestAnErrorAndABareResultAreUnknown(t *testing.T) {
	rep, err := Runner{Clock: neverClock{}, Checks: []Check{
		failing("A", func(context.Context, Env) (Result, error) { return Result{}, errors.New("no answer") }),
		failing("B", func(context.Context, Env) (Result, error) { return Result{}, nil }),
		failing("C", func(context.Context, Env) (Result, error) { return Result{}, blind("rest") }),
	}}.Run(t.Context(), Env{})
	if err != nil {
		t.Fatal(err)
	}
	got := severities(rep)
	if got["A"] != "unknown "+KeyNotSeen || got["B"] != "unknown "+KeyCrossed || got["C"] != "unknown no-rest" {
		t.Errorf("%v", got)
	}
}

func TestWhatNeedsAStoppedCheckIsNotLookedAt(t *testing.T) {
	looked := false
	second := failing("B", func(context.Context, Env) (Result, error) { looked = true; return result(upgrade.OK, "fine"), nil })
	second.Needs = []string{"A"}
	rep, err := Runner{Clock: neverClock{}, Checks: []Check{
		second, // shown first, run last
		failing("A", func(context.Context, Env) (Result, error) { return result(upgrade.Blocker, "bad"), nil }),
	}}.Run(t.Context(), Env{})
	if err != nil {
		t.Fatal(err)
	}
	if got := severities(rep); got["B"] != "unknown "+KeyNeeds || looked {
		t.Errorf("%v, looked %v", got, looked)
	}
	if rep.Findings[0].Code != "B" || rep.Findings[0].Args["code"] != "A" {
		t.Errorf("%+v", rep.Findings[0])
	}
}

func TestANeedThatDoesNotApplyIsMet(t *testing.T) {
	second := content("B", "A")
	first := content("A")
	first.Products = onDomino
	rep, err := Runner{Clock: neverClock{}, Checks: []Check{first, second}}.Run(t.Context(), Env{Installation: upgrade.Installation{Product: upgrade.Leap}})
	if err != nil || len(rep.Findings) != 1 || rep.Findings[0].Severity != upgrade.OK {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestNoMoreChecksRunAtATimeThanAllowed(t *testing.T) {
	var now, most atomic.Int32
	gate := make(chan struct{})
	var checks []Check
	for _, code := range []string{"A", "B", "C", "D", "E"} {
		checks = append(checks, failing(code, func(context.Context, Env) (Result, error) {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			gate <- struct{}{}
			return result(upgrade.OK, "fine"), nil
		}))
	}
	go func() {
		for range checks {
			<-gate
		}
	}()
	if _, err := (Runner{Clock: neverClock{}, Checks: checks, Parallel: 2}).Run(t.Context(), Env{}); err != nil {
		t.Fatal(err)
	}
	if most.Load() > 2 {
		t.Errorf("%d at a time", most.Load())
	}
}

func TestCancellingGivesNoReport(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("stopped by a person")
	block := failing("A", func(ctx context.Context, _ Env) (Result, error) {
		cancel(why)
		<-ctx.Done()
		return Result{}, ctx.Err()
	})
	rep, err := Runner{Clock: neverClock{}, Checks: []Check{block}}.Run(ctx, Env{})
	if !errors.Is(err, why) || rep.Findings != nil {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestACatalogueThatIsWrongIsRefused(t *testing.T) {
	for name, checks := range map[string][]Check{
		"twice":    {content("A"), content("A")},
		"nowhere":  {content("A", "Z")},
		"a circle": {content("A", "B"), content("B", "A")},
		"nothing":  {{Code: "A"}},
	} {
		_, err := Runner{Checks: checks}.Run(t.Context(), Env{})
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5054" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyTheAskedCodesAndTheirNeedsRun(t *testing.T) {
	r := Runner{Clock: neverClock{}, Checks: []Check{content("A"), content("B", "A"), content("C")}}
	rep, err := r.Run(t.Context(), Env{}, "b")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, f := range rep.Findings {
		codes = append(codes, f.Code)
	}
	if !slices.Equal(codes, []string{"A", "B"}) {
		t.Errorf("%v", codes)
	}
	_, err = r.Run(t.Context(), Env{}, "Z")
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-5050" || f.Kind != upgrade.KindUsage {
		t.Errorf("%v", err)
	}
}

func TestProgressTellsEachCheckOnce(t *testing.T) {
	var seen []string
	r := Runner{Observe: func(f upgrade.Finding, done, total int) {
		seen = append(seen, f.Code)
		if done != len(seen) || total != 3 {
			t.Errorf("%d of %d", done, total)
		}
	}, Checks: []Check{content("A"), content("B"), content("C")}}
	if _, err := r.Run(t.Context(), Env{}); err != nil || len(seen) != 3 {
		t.Errorf("%v, %v", seen, err)
	}
}

func TestAWaivedFindingNoLongerStops(t *testing.T) {
	checks := []Check{content("A"), {Code: "B", Person: true, Run: content("B").Run}}
	var d Decisions
	if err := d.Waive(checks, "A", "Eva", "known and accepted", noon); err != nil {
		t.Fatal(err)
	}
	out := d.Apply([]upgrade.Finding{{Code: "A", Severity: upgrade.Unknown}, {Code: "B", Severity: upgrade.Blocker, NeedsPerson: true}})
	if out[0].Stops() || !out[0].Waived || out[0].Waiver.By != "Eva" || out[0].Severity != upgrade.Unknown {
		t.Errorf("%+v", out[0])
	}
	if !out[1].Stops() {
		t.Error("the other one was let through")
	}
	if err := d.Attest(checks, "B", "Eva", noon); err != nil {
		t.Fatal(err)
	}
	if out = d.Apply(out); out[1].Stops() || out[1].Severity != upgrade.OK || out[1].Attested == nil {
		t.Errorf("%+v", out[1])
	}
}

func TestAWaiverShowsOnlyWhileThereIsSomethingToWaive(t *testing.T) {
	d := Decisions{Waivers: map[string]upgrade.Waiver{"A": {By: "Eva", Why: "x"}}}
	if out := d.Apply([]upgrade.Finding{{Code: "A", Severity: upgrade.OK}}); out[0].Waived {
		t.Errorf("%+v", out[0])
	}
}

func TestDecisionsNeedANameAReasonAndARealCheck(t *testing.T) {
	checks := []Check{content("A")}
	var d Decisions
	for want, err := range map[string]error{
		"SB-5050": d.Waive(checks, "Z", "Eva", "x", noon),
		"SB-5051": d.Waive(checks, "A", " ", "x", noon),
		"SB-5052": d.Attest(checks, "A", "Eva", noon),
	} {
		if f, ok := upgrade.AsFault(err); !ok || f.Code != want {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if len(d.Waivers)+len(d.Attestations) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestCanonicalAddresses(t *testing.T) {
	for value, want := range map[string]string{
		"https://leap.example.com/apps":              "https://leap.example.com/apps",
		"HTTPS://Leap.Example.COM/apps":              "https://leap.example.com/apps",
		" https://leap.example.com ":                 "https://leap.example.com",
		"https://leap.example.com:443/apps/":         "https://leap.example.com/apps",
		"http://leap.example.com:80":                 "http://leap.example.com",
		"http://leap.example.com:9080/apps":          "http://leap.example.com:9080/apps",
		"https://h/apps/secure/org/ide/manager.html": "https://h/apps",
		"http://[2001:DB8::1]:9080/apps":             "http://[2001:db8::1]:9080/apps",
		"https://leap.example.com./apps":             "https://leap.example.com/apps",
		"https://portal.example.com/forms":           "https://portal.example.com/forms",
	} {
		if got, why := upgrade.CanonicalServerURI(value); got != want || why != "" {
			t.Errorf("%q: %q %s", value, got, why)
		}
	}
	for _, bad := range []string{"", "leap.example.com", "ftp://x", "http://", "http://a b/", "https://u:p@h/apps", "http://h:99999", "http://h:/apps", "http://${host}/apps", "http://h/apps?x=1", "http://h_x/"} {
		if got, why := upgrade.CanonicalServerURI(bad); why == "" {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

func TestTheFixQuietsLeapAndLeavesTheOthers(t *testing.T) {
	env := healthyLeap()
	traced("*=info:com.ibm.form.nitro.*=finest:com.ibm.ws.security.*=all")(env)
	rep, err := Runner{}.Run(t.Context(), *env, "LEAP-TRACE-001")
	if err != nil {
		t.Fatal(err)
	}
	want := upgrade.Edit{File: serverFile, Op: upgrade.EditSet, Key: wasTraceKey, Value: "*=info:com.ibm.ws.security.*=all"}
	if got := rep.Fixes["LEAP-TRACE-001"]; len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
}

func TestTheExtensionsFolderMovesToAnOptionWithItsOwnNameOfIt(t *testing.T) {
	env := healthyLeap()
	for _, r := range rows {
		if r.name == "lost and movable" {
			r.change(env)
		}
	}
	env.Installation.Extensions.Dirs = []string{"/mnt/copy/opt/HCL/Leap/my site"} // below another root
	rep, err := Runner{}.Run(t.Context(), *env, "LEAP-EXT-002")
	if err != nil {
		t.Fatal(err)
	}
	want := upgrade.Edit{File: serverFile, Op: upgrade.EditSet, Key: jvmArguments, Value: `-Dx=y -Dfsp.extensions.dirs="/opt/HCL/Leap/my site"`}
	if got := rep.Fixes["LEAP-EXT-002"]; len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
}

func TestTheFolderIsPutBackAsTheServerKnowsIt(t *testing.T) {
	env := healthyLeap()
	env.Phase, env.Installation.Root = Reopen, "/mnt/copy/"
	env.Before = &upgrade.Installation{Extensions: upgrade.Extensions{Dirs: []string{"/mnt/copy/opt/site", "/elsewhere"}, Source: upgrade.ExtensionsFSP}}
	env.Installation.SettingsFiles = append(env.Installation.SettingsFiles, upgrade.SettingsFile{Path: "/fsp.properties", Kind: "fsp", Exists: true})
	rep, err := Runner{}.Run(t.Context(), *env, "LEAP-EXT-001")
	if err != nil {
		t.Fatal(err)
	}
	want := upgrade.Edit{File: "/fsp.properties", Op: upgrade.EditSet, Key: "extensions", Value: "/opt/site,/elsewhere"}
	if got := rep.Fixes["LEAP-EXT-001"]; len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
}

func TestASentenceHoldsTheCauseAndNotTheCode(t *testing.T) {
	cause := upgrade.NewFault("SB-4001", upgrade.KindFailed, errors.New("connection refused"), "url", "http://h")
	if got := detailOf(cause); got != "connection refused" {
		t.Errorf("%q", got)
	}
	if got := detailOf(upgrade.NewFault("SB-4001", upgrade.KindFailed, cause, "detail", "no driver")); got != "no driver" {
		t.Errorf("%q", got)
	}
}
