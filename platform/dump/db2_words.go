package dump

import (
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// What Db2's programs say, as IBM documents it and as public transcripts have it. They are run with LC_ALL=C, so that they say it in English.
const db2Verified = "Image Verification Complete - successful."

var (
	db2Success = lazyregexp.New(`Backup successful\. The timestamp for this backup image is\s*:\s*(\d{14})`)
	db2Level   = lazyregexp.New(`DB2 v(\d+\.\d+\.\d+(?:\.\d+)?)`)
	db2Server  = lazyregexp.New(`Database server\s*=\s*DB2/\S+\s+(\d+\.\d+[\d.]*)`)
	db2Code    = lazyregexp.New(`\b(?:SQL|DB2|DBA|ADM)\d{4,5}[NWICE]\b`)
)

func db2LevelVersion(text string) string {
	if m := db2Level.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func db2ServerVersion(text string) string {
	if m := db2Server.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// sameRelease compares version and release, 11.5 of 11.5.7.0: the programs are the instance's own on the database's machine, so anything else means that another
// machine's server is behind the name. Fix packs may differ while one is being installed, and images are the same then.
func sameRelease(a, b string) bool { return release(a) == release(b) }

func release(v string) string {
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 2 {
		return v
	}
	return parts[0] + "." + parts[1]
}

// Queries answer one marked text a row, so that neither column widths nor headings matter.
const (
	mark           = "springboard|"
	db2SchemaQuery = `select '` + mark + `SCHEMA|' concat rtrim(schemaname) from syscat.schemata where upper(schemaname) in ('FREEDOM', 'APP_DATA', 'IF_CMIS') ` +
		`or upper(schemaname) like 'S\_\_%' escape '\' order by schemaname`
	db2TableQuery = `select '` + mark + `TABLE|"' concat replace(rtrim(tabschema), '"', '""') concat '"."' concat replace(tabname, '"', '""') concat '"' from syscat.tables ` +
		`where type = 'T' and (upper(tabschema) in ('FREEDOM', 'APP_DATA', 'IF_CMIS') or upper(tabschema) like 'S\_\_%' escape '\') order by tabschema, tabname`
	// The pages in use are an upper bound of the image, which is compressed and holds used pages only. Partitioned databases answer a row each.
	db2SizeQuery = `select '` + mark + `BYTES|' concat rtrim(char(bigint(tbsp_used_pages) * tbsp_page_size)) from sysibmadm.tbsp_utilization where tbsp_used_pages is not null`
)

// rowQueries count the rows of each table.
func rowQueries(tables []string) []string {
	list := make([]string, 0, len(tables))
	for _, t := range tables {
		list = append(list, `select '`+mark+`ROWS|`+strings.ReplaceAll(t, "'", "''")+`|' concat rtrim(char(count_big(*))) from `+t)
	}
	return list
}

// marked gives the marked values of a kind, in their order.
func marked(text, kind string) []string {
	var list []string
	for _, line := range strings.Split(text, "\n") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), mark+kind+"|"); ok && strings.TrimSpace(value) != "" {
			list = append(list, strings.TrimSpace(value))
		}
	}
	return list
}

func pages(text string) (n int64) {
	for _, v := range marked(text, "BYTES") {
		if b, err := strconv.ParseInt(v, 10, 64); err == nil {
			n += b
		}
	}
	return n
}

// countedRows reads the answers of rowQueries. count_big answers a decimal, "7.".
func countedRows(text string) map[string]int64 {
	rows := map[string]int64{}
	for _, v := range marked(text, "ROWS") {
		i := strings.LastIndexByte(v, '|')
		if i < 0 {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(v[i+1:]), "."), 10, 64); err == nil {
			rows[unquoted(v[:i])] = n
		}
	}
	return rows
}

// unquoted shows "FREEDOM"."APP_UPGRADE" as FREEDOM.APP_UPGRADE, and leaves names alone that need their quotes.
func unquoted(table string) string {
	plain := strings.ReplaceAll(table, `"`, "")
	if strings.Count(table, `"`) == 4 && strings.Count(plain, ".") == 1 {
		return plain
	}
	return table
}

// db2Fault tells what an error of Db2 means. Codes and texts: IBM's message reference.
func db2Fault(shown, text string, exit int, user string) error {
	code := errorCode(text)
	cause := errorLine(text, code)
	switch code {
	case "SQL30082N", "SQL1403N", "SQL1046N":
		return upgrade.NewFault("SB-2455", upgrade.KindAuth, cause, "user", user)
	case "SQL1092N", "SQL0552N", "SQL0551N", "SQL5001N", "SQL20157N":
		return upgrade.NewFault("SB-2456", upgrade.KindBlocked, cause, "tool", shown, "user", user)
	case "SQL1032N", "SQL30081N", "SQL1013N", "SQL1224N", "SQL1229N", "SQL1042C", "SQL1036C":
		return upgrade.NewFault("SB-2457", upgrade.KindFailed, cause, "tool", shown)
	case "SQL2036N", "SQL2044N", "SQL2059W":
		return upgrade.NewFault("SB-2458", upgrade.KindFailed, cause, "tool", shown)
	}
	if isFull(text) {
		return upgrade.NewFault("SB-2411", upgrade.KindFailed, cause, "tool", shown)
	}
	return upgrade.NewFault("SB-2409", upgrade.KindFailed, cause, "tool", shown, "exit", strconv.Itoa(exit))
}

// errorCode is the first message identifier of an error (N or C at its end), or else of anything.
func errorCode(text string) string {
	all := db2Code.FindAllString(text, -1)
	for _, c := range all {
		if strings.HasSuffix(c, "N") || strings.HasSuffix(c, "C") || strings.HasSuffix(c, "E") {
			return c
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	return ""
}

type said string

func (s said) Error() string { return string(s) }

// errorLine is the message with that code, over the lines that it goes on.
func errorLine(text, code string) error {
	i := strings.Index(text, code)
	if code == "" || i < 0 {
		return said(lastLine(text))
	}
	text = text[i:]
	if end := strings.Index(text, "\n\n"); end > 0 {
		text = text[:end]
	}
	words := strings.Join(strings.Fields(text), " ")
	return said(words[:min(len(words), 400)])
}
