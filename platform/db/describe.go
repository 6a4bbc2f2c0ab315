package db

import (
	"context"

	"github.com/springboard-leap/springboard/upgrade/apps"
)

// Described is a table that the account can see.
type Described struct {
	Schema  string // empty where the database has none
	Name    string
	Problem string // why it cannot be read; empty when it can
}

// Describer is implemented by tables whose server tells about itself.
type Describer interface {
	// Server names the database and its version, one line.
	Server(ctx context.Context) (string, error)
	// Tables lists the tables of the product's schemas that the account can see.
	Tables(ctx context.Context) ([]Described, error)
}

// Describe gives what a table's server tells about itself; ok is false where it does not.
func Describe(t apps.UpgradeTable) (d Describer, ok bool) {
	switch t := t.(type) {
	case interface {
		Server(ctx context.Context) (string, error)
		ListTables(ctx context.Context) ([][3]string, error)
	}:
		return described{t}, true
	}
	return nil, false
}

// described makes the drivers' plain answers Described: the drivers know nothing of this package, which imports them.
type described struct {
	t interface {
		Server(ctx context.Context) (string, error)
		ListTables(ctx context.Context) ([][3]string, error)
	}
}

func (d described) Server(ctx context.Context) (string, error) { return d.t.Server(ctx) }

func (d described) Tables(ctx context.Context) ([]Described, error) {
	rows, err := d.t.ListTables(ctx)
	var all []Described
	for _, r := range rows {
		all = append(all, Described{Schema: r[0], Name: r[1], Problem: r[2]})
	}
	return all, err
}
