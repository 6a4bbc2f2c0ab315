package sqlite

import "context"

// Server names SQLite and its version.
func (t *Table) Server(ctx context.Context) (string, error) {
	var version string
	err := t.db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
	return "SQLite " + version + ", " + t.path, t.fault(ctx, err)
}

// ListTables lists schema (none here), name and problem of every table.
func (t *Table) ListTables(ctx context.Context) (all [][3]string, err error) {
	rows, err := t.db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, t.fault(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, t.fault(ctx, err)
		}
		all = append(all, [3]string{"", name, ""})
	}
	return all, t.fault(ctx, rows.Err())
}
