package postgres

import "context"

// Server names PostgreSQL and its version.
func (t *Table) Server(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var version string
	err := t.conn.QueryRow(ctx, `SELECT 'PostgreSQL ' || current_setting('server_version')`).Scan(&version)
	return version + ", " + t.source, fault(ctx, t.source, err)
}

// listTables: pg_catalog shows tables that the account may not read too, so that a missing right is told from a missing table. S__ schemas are left
// over from old releases of Leap.
const listTables = `
SELECT n.nspname, c.relname,
       CASE WHEN has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') THEN '' ELSE 'no right to read it' END
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND (lower(n.nspname) IN ('freedom', 'app_data', 'if_cmis', lower($1)) OR lower(n.nspname) LIKE 's\_\_%')
 ORDER BY 1, 2`

// ListTables lists schema, name and problem of every table of the product's schemas.
func (t *Table) ListTables(ctx context.Context) (all [][3]string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rows, err := t.conn.Query(ctx, listTables, t.schema)
	if err != nil {
		return nil, fault(ctx, t.source, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r [3]string
		if err := rows.Scan(&r[0], &r[1], &r[2]); err != nil {
			return nil, fault(ctx, t.source, err)
		}
		all = append(all, r)
	}
	return all, fault(ctx, t.source, rows.Err())
}
