package sample

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/springboard-leap/springboard/assets"
)

type names struct {
	Departments []string `json:"departments"`
	Forms       []string `json:"forms"`
	Special     []string `json:"special"`
	First       []string `json:"first"`
	Last        []string `json:"last"`
	Words       []string `json:"words"`
}

var loadNames = sync.OnceValues(func() (names, error) { return read[names]("names.json") })

// read parses one of the embedded data files. An error here is a mistake in the program's own assets.
func read[T any](name string) (T, error) {
	var v T
	data, err := fs.ReadFile(assets.FS(), "lab/data/"+name)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("lab/data/%s: %w", name, err)
	}
	return v, nil
}

func readLines(name string) ([]string, error) {
	data, err := fs.ReadFile(assets.FS(), "lab/data/"+name)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), "\n"), nil
}
