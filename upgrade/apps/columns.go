package apps

import (
	"strings"
	"unicode"

	"github.com/springboard-leap/springboard/upgrade"
)

// Columns tells which columns of APP_UPGRADE mean what, as indexes into Table.Columns; -1 is absent. The vendor documents APPID, NAME and "the
// exception" only, so other spellings are accepted, without regard to case, underscores and blanks.
type Columns struct {
	UID, Name, Status, Date int
	Exceptions              []int // best first
	Message                 int   // a text that may tell of a failure or of a success
}

// The accepted names, best first, in capitals and without anything but letters and digits.
var (
	uidNames       = []string{"APPID", "APPUID", "APPLICATIONID", "APPLICATIONUID", "UID", "APPGUID", "APPUUID", "UUID", "GUID", "APP", "APPLICATION", "ID"}
	nameNames      = []string{"NAME", "APPNAME", "APPLICATIONNAME", "TITLE", "APPTITLE", "APPLICATIONTITLE", "DISPLAYNAME", "LABEL"}
	statusNames    = []string{"STATUS", "STATE", "UPGRADESTATUS", "UPGRADESTATE", "RESULT", "OUTCOME", "SUCCESS", "SUCCEEDED", "UPGRADED"}
	exceptionNames = []string{"EXCEPTION", "EXCEPTIONTEXT", "EXCEPTIONMESSAGE", "EXCEPTIONMSG", "EXCEPTIONTRACE", "EXCEPTIONSTACK", "EXCEPTIONSTACKTRACE",
		"UPGRADEEXCEPTION", "STACKTRACE", "STACK", "TRACE", "ERROR", "ERRORTEXT", "ERRORMESSAGE", "ERRORMSG", "ERRORSTACK", "ERRORTRACE", "ERRORDETAIL",
		"ERRORDETAILS", "ERRORSTACKTRACE", "UPGRADEERROR", "FAILURE", "FAILUREREASON", "FAILUREMESSAGE", "CAUSE", "LASTERROR", "LASTEXCEPTION"}
	messageNames = []string{"MESSAGE", "MSG", "DETAILS", "DETAIL", "DESCRIPTION", "REASON", "TEXT", "LOG"}
	dateNames    = []string{"UPGRADEDATE", "UPGRADETIME", "UPGRADETIMESTAMP", "UPGRADEDON", "LASTUPDATED", "UPDATED", "UPDATEDAT", "UPDATEDATE", "UPDATETIME",
		"LASTMODIFIED", "MODIFIED", "MODIFIEDAT", "FINISHED", "FINISHEDAT", "ENDED", "ENDTIME", "TIMESTAMP", "EVENTTIME", "LOGTIME", "TIME", "DATE", "TS",
		"CREATED", "CREATEDAT", "CREATEDON", "CREATEDATE", "CREATETIME", "STARTTIME", "STARTED"}
)

// FoldName drops case and everything but letters and digits, so that App_Id, "app id" and APPID are the same.
func FoldName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, name)
}

// MapColumns finds out what the columns mean. A table that names no application, or that can't tell a failure, is a fault that lists its columns.
func MapColumns(t Table) (Columns, error) {
	byName := map[string]int{}
	for i, name := range t.Columns {
		if _, twice := byName[FoldName(name)]; !twice {
			byName[FoldName(name)] = i
		}
	}
	c := Columns{UID: first(byName, uidNames), Name: first(byName, nameNames), Status: first(byName, statusNames), Date: first(byName, dateNames),
		Exceptions: all(byName, exceptionNames), Message: first(byName, messageNames)}
	if c.Date < 0 {
		c.Date = lastResortDate(t.Columns)
	}
	if c.UID >= 0 && FoldName(t.Columns[c.UID]) == "ID" && c.Name >= 0 && onlyNumbers(t, c.UID) {
		c.UID = -1 // a row number, not an application
	}
	if (c.UID < 0 && c.Name < 0) || (len(c.Exceptions) == 0 && c.Status < 0 && c.Message < 0) {
		return c, upgrade.NewFault("SB-4301", upgrade.KindIncomplete, nil, "source", t.place(), "columns", strings.Join(t.Columns, ", "))
	}
	return c, nil
}

func (t Table) place() string {
	if t.File != "" {
		return t.File
	}
	return t.Query
}

func first(byName map[string]int, names []string) int {
	for _, n := range names {
		if i, ok := byName[n]; ok {
			return i
		}
	}
	return -1
}

func all(byName map[string]int, names []string) []int {
	var found []int
	for _, n := range names {
		if i, ok := byName[n]; ok {
			found = append(found, i)
		}
	}
	return found
}

func lastResortDate(columns []string) int {
	for i, name := range columns {
		n := FoldName(name)
		if strings.HasSuffix(n, "DATE") || strings.HasSuffix(n, "TIME") || strings.HasSuffix(n, "TIMESTAMP") {
			return i
		}
	}
	return -1
}

func onlyNumbers(t Table, column int) bool {
	for i := range t.Rows {
		v := t.value(i, column)
		if v == "" || len(v) > 12 || strings.Trim(v, "0123456789") != "" {
			return false
		}
	}
	return true
}

// value gives a trimmed value; NULL and absent columns are empty.
func (t Table) value(row, column int) string {
	if column < 0 || column >= len(t.Rows[row].Values) || t.Rows[row].Values[column] == nil {
		return ""
	}
	return strings.TrimSpace(*t.Rows[row].Values[column])
}
