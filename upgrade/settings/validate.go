package settings

// Known is one key of the catalogue of settings.
type Known struct {
	Key     string   `json:"key"`     // may end with * for a family of keys
	Kind    string   `json:"kind"`    // text, bool, int, url, enum, html
	Default string   `json:"default"` // empty when there is none or it is not documented
	Meaning string   `json:"meaning"`
	Restart bool     `json:"restart"` // needs a restart to take effect
	Source  string   `json:"source"`
	Values  []string `json:"values,omitempty"` // for enum
}
