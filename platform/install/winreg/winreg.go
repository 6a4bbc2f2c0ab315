// Package winreg finds installation folders in the Windows registry. Reading the registry is a port, so that what is found in it can be tested
// anywhere; the real one is built on Windows only.
package winreg

import "strings"

// Reader reads the registry. Keys are written as HKLM\SOFTWARE\...; names are compared without regard to case. A key that is missing has neither
// values nor subkeys. Values are strings; others are left out.
type Reader interface {
	Values(key string) map[string]string
	Subkeys(key string) []string
}

// Place is a folder that a registry value names.
type Place struct {
	Key, Value string // where it stands
	Path       string // native path
	Kind       string // "domino-program", "domino-data", "was"
}

// dominoKeys hold Path and DataPath of Domino; the vendor still writes the Lotus key, and partitions have numbered keys below it.
var dominoKeys = []string{`HKLM\SOFTWARE\Lotus\Domino`, `HKLM\SOFTWARE\Wow6432Node\Lotus\Domino`, `HKLM\SOFTWARE\HCL\Domino`}

// wasKeys hold a key for each product with its InstallPath or InstallLocation.
var wasKeys = []string{`HKLM\SOFTWARE\IBM`, `HKLM\SOFTWARE\Wow6432Node\IBM`, `HKCU\SOFTWARE\IBM`,
	`HKLM\SOFTWARE\IBM\WebSphere Application Server`, `HKLM\SOFTWARE\Wow6432Node\IBM\WebSphere Application Server`}

// Places lists what the registry says about Domino and WebSphere.
func Places(r Reader) []Place {
	if r == nil {
		return nil
	}
	var places []Place
	for _, key := range dominoKeys {
		for _, k := range append([]string{key}, join(key, r.Subkeys(key))...) {
			values := r.Values(k)
			places = add(places, values, k, "Path", "domino-program")
			places = add(places, values, k, "DataPath", "domino-data")
		}
	}
	for _, key := range wasKeys {
		for _, k := range append([]string{key}, join(key, r.Subkeys(key))...) {
			if !strings.Contains(strings.ToLower(k), "websphere") {
				continue
			}
			for _, name := range []string{"InstallPath", "InstallLocation"} {
				places = add(places, r.Values(k), k, name, "was")
			}
		}
	}
	return places
}

func join(key string, subkeys []string) []string {
	var keys []string
	for _, s := range subkeys {
		keys = append(keys, key+`\`+s)
	}
	return keys
}

func add(places []Place, values map[string]string, key, name, kind string) []Place {
	for n, v := range values {
		path := strings.Trim(strings.TrimSpace(v), `"`)
		if !strings.EqualFold(n, name) || path == "" {
			continue
		}
		for _, p := range places {
			if p.Kind == kind && strings.EqualFold(p.Path, path) {
				return places
			}
		}
		places = append(places, Place{Key: key, Value: n, Path: path, Kind: kind})
	}
	return places
}
