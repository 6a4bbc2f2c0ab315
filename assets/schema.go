package assets

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed schema/*.json
var schemas embed.FS

// Schema is the JSON Schema of a command's answer, by the command's words joined with dots, e.g. "apps.status".
func Schema(name string) ([]byte, bool) {
	data, err := schemas.ReadFile("schema/" + name + ".json")
	return data, err == nil
}

// Schemas lists the names that Schema knows, sorted.
func Schemas() []string {
	entries, err := fs.ReadDir(schemas, "schema")
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(path.Base(e.Name()), ".json"))
	}
	slices.Sort(names)
	return names
}
