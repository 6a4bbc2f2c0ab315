package wire

import (
	"context"
	"fmt"
	"slices"

	"github.com/springboard-leap/springboard/platform/db/text"
	"github.com/springboard-leap/springboard/upgrade/apps"
	"github.com/springboard-leap/springboard/upgrade/journal"
	"github.com/springboard-leap/springboard/upgrade/run"
)

// Due are the applications that a sweep would access: those of the run that are not settled, or all that the server lists when there is no run. Nothing
// is kept.
func (a *Apps) Due(ctx context.Context) ([]apps.Entry, error) {
	f, _, err := a.desk.Run(ctx, false)
	if err == nil {
		if _, has, err := a.store(f).Census(); err != nil {
			return nil, err
		} else if has {
			return a.due(ctx, f)
		}
	}
	client, entries, err := a.listed(ctx)
	if err != nil {
		return nil, err
	}
	client.Close()
	return entries, nil
}

func (a *Apps) due(ctx context.Context, f *run.Folder) ([]apps.Entry, error) {
	st, err := a.status(ctx, f, a.store(f))
	if err != nil {
		return nil, err
	}
	census, _, err := a.store(f).Census()
	return slices.DeleteFunc(census.Entries, apps.SkipSettled(st.Board)), err
}

// ReadTable reads APP_UPGRADE from a file, and refuses one in which no application can be told.
func (a *Apps) ReadTable(file string) (apps.Table, error) {
	table, err := text.ParseFile(abs(file))
	if err != nil {
		return apps.Table{}, err
	}
	_, err = apps.MapColumns(table)
	return table, err
}

// Import takes APP_UPGRADE over from a file: the output of the db2 command line, or CSV. It gives the number of rows.
func (a *Apps) Import(ctx context.Context, file string) (int, error) {
	table, err := a.ReadTable(file)
	if err != nil {
		return 0, err
	}
	f, _, err := a.desk.Run(ctx, true)
	if err != nil {
		return 0, err
	}
	if err := a.store(f).SaveImport(table, a.desk.now()); err != nil {
		return 0, err
	}
	_, err = f.Journal.Append(journal.Note, "", fmt.Sprintf("Took over %d rows of APP_UPGRADE from %s", len(table.Rows), file), nil)
	return len(table.Rows), err
}
