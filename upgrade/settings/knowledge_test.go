package settings

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func catalogue(t *testing.T) Catalogue {
	t.Helper()
	data, err := os.ReadFile("../../assets/text/en/settings/leap.json")
	if err != nil {
		t.Fatal(err)
	}
	var known []Known
	if err := json.Unmarshal(data, &known); err != nil {
		t.Fatal(err)
	}
	return NewCatalogue(known)
}

func problemTexts(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../assets/text/en/settings/problems.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestTheCatalogueIsComplete(t *testing.T) {
	kinds := map[string]bool{"text": true, "bool": true, "int": true, "hour": true, "list": true, "enum": true, "url": true, "server-uri": true, "html": true, "json": true, "methods": true}
	seen := map[string]bool{}
	for _, k := range catalogue(t).known {
		if k.Key == "" || !kinds[k.Kind] || k.Meaning == "" || k.Source == "" || (k.Page == "") != strings.HasPrefix(k.Source, "Seen in") || (k.Kind == "enum") != (len(k.Values) > 0) {
			t.Errorf("%+v", k)
		}
		if seen[k.Key] {
			t.Errorf("%s stands twice", k.Key)
		}
		seen[k.Key] = true
		if k.Kind != "list" && k.Kind != "html" && k.Kind != "text" && k.Default != "" && k.refuses(k.Default) != "" {
			t.Errorf("%s: the default %q is not allowed", k.Key, k.Default)
		}
	}
}

func TestSettingsThatTheDatabaseOverridesAreToldOnlyWhenTheAdminPageIsOn(t *testing.T) {
	for value, want := range map[string]int{"true": 3, "false": 0} {
		const n = "ibm.nitro.NitroConfig."
		doc := ParseProperties([]byte(n + "enableAdminConfigUI=" + value + "\n" + n + "adminInfo1=me\n" + n + "maximumRecordsToRetrieve=5\n" + n + "servicesWhitelist.1.domain=example.com\n"))
		got := 0
		for _, p := range catalogue(t).Validate("Leap_config.properties", doc) {
			if p.Code == ProblemOverridden {
				got++
			}
		}
		if got != want {
			t.Errorf("admin page %s: %d remarks, want %d", value, got, want)
		}
	}
}

func TestValuesAreJudgedByTheirKind(t *testing.T) {
	const n = "ibm.nitro.NitroConfig."
	for _, c := range []struct{ line, code, arg string }{
		{n + "serverURI=https://leap.example.com/apps", "", ""},
		{n + "serverURI=https://Leap.Example.com/apps/", ProblemNotCanonical, "https://leap.example.com/apps"},
		{n + "serverURI=leap.example.com", ProblemInvalidValue, "leap.example.com"},
		{n + "serverUri=https://leap.example.com/apps", ProblemMisspelled, n + "serverURI"},
		{n + "serevrURI=https://leap.example.com/apps", ProblemMisspelled, n + "serverURI"},
		{n + "appStats.refreshHour=24", ProblemInvalidValue, "24"},
		{n + "appStats.refreshHour=23", "", ""},
		{n + "appStats.timerEnabled=yes", ProblemInvalidValue, "yes"},
		{n + "appStats.timerEnabled=TRUE ", "", ""},
		{n + "blockAnonAccess=never", ProblemInvalidValue, "never"},
		{"ibm.nitro.SetupAll.setupStatus=start", "", ""},
		{n + "servicesWhitelist.12.actions=GET, POST,PUT", "", ""},
		{n + "servicesWhitelist.1.actions=FETCH", ProblemInvalidValue, "FETCH"},
		{n + "serviceAuthorization.serviceId1={ \"a\": 1 }", "", ""},
		{n + "serviceAuthorization.serviceId1={ a }", ProblemInvalidValue, "{ a }"},
		{n + "serviceAuthorization.enabled=true", "", ""},
		{n + "appFilesMaxSize.10000=mov avi", "", ""},
		{n + "enableAdminConfigUI=true", ProblemOverridden, ""},
		{n + "xFrameOptions=DENY", ProblemDeprecated, ""},
		{"customThemes.corp.nl.fr_CA=x", "", ""},
		{"com.acme.own=1", ProblemUnknownKey, ""},
	} {
		got := catalogue(t).Validate("/x/Leap_config.properties", ParseProperties([]byte(c.line+"\n")))
		switch {
		case c.code == "" && len(got) > 0:
			t.Errorf("%s: %+v", c.line, got)
		case c.code != "" && (len(got) != 1 || got[0].Code != c.code):
			t.Errorf("%s: %+v", c.line, got)
		case c.arg != "" && !hasArg(got[0], c.arg):
			t.Errorf("%s: %+v", c.line, got[0])
		}
	}
}

func hasArg(p Problem, want string) bool {
	for _, v := range p.Args {
		if v == want {
			return true
		}
	}
	return false
}

func TestTraceSpecificationsAreJudgedWhereverTheyAre(t *testing.T) {
	x, err := ParseXML("server.xml", []byte(strings.Replace(wasText, "*=all", "*=alll", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := catalogue(t).Validate("server.xml", x); len(got) != 1 || got[0].Code != ProblemInvalidValue || got[0].Line != 3 {
		t.Errorf("%+v", got)
	}
	p := ParseProperties([]byte("com.ibm.ws.logging.trace.specification=*=info:com.ibm.hrl.*=all\n"))
	if got := catalogue(t).Validate("bootstrap.properties", p); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestEveryProblemHasItsText(t *testing.T) {
	texts := problemTexts(t)
	codes := []string{ProblemDuplicate, ProblemEscape, ProblemSurrogate, ProblemMojibake, ProblemBOM, ProblemDangling, ProblemUTF16, ProblemNUL, ProblemEmptyKey,
		ProblemMisspelled, ProblemUnknownKey, ProblemInvalidValue, ProblemDeprecated, ProblemOverridden, ProblemNotCanonical, ProblemAddressContext, ProblemAddressName,
		ProblemAddressExpired, ProblemAddressExpires, ProblemAddressUntrusted, ProblemAddressWrongName, ProblemAddressTLS, ProblemAddressSilent, ProblemAddressDown, ProblemAddressMaintenance,
		ProblemAddressSSO, ProblemAddressMoved, ProblemAddressElse}
	for code := range texts {
		if !slices.Contains(codes, code) {
			t.Errorf("%s has a text and is never given", code)
		}
	}
	for _, code := range codes {
		if texts[code] == "" {
			t.Errorf("%s has no text", code)
		}
	}
}

func TestProblemsAreDescribedWithTheirArguments(t *testing.T) {
	doc := ParseProperties([]byte("a=1\na=2\nibm.nitro.NitroConfig.serverUri=x\nibm.nitro.NitroConfig.appStats.refreshHour=99\nibm.nitro.NitroConfig.serverURI=HTTP://h\n"))
	problems := DescribeProblems(catalogue(t).Validate("Leap_config.properties", doc), problemTexts(t))
	if len(problems) != 6 {
		t.Errorf("%+v", problems)
	}
	for _, p := range problems {
		if p.Text == "" || strings.ContainsAny(p.Text, "{}") {
			t.Errorf("%+v", p)
		}
	}
}

func TestASettingOfDominoLeapIsJudgedByItsNameThere(t *testing.T) {
	c := NewCatalogue([]Known{{Key: "ibm.nitro.NitroConfig.appStats.refreshHour", Kind: "hour", Domino: "appStats.refreshHour"}, {Key: "ibm.nitro.NitroConfig.adminInfo1", Kind: "text", Domino: "adminInfo1"},
		{Key: "ibm.nitro.NitroConfig.onlyLeap", Kind: "bool"}})
	for _, x := range []struct {
		name, value string
		off         bool
		want, code  string
	}{
		{"appStats.refreshHour", "4", false, "appStats.refreshHour", ""},
		{"ibm.nitro.NitroConfig.appStats.refreshHour", "4", false, "appStats.refreshHour", ""},
		{"appStats.refreshHour", "25", false, "appStats.refreshHour", ProblemInvalidValue},
		{"appStats.refreshHour", "", true, "appStats.refreshHour", ""},
		{"adminInfo", "me", false, "adminInfo", ProblemMisspelled},
		{"ibm.nitro.NitroConfig.onlyLeap", "true", false, "ibm.nitro.NitroConfig.onlyLeap", ProblemUnknownKey},
	} {
		name, problems := c.JudgeDomino(x.name, x.value, x.off)
		code := ""
		for _, p := range problems {
			code += p.Code
		}
		if name != x.want || code != x.code {
			t.Errorf("%s = %s: %s %s", x.name, x.value, name, code)
		}
	}
	if all := c.Domino(); len(all) != 2 || all[1].Key != "adminInfo1" {
		t.Errorf("%+v", all)
	}
}

func TestServersOwnSettingsAreJudgedByTheirClearNames(t *testing.T) {
	for _, c := range []struct{ file, text, value string }{
		{"bootstrap.properties", "com.ibm.ws.logging.max.files=many\n", "many"},
		{"bootstrap.properties", "com.ibm.ws.logging.message.format=yaml\n", "yaml"},
		{"bootstrap.properties", "com.ibm.ws.logging.message.format=JSON\ncom.ibm.ws.logging.max.files=${n}\ncom.ibm.ws.logging.max.file.size=50\n", ""},
		{"rcpinstall.properties", "dleap.level=LOUD\n", "LOUD"},
		{"rcpinstall.properties", "dleap.level=finest\n", ""},
		{"notes.ini", "[Notes]\nHTTPJVMMaxHeapSize=much\n", "much"},
		{"notes.ini", "[Notes]\nHTTPJVMMaxHeapSize=1024M\nConsole_Log_Max_Kbytes=0\n", ""},
	} {
		doc, err := Open(c.file, []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got := catalogue(t).Validate(c.file, doc)
		if c.value == "" && len(got) != 0 || c.value != "" && (len(got) != 1 || got[0].Code != ProblemInvalidValue || got[0].Args["value"] != c.value) {
			t.Errorf("%s %q: %+v", c.file, c.text, got)
		}
	}
}
