package db_test

import (
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/platform/db"
	"github.com/springboard-leap/springboard/platform/db/postgres"
	"github.com/springboard-leap/springboard/upgrade"
)

var _ db.ConnectionCounter = (*postgres.Table)(nil)

func TestDatabasesWithoutADriverNameTheOtherWay(t *testing.T) {
	for kind, hint := range map[string]string{"db2": `db2 "SELECT * from FREEDOM.APP_UPGRADE" > app_upgrade_out.txt`, "oracle": "sqlplus", "derby": "SELECT * FROM FREEDOM.APP_UPGRADE"} {
		_, err := db.Open(t.Context(), &upgrade.DataSource{Kind: kind, Database: "LEAPDB"}, upgrade.Credentials{})
		f, ok := upgrade.AsFault(err)
		if !ok || f.Code != "SB-4306" || f.Kind != upgrade.KindUnsupported {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		text, ok := assets.Error(f.Code, f.Args)
		if !ok || !strings.Contains(text.Next, hint) || !strings.Contains(text.Next, "apps import") {
			t.Errorf("%s: %+v", kind, text)
		}
	}
	for _, kind := range []string{"db2", "oracle"} {
		_, err := db.Open(t.Context(), &upgrade.DataSource{Kind: kind, Database: "LEAPDB", Schema: "forms"}, upgrade.Credentials{})
		if f, ok := upgrade.AsFault(err); !ok || !strings.Contains(f.Args["command"], "FORMS.APP_UPGRADE") {
			t.Errorf("%s: the schema of the data source is not in the command: %v", kind, f)
		}
	}
	_, err := db.Open(t.Context(), nil, upgrade.Credentials{})
	if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4310" {
		t.Errorf("%v", err)
	}
}
