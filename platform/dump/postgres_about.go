package dump

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/springboard-leap/springboard/upgrade"
)

// pgAbout is what pg_dump with chosen schemas leaves out of a database, and a database that is made anew needs: database.json beside the dump.
type pgAbout struct {
	Schema     string      `json:"schema"`
	Database   string      `json:"database"`
	Owner      string      `json:"owner"`
	Encoding   string      `json:"encoding"`
	Collate    string      `json:"collate"`
	CType      string      `json:"ctype"`
	Provider   string      `json:"locale_provider,omitempty"` // c: the system's, i: ICU, b: built in; empty before PostgreSQL 15
	Locale     string      `json:"locale,omitempty"`          // of ICU and the built-in provider
	Schemas    []string    `json:"schemas"`
	Roles      []string    `json:"roles"` // owners of what is in the dump, and those with rights on it
	Extensions []pgExt     `json:"extensions,omitempty"`
	Settings   []pgSetting `json:"settings,omitempty"`
	Grants     []pgGrant   `json:"grants,omitempty"` // on the database itself
}

type pgExt struct {
	Name   string `json:"name"`
	Schema string `json:"schema"`
}

type pgSetting struct {
	Role  string `json:"role,omitempty"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type pgGrant struct {
	Role      string `json:"role"` // PUBLIC for all
	Privilege string `json:"privilege"`
}

const pgAboutSchema = "springboard.postgresql/1"

// readAbout describes the database of a session. Columns that not every version has are read by name from the row as JSON.
func readAbout(ctx context.Context, tx pgx.Tx, schemas []string) (a pgAbout, err error) {
	a = pgAbout{Schema: pgAboutSchema, Schemas: schemas}
	var row map[string]any
	err = tx.QueryRow(ctx, `SELECT d.datname, r.rolname, pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, to_jsonb(d)
		FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = current_database()`).
		Scan(&a.Database, &a.Owner, &a.Encoding, &a.Collate, &a.CType, &row)
	if err != nil {
		return a, err
	}
	a.Provider, _ = row["datlocprovider"].(string)
	for _, column := range []string{"datlocale", "daticulocale"} {
		if locale, ok := row[column].(string); ok && a.Locale == "" {
			a.Locale = locale
		}
	}
	if a.Roles, err = texts(ctx, tx, rolesOfSchemas, schemas); err != nil {
		return a, err
	}
	ext, err := tx.Query(ctx, `SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1`)
	if err == nil {
		a.Extensions, err = pgx.CollectRows(ext, pgx.RowToStructByPos[pgExt])
	}
	if err != nil {
		return a, err
	}
	if err = a.readSettings(ctx, tx); err != nil {
		return a, err
	}
	grants, err := tx.Query(ctx, `SELECT coalesce(r.rolname, 'PUBLIC'), x.privilege_type FROM pg_database d, aclexplode(d.datacl) x
		LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE d.datname = current_database() ORDER BY 1, 2`)
	if err == nil {
		a.Grants, err = pgx.CollectRows(grants, pgx.RowToStructByPos[pgGrant])
	}
	return a, err
}

// rolesOfSchemas: who owns the schemas and what is in them, and who has rights on them. A dump that is restored with its owners needs them all.
const rolesOfSchemas = `SELECT DISTINCT rolname FROM (
	SELECT pg_get_userbyid(nspowner) rolname FROM pg_namespace WHERE nspname = ANY($1)
	UNION SELECT pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
	UNION SELECT pg_get_userbyid(p.proowner) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1)
	UNION SELECT pg_get_userbyid(lomowner) FROM pg_largeobject_metadata
	UNION SELECT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) x JOIN pg_roles r ON r.oid = x.grantee WHERE n.nspname = ANY($1)
	UNION SELECT r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) x JOIN pg_roles r ON r.oid = x.grantee
		WHERE n.nspname = ANY($1)) all_roles ORDER BY 1`

func texts(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (a *pgAbout) readSettings(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `SELECT coalesce(r.rolname, ''), unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
		LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE d.datname = current_database() ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	a.Settings, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (s pgSetting, err error) {
		var pair string
		err = r.Scan(&s.Role, &pair)
		s.Name, s.Value, _ = strings.Cut(pair, "=")
		return s, err
	})
	return err
}

func (a pgAbout) write(path string) error {
	data, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

// loadAbout reads database.json of a dump. Dumps of Springboard before it have none: what is missing is taken from the server's defaults.
func loadAbout(path string) (a pgAbout, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return pgAbout{}, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err == nil && a.Schema != pgAboutSchema {
		err = errors.New("it is of another schema: " + a.Schema)
	}
	if err != nil {
		return a, upgrade.NewFault("SB-2405", upgrade.KindVerify, err, "dir", path, "detail", "it cannot be read")
	}
	return a, nil
}

// createDatabase is the statement that makes a database like the one that was dumped, empty.
func (a pgAbout) createDatabase(name string, owned bool) string {
	text := "CREATE DATABASE " + ident(name) + " TEMPLATE template0"
	if owned && a.Owner != "" {
		text += " OWNER " + ident(a.Owner)
	}
	if a.Encoding != "" {
		text += " ENCODING " + literal(a.Encoding) + " LC_COLLATE " + literal(a.Collate) + " LC_CTYPE " + literal(a.CType)
	}
	switch {
	case a.Provider == "i" && a.Locale != "":
		text += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(a.Locale)
	case a.Provider == "b" && a.Locale != "":
		text += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(a.Locale)
	}
	return text
}

// settle are the statements, given in the database itself, that bring what the dump lacks and must be there before it. The schemas of extensions that are
// the product's own come with the dump.
func (a pgAbout) extensions() []string {
	var list []string
	for _, e := range a.Extensions {
		if containsFold(a.Schemas, e.Schema) {
			continue
		}
		if e.Schema != "public" && e.Schema != "pg_catalog" {
			list = append(list, "CREATE SCHEMA IF NOT EXISTS "+ident(e.Schema))
		}
		list = append(list, "CREATE EXTENSION IF NOT EXISTS "+ident(e.Name)+" WITH SCHEMA "+ident(e.Schema))
	}
	return list
}

// rights are the statements that give the database its settings and rights back.
func (a pgAbout) rights(name string) []string {
	var list []string
	for _, s := range a.Settings {
		to := "ALTER DATABASE " + ident(name)
		if s.Role != "" {
			to = "ALTER ROLE " + ident(s.Role) + " IN DATABASE " + ident(name)
		}
		list = append(list, to+" SET "+ident(s.Name)+" TO "+settingValue(s))
	}
	if len(a.Grants) > 0 {
		list = append(list, "REVOKE ALL ON DATABASE "+ident(name)+" FROM PUBLIC")
	}
	for _, g := range a.Grants {
		to := "PUBLIC"
		if g.Role != "PUBLIC" {
			to = ident(g.Role)
		}
		list = append(list, "GRANT "+g.Privilege+" ON DATABASE "+ident(name)+" TO "+to)
	}
	return list
}

// settingValue writes a value as SET takes it: a search path is a list of names, everything else one text.
func settingValue(s pgSetting) string {
	if strings.EqualFold(s.Name, "search_path") {
		return s.Value
	}
	return literal(s.Value)
}

func ident(name string) string { return pgx.Identifier{name}.Sanitize() }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
