// Package dbtest is the contract of every reader of APP_UPGRADE, as tests that each of them runs against its real database.
package dbtest

import (
	"context"
	"strings"
	"testing"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Database is a real database of one kind, as a test prepares it.
type Database struct {
	// Exec runs statements as the owner. {table} in them is replaced by the table's name.
	Exec func(sql string)
	// Open opens the table as Springboard does.
	Open func() (apps.UpgradeTable, error)
	// Text is the type of a long text.
	Text string
}

// Run runs the contract.
func Run(t *testing.T, db Database) {
	t.Run("a missing table is a fault of its own", func(t *testing.T) {
		_, err := db.rows()
		if f, ok := upgrade.AsFault(err); !ok || f.Code != "SB-4304" {
			t.Errorf("%v", err)
		}
	})
	db.Exec(`CREATE TABLE {table} (APPID VARCHAR(36), NAME VARCHAR(255), EXCEPTION ` + db.Text + `, FROM_VERSION VARCHAR(20), UPDATED TIMESTAMP)`)
	t.Run("an empty table has columns and no rows", func(t *testing.T) {
		table, err := db.rows()
		if err != nil || len(table.Columns) != 5 || len(table.Rows) != 0 || table.Rows == nil {
			t.Errorf("%+v %v", table, err)
		}
	})
	long := "java.lang.IllegalStateException: boom\n" + strings.Repeat("\tat com.ibm.form.A.b(A.java:1)\n", 1<<20/30)
	name := `O'Hara "Größe" 🚀 ‏שלום\`
	db.Exec(`INSERT INTO {table} VALUES ('u1', '` + strings.ReplaceAll(name, "'", "''") + `', '` + long + `', '9.3.5', '2026-03-14 22:01:02.5');
		INSERT INTO {table} VALUES ('u2', 'Two', NULL, NULL, NULL); INSERT INTO {table} VALUES ('u2', 'Two', '', '9.3.5', NULL)`)
	t.Run("values come as they are", func(t *testing.T) {
		table, err := db.rows()
		if err != nil || len(table.Rows) != 3 || !strings.HasPrefix(table.Query, "SELECT * FROM ") {
			t.Fatalf("%d rows, %q, %v", len(table.Rows), table.Query, err)
		}
		one := table.Rows[0].Values
		if *one[0] != "u1" || *one[1] != name || *one[2] != long || !strings.HasPrefix(*one[4], "2026-03-14") {
			t.Errorf("%.100q %q %d %q", *one[0], *one[1], len(*one[2]), *one[4])
		}
		two, three := table.Rows[1].Values, table.Rows[2].Values
		if two[2] != nil || two[4] != nil || three[2] == nil || *three[2] != "" {
			t.Error("NULL and an empty text are not told apart")
		}
		facts, err := apps.TableFacts(table, upgrade.FromDatabase, nil)
		if err != nil || len(facts) != 2 || facts[0].Says != upgrade.Failed || facts[0].At.IsZero() || facts[0].Error != "java.lang.IllegalStateException: boom" {
			t.Errorf("%d facts, %v", len(facts), err)
		}
	})
	t.Run("another column and ten thousand rows", func(t *testing.T) {
		db.Exec(`ALTER TABLE {table} ADD COLUMN extra_thing INTEGER`)
		db.Exec(`INSERT INTO {table} (APPID, NAME, extra_thing) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 10000) SELECT 'm' || i, 'Many', i FROM n`)
		table, err := db.rows()
		if err != nil || len(table.Rows) != 10003 || len(table.Columns) != 6 || *table.Rows[10002].Values[5] != "10000" {
			t.Errorf("%d rows, %v, %v", len(table.Rows), table.Columns, err)
		}
	})
	db.Exec(`DROP TABLE {table}`)
}

func (db Database) rows() (apps.Table, error) {
	table, err := db.Open()
	if err != nil {
		return apps.Table{}, err
	}
	defer table.Close()
	return table.Rows(context.Background())
}
