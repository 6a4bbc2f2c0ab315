package leap

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/lazyregexp"
)

// Kinds of databases.
const (
	Db2        = "db2"
	PostgreSQL = "postgresql"
	Oracle     = "oracle"
	SQLite     = "sqlite"
	Derby      = "derby"
	Other      = "other"
)

// KindOf tells the database from names that stand around a data source: class of the driver, provider type, helper class, element, URL, library.
func KindOf(names ...string) string {
	for _, name := range names {
		n := strings.ToLower(name)
		switch {
		case n == "":
		case strings.Contains(n, "postgres") || strings.Contains(n, "pgxa") || strings.Contains(n, "pgconnection") || strings.Contains(n, "pgsql"):
			return PostgreSQL
		case strings.Contains(n, "sqlite"):
			return SQLite
		case strings.Contains(n, "derby") || strings.Contains(n, "cloudscape"):
			return Derby
		case strings.Contains(n, "sqlserver") || strings.Contains(n, "mysql") || strings.Contains(n, "mariadb") || strings.Contains(n, "informix") ||
			strings.Contains(n, "sybase") || strings.Contains(n, "db2.i.") || strings.Contains(n, "as400"):
			return Other
		case strings.Contains(n, "oracle"):
			return Oracle
		case strings.Contains(n, "db2") || strings.Contains(n, "db2jcc"):
			return Db2
		}
	}
	return Other
}

// FillFromURL takes host, port and database out of a JDBC URL where ds has none, and keeps the URL without credentials.
func FillFromURL(ds *upgrade.DataSource, jdbc string) {
	jdbc = strings.TrimSpace(jdbc)
	if jdbc == "" {
		return
	}
	if ds.Kind == "" || ds.Kind == Other {
		if fields := strings.SplitN(jdbc, ":", 3); len(fields) == 3 {
			ds.Kind = KindOf(fields[1])
		}
	}
	ds.URL = withoutCredentials(jdbc)
	host, port, database := splitJDBC(jdbc)
	if ds.Host == "" {
		ds.Host = host
	}
	if ds.Port == 0 {
		ds.Port = port
	}
	if ds.Database == "" {
		ds.Database = database
	}
}

func splitJDBC(jdbc string) (host string, port int, database string) {
	fields := strings.SplitN(jdbc, ":", 3)
	if len(fields) < 3 {
		return "", 0, ""
	}
	switch strings.ToLower(fields[1]) {
	case "oracle":
		return splitOracle(fields[2])
	case "sqlite":
		file, _, _ := strings.Cut(fields[2], "?")
		return "", 0, strings.TrimPrefix(file, "file:")
	}
	rest, network := strings.CutPrefix(fields[2], "//")
	if !network {
		return "", 0, cutOptions(rest)
	}
	server, database, _ := strings.Cut(rest, "/")
	host, port = splitHost(server)
	return host, port, cutOptions(database)
}

// cutOptions takes the options off a database name: ?a=b, ;a=b, and :a=b; of Db2.
func cutOptions(database string) string {
	if i := strings.IndexAny(database, "?;"); i >= 0 {
		database = database[:i]
	}
	if i := strings.IndexByte(database, ':'); i > 1 && strings.Contains(database[i:], "=") {
		database = database[:i]
	}
	return database
}

// splitHost reads host[:port]; of a list for fail-over the first counts.
func splitHost(server string) (string, int) {
	server, _, _ = strings.Cut(server, ",")
	server, _, _ = strings.Cut(server, ";")
	if i := strings.LastIndexByte(server, '@'); i >= 0 {
		server = server[i+1:]
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		return strings.Trim(server, "[]"), 0
	}
	n, _ := strconv.Atoi(port)
	return host, n
}

var (
	oraHost    = lazyregexp.New(`(?i)\(\s*HOST\s*=\s*([^)\s]+)\s*\)`)
	oraPort    = lazyregexp.New(`(?i)\(\s*PORT\s*=\s*(\d+)\s*\)`)
	oraService = lazyregexp.New(`(?i)\(\s*(?:SERVICE_NAME|SID)\s*=\s*([^)\s]+)\s*\)`)
)

// splitOracle reads what follows jdbc:oracle: in its forms: thin:@host:port:SID, thin:@//host:port/service, thin:@(DESCRIPTION=...), thin:@alias.
func splitOracle(rest string) (host string, port int, database string) {
	_, address, ok := strings.Cut(rest, "@")
	if !ok {
		return "", 0, ""
	}
	if strings.HasPrefix(strings.TrimSpace(address), "(") {
		n, _ := strconv.Atoi(first(oraPort, address))
		return first(oraHost, address), n, first(oraService, address)
	}
	for _, scheme := range []string{"tcps:", "tcp:"} {
		address = strings.TrimPrefix(address, scheme)
	}
	address = strings.TrimPrefix(address, "//")
	address, _, _ = strings.Cut(address, "?")
	if server, service, ok := strings.Cut(address, "/"); ok {
		host, port = splitHost(server)
		service, _, _ = strings.Cut(service, ":") // service:dedicated
		return host, port, service
	}
	if strings.Count(address, ":") == 2 {
		i := strings.LastIndexByte(address, ':')
		host, port = splitHost(address[:i])
		return host, port, address[i+1:]
	}
	if strings.Contains(address, ":") {
		host, port = splitHost(address)
		return host, port, ""
	}
	return "", 0, address // an alias of tnsnames.ora
}

func first(re *lazyregexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

var (
	credOptions = lazyregexp.New(`(?i)\b(?:user|username|password|pwd|sslpassword|truststorepassword|keystorepassword)=[^;&]*[;&]?`)
	credOracle  = lazyregexp.New(`(?i)^(jdbc:oracle:\w+:)[^@]*@`)
)

// withoutCredentials takes users and passwords out of a JDBC URL.
func withoutCredentials(jdbc string) string {
	clean := credOracle.ReplaceAllString(jdbc, "${1}@")
	clean = strings.TrimRight(credOptions.ReplaceAllString(clean, ""), "?&:;")
	if i := strings.Index(clean, "://"); i >= 0 {
		if u, err := url.Parse("x" + clean[i:]); err == nil && u.User != nil {
			u.User = nil
			clean = clean[:i] + strings.TrimPrefix(u.String(), "x")
		}
	}
	return clean
}
