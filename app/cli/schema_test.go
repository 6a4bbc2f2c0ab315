package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/lab"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/backup"
	"github.com/springboard-leap/springboard/upgrade/logs"
	"github.com/springboard-leap/springboard/upgrade/logs/recording"
	"github.com/springboard-leap/springboard/upgrade/logs/stamp"
	"github.com/springboard-leap/springboard/upgrade/report"
	"github.com/springboard-leap/springboard/upgrade/run"
)

var update = flag.Bool("update", false, "write assets/schema anew from the types")

// TestTheShippedSchemasAreThoseOfTheTypes: the schemas are an interface. When this fails, either the change was not meant, or the schema needs a new number.
func TestTheShippedSchemasAreThoseOfTheTypes(t *testing.T) {
	var names []string
	for name := range results() {
		names = append(names, name)
		s, err := schemaOf(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		if *update {
			if err := os.WriteFile(filepath.Join("../../assets/schema", name+".json"), want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if shipped, ok := assets.Schema(name); !ok || !bytes.Equal(shipped, want) {
			t.Errorf("%s: the shipped schema is not that of the types (go test ./app/cli -run Schemas -update writes it)", name)
		}
	}
	sort.Strings(names)
	if got := assets.Schemas(); !*update && strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("shipped: %v\nneeded: %v", got, names)
	}
}

// results are the shapes of every object that a command prints, by the command's name. The last one is the result, the others are lines before it.
func results() map[string][]any {
	return map[string][]any{
		"detect":         {detection{}},
		"check":          {checkResult{}},
		"check.fix":      {oneResult{}},
		"check.waive":    {oneResult{}},
		"check.attest":   {oneResult{}},
		"backup.create":  {progressLine{}, backup.Result{}},
		"backup.plan":    {backup.Plan{}},
		"backup.verify":  {progressLine{}, backup.Report{}},
		"backup.prove":   {progressLine{}, backup.Report{}},
		"backup.restore": {progressLine{}, backup.Report{}},
		"backup.attest":  {progressLine{}, backup.Report{}},
		"backup.list":    {backupList{}},
		"settings.get":   {settingsResult{}}, "settings.set": {settingsResult{}}, "settings.unset": {settingsResult{}}, "settings.comment": {settingsResult{}},
		"settings.uncomment": {settingsResult{}}, "settings.diff": {settingsResult{}}, "settings.undo": {settingsResult{}}, "settings.validate": {settingsResult{}},
		"settings.reapply": {reapplyResult{}}, "settings.compare": {compareResult{}},
		"password.keep": {passwordResult{}}, "password.forget": {passwordResult{}},
		"settings.notes": {notesResult{}}, "settings.notes.tick": {notesResult{}},
		"logs.stats":    {logs.Statistics{}},
		"logs.show":     {recordCount{}, logs.Record{}},
		"watch":         {watchRecord{}, watchFailure{}, watchState{}, watchRecording{}, watchRules{}, watchResult{}},
		"watch.verify":  {recording.Report{}},
		"apps.census":   {appsResult{}},
		"apps.status":   {appsResult{}},
		"apps.import":   {appsResult{}},
		"apps.sweep":    {progressLine{}, accessLine{}, appsResult{}},
		"apps.clusters": {clustersResult{}},
		"apps.ledger":   {ledger{}},
		"estimate":      {apps.Estimate{}},
		"report":        {report.Report{}},
		"report.write":  {report.Written{}},
		"run.new":       {run.Status{}},
		"run.status":    {run.Status{}},
		"run.resume":    {resumed{}},
		"run.undo":      {undoResult{}},
		"run.tick":      {run.Status{}},
		"run.confirm":   {run.Status{}},
		"run.verify":    {verifyResult{}},
		"run.list":      {runList{}},
		"lab.create":    {lab.Made{}},
		"lab.serve":     {lab.Event{}},
		"lab.upgrade":   {lab.Event{}, lab.Result{}},
		"dry-run":       {rehearsed{}},
		"offline.begin": {servingLine{}, offlineResult{}}, "offline.end": {offlineResult{}}, "offline.status": {offlineResult{}},
		"offline.serve": {servingLine{}, servedResult{}}, "offline.page": {pageResult{}},
		"error": {failure{}},
	}
}

// schemaOf makes the schema of all objects that a command prints.
func schemaOf(name string) (*jsonschema.Schema, error) {
	shapes, ok := results()[name]
	if !ok {
		return nil, fmt.Errorf("no shape is known of %q", name)
	}
	var all []*jsonschema.Schema
	for _, shape := range shapes {
		s, err := jsonschema.ForType(reflect.TypeOf(shape), schemaOptions())
		if err != nil {
			return nil, fmt.Errorf("schema of %T: %w", shape, err)
		}
		var id any = "springboard." + name + "/1"
		s.Properties["schema"] = &jsonschema.Schema{Type: "string", Const: &id}
		s.Required = append([]string{"schema"}, s.Required...)
		all = append(all, s)
	}
	if len(all) > 1 {
		all = []*jsonschema.Schema{{AnyOf: all, Description: "One object a line; the last line is the result, unless the command was interrupted."}}
	}
	all[0].Schema = "https://json-schema.org/draft/2020-12/schema"
	all[0].Title = "springboardctl " + strings.ReplaceAll(name, ".", " ") + " --json"
	return all[0], nil
}

func schemaOptions() *jsonschema.ForOptions {
	return &jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[stamp.Moment](): {Type: "string", Description: "RFC 3339 when the zone is known as a number, else the local time without a zone"},
		reflect.TypeFor[time.Time]():    {Type: "string", Format: "date-time"},
	}}
}
