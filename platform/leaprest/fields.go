package leaprest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade/apps"
)

func fieldNames(o object) []string { return slices.Sorted(maps.Keys(o)) }

// folded is an object with the canonical names of its fields; of two fields with the same one the first in the alphabet counts.
type folded map[string]any

func fold(o object) folded {
	f := make(folded, len(o))
	for _, n := range fieldNames(o) {
		if _, twice := f[apps.FoldName(n)]; !twice {
			f[apps.FoldName(n)] = o[n]
		}
	}
	return f
}

// text gives the first of the fields that holds a text or a number.
func text(o folded, names []string) string {
	for _, name := range names {
		switch v := o[name].(type) {
		case string:
			if v = strings.TrimSpace(v); v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// number gives the first of the fields that holds a whole number, as number or as text.
func number(o folded, names []string, otherwise int64) int64 {
	for _, name := range names {
		s := ""
		switch v := o[name].(type) {
		case json.Number:
			s = v.String()
		case string:
			s = strings.TrimSpace(v)
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	}
	return otherwise
}

func truth(v any) *bool {
	yes, no := true, false
	switch v := v.(type) {
	case bool:
		return &v
	case string:
		switch strings.ToLower(v) {
		case "true", "yes", "deployed", "running", "started", "active":
			return &yes
		case "false", "no", "undeployed", "not deployed", "stopped", "draft", "inactive":
			return &no
		}
	}
	return nil
}
