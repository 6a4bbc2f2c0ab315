package assets

import (
	"encoding/json"
	"fmt"
	"sync"
)

// Setting is what is known of one key of Leap's settings.
type Setting struct {
	Key     string   `json:"key"`  // a * stands for any part between dots, at the end for all that follow
	Kind    string   `json:"kind"` // text, bool, int, hour, list, enum, url, server-uri, html, json, methods
	Values  []string `json:"values,omitempty"`
	Default string   `json:"default"` // empty when there is none or the vendor does not tell
	Meaning string   `json:"meaning"`
	Restart bool     `json:"restart"` // takes effect after a restart
	Source  string   `json:"source"`
	Page    string   `json:"page"` // address of the vendor's page; empty where there is none
	// Database: the admin configuration page keeps the setting in the database when it is on, and the file no longer counts.
	Database bool `json:"database,omitempty"`
	// Domino is the setting's name in VoltConfig.nsf; empty where Domino Leap has no such setting.
	Domino string `json:"domino,omitempty"`
	// Deprecated keys still work and should be replaced.
	Deprecated bool `json:"deprecated,omitempty"`
}

var knownSettings = sync.OnceValues(func() ([]Setting, error) {
	var all []Setting
	return all, read("text/en/settings/leap.json", &all)
})

var problemTexts = sync.OnceValues(func() (map[string]string, error) {
	all := map[string]string{}
	return all, read("text/en/settings/problems.json", &all)
})

var mergeReasons = sync.OnceValues(func() (map[string]string, error) {
	all := map[string]string{}
	return all, read("text/en/settings/reasons.json", &all)
})

func read(name string, into any) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Settings gives the catalogue of Leap's settings.
func Settings() ([]Setting, error) { return knownSettings() }

// SettingProblems gives the texts of problems in settings files, by code, to be filled with the problem's arguments.
func SettingProblems() (map[string]string, error) { return problemTexts() }

// MergeReasons gives the sentences of a merge's reasons, by reason.
func MergeReasons() (map[string]string, error) { return mergeReasons() }
