package winreg

import "testing"

// fake is a registry of key -> values; subkeys are told apart by their place.
type fake struct {
	values map[string]map[string]string
	sub    map[string][]string
}

func (f fake) Values(key string) map[string]string { return f.values[key] }
func (f fake) Subkeys(key string) []string         { return f.sub[key] }

func TestPlacesOfDominoAndWebSphere(t *testing.T) {
	r := fake{
		values: map[string]map[string]string{
			`HKLM\SOFTWARE\Lotus\Domino`:                             {"path": `C:\Program Files\HCL\Domino`, "DataPath": `D:\Domino\Data `, "Name": "nserver.exe"},
			`HKLM\SOFTWARE\Lotus\Domino\2`:                           {"DataPath": `"D:\Domino\Data2"`, "Path": `c:\program files\hcl\domino`},
			`HKLM\SOFTWARE\IBM\WebSphere Application Server`:         {"Version": "9"},
			`HKLM\SOFTWARE\IBM\WebSphere Application Server\9.0.0.0`: {"InstallLocation": `C:\IBM\WebSphere\AppServer`},
			`HKLM\SOFTWARE\IBM\HTTP Server`:                          {"InstallPath": `C:\IBM\HTTPServer`},
		},
		sub: map[string][]string{`HKLM\SOFTWARE\Lotus\Domino`: {"2"}, `HKLM\SOFTWARE\IBM`: {"WebSphere Application Server", "HTTP Server"},
			`HKLM\SOFTWARE\IBM\WebSphere Application Server`: {"9.0.0.0"}},
	}
	got := map[string]string{}
	for _, p := range Places(r) {
		got[p.Path] = p.Kind
	}
	want := map[string]string{`C:\Program Files\HCL\Domino`: "domino-program", `D:\Domino\Data`: "domino-data", `D:\Domino\Data2`: "domino-data",
		`C:\IBM\WebSphere\AppServer`: "was"}
	if len(got) != len(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for path, kind := range want {
		if got[path] != kind {
			t.Errorf("%s is %q, want %q", path, got[path], kind)
		}
	}
	if Places(nil) != nil {
		t.Error("no registry has places")
	}
}
