package winreg

import (
	"strings"

	"golang.org/x/sys/windows/registry"
)

// System is the registry of this machine.
func System() Reader { return system{} }

type system struct{}

func open(key string) (registry.Key, error) {
	hive, path, _ := strings.Cut(key, `\`)
	root := registry.LOCAL_MACHINE
	if hive == "HKCU" {
		root = registry.CURRENT_USER
	}
	return registry.OpenKey(root, path, registry.READ)
}

func (system) Values(key string) map[string]string {
	k, err := open(key)
	if err != nil {
		return nil
	}
	defer k.Close()
	names, err := k.ReadValueNames(0)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, name := range names {
		value, kind, err := k.GetStringValue(name)
		if err != nil {
			continue
		}
		if kind == registry.EXPAND_SZ {
			if expanded, err := registry.ExpandString(value); err == nil {
				value = expanded
			}
		}
		values[name] = value
	}
	return values
}

func (system) Subkeys(key string) []string {
	k, err := open(key)
	if err != nil {
		return nil
	}
	defer k.Close()
	names, err := k.ReadSubKeyNames(0)
	if err != nil {
		return nil
	}
	return names
}
