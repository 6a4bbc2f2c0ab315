package leaprest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
	"github.com/springboard-leap/springboard/upgrade/apps"
)

// List gives all applications of the server (upgrade/apps.Census). Needs the Administrator or SuperAdmin role.
func (c *Client) List(ctx context.Context) ([]apps.Entry, error) {
	query := url.Values{"format": {"json"}}
	if c.o.Refresh {
		query.Set("forceRefresh", "true")
	}
	address := c.apiURL("admin/apps", query)
	value, err := c.json(ctx, address)
	if err != nil {
		return nil, err
	}
	return readList(value, address)
}

// App gives one application. One that does not exist is a fault SB-4015; see IsMissing.
func (c *Client) App(ctx context.Context, uid string) (apps.Entry, error) {
	address := c.apiURL("admin/apps/"+url.PathEscape(uid), nil)
	value, err := c.json(ctx, address)
	if err != nil {
		return apps.Entry{}, err
	}
	return readOne(value, address, uid)
}

// Look tells whether an application is there (upgrade/apps.Looker).
func (c *Client) Look(ctx context.Context, uid string) (app apps.Entry, found bool, err error) {
	app, err = c.App(ctx, uid)
	if IsMissing(err) {
		return apps.Entry{}, false, nil
	}
	return app, err == nil, err
}

// IsMissing tells that an error means: the server has no such application (or no such address).
func IsMissing(err error) bool {
	f, ok := upgrade.AsFault(err)
	return ok && f.Code == "SB-4015"
}

// json gets an address that must answer JSON.
func (c *Client) json(ctx context.Context, address string) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	resp, err := c.get(ctx, address, "application/json")
	if err != nil {
		return nil, err
	}
	defer discard(resp)
	if err := statusFault(resp); err != nil {
		return nil, err
	}
	body, err := readAll(ctx, resp, listLimit)
	if err != nil {
		return nil, err
	}
	if err := pageFault(resp, body); err != nil {
		return nil, err
	}
	return decode(body, address)
}

// readAll reads a whole answer; one that stops early or is too large is a fault.
func readAll(ctx context.Context, resp *http.Response, limit int64) ([]byte, error) {
	address := resp.Request.URL.Redacted()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil && ctx.Err() == nil:
		return nil, upgrade.NewFault("SB-4010", upgrade.KindFailed, err, "url", address)
	case err != nil:
		return nil, transportFault(ctx, address, err)
	case int64(len(body)) > limit:
		return nil, upgrade.NewFault("SB-4014", upgrade.KindFailed, nil, "url", address, "limit", fmt.Sprint(limit>>20))
	}
	return body, nil
}

// pageFault tells what HTML stands where JSON or an archive is expected.
func pageFault(resp *http.Response, body []byte) error {
	if !isHTML(resp, body) {
		return nil
	}
	p, address := readPage(body), resp.Request.URL.Redacted()
	switch {
	case p.isLogin():
		return upgrade.NewFault("SB-4004", upgrade.KindAuth, nil, "url", address, "to", "a login page (HTTP 200)")
	case p.isSetup():
		return upgrade.NewFault("SB-4005", upgrade.KindFailed, nil, "url", address, "to", "the Setup page (HTTP 200)")
	}
	return upgrade.NewFault("SB-4009", upgrade.KindFailed, nil, "url", address, "title", firstText(cut(p.title), cut(p.heading), cut(p.text), "without any text"))
}

func decode(body []byte, address string) (any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		code := "SB-4013"
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			code = "SB-4010"
		}
		return nil, upgrade.NewFault(code, upgrade.KindFailed, err, "url", address, "detail", "it is not valid JSON")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, upgrade.NewFault("SB-4013", upgrade.KindFailed, nil, "url", address, "detail", "something follows the JSON value")
	}
	return value, nil
}

// The names of fields, in capitals without anything but letters and digits, best first. The vendor documents none of them.
var (
	uidFields      = []string{"UID", "APPUID", "APPID", "APPLICATIONUID", "APPLICATIONID", "ID", "UUID"}
	nameFields     = []string{"TITLE", "NAME", "APPTITLE", "APPNAME", "APPLICATIONTITLE", "APPLICATIONNAME", "LABEL"}
	recordFields   = []string{"RECORDS", "RECORDCOUNT", "NUMRECORDS", "NUMBEROFRECORDS", "SUBMISSIONS", "SUBMISSIONCOUNT", "TOTALRECORDS", "SUBMITTEDRECORDS", "RECORDSCOUNT"}
	deployedFields = []string{"DEPLOYED", "ISDEPLOYED", "DEPLOYSTATE", "DEPLOYSTATUS"}
	ownerFields    = []string{"OWNER", "OWNERNAME", "OWNERID", "CREATEDBY", "CREATOR"}
	totalFields    = []string{"TOTAL", "TOTALCOUNT", "TOTALITEMS", "TOTALRESULTS", "TOTALAPPS", "NUMFOUND"}
)

type object = map[string]any

// readList reads the list leniently: an array of objects, or an object with one array of them in it. An entry without a UID and a list that says it
// is incomplete are faults: a census that misses an application is worse than none.
func readList(value any, address string) ([]apps.Entry, error) {
	bad := func(detail string) error {
		return upgrade.NewFault("SB-4013", upgrade.KindFailed, nil, "url", address, "detail", detail)
	}
	list, total, err := findList(value)
	if err != nil {
		return nil, bad(err.Error())
	}
	if total >= 0 && total > int64(len(list)) {
		return nil, bad(fmt.Sprintf("it says that there are %d applications and lists %d", total, len(list)))
	}
	entries := make([]apps.Entry, 0, len(list))
	for i, item := range list {
		o, ok := item.(object)
		if !ok {
			return nil, bad(fmt.Sprintf("entry %d is no object", i+1))
		}
		e := readEntry(o, address)
		if e.UID == "" {
			return nil, bad(fmt.Sprintf("entry %d has no uid (fields: %s)", i+1, strings.Join(fieldNames(o), ", ")))
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// findList finds the array; total is what the object around it says about its length, -1 when nothing.
func findList(value any) (list []any, total int64, err error) {
	switch v := value.(type) {
	case []any:
		return v, -1, nil
	case object:
		found := [][]any{}
		for _, name := range fieldNames(v) {
			if a, ok := v[name].([]any); ok {
				found = append(found, a)
			}
		}
		if len(found) > 1 {
			found = ofApplications(found)
		}
		if len(found) == 1 {
			return found[0], number(fold(v), totalFields, -1), nil
		}
		if len(found) > 1 {
			return nil, -1, errors.New("several arrays in it may be the list (fields: " + strings.Join(fieldNames(v), ", ") + ")")
		}
		for _, name := range fieldNames(v) { // one level deeper: {"data": {"apps": []}}
			if inner, ok := v[name].(object); ok {
				if list, total, err := findList(inner); err == nil {
					return list, total, nil
				}
			}
		}
		return nil, -1, errors.New("there is no array in it (fields: " + strings.Join(fieldNames(v), ", ") + ")")
	}
	return nil, -1, errors.New("it is neither an array nor an object")
}

// ofApplications keeps the arrays whose first entry has a UID.
func ofApplications(lists [][]any) [][]any {
	var kept [][]any
	for _, l := range lists {
		if len(l) == 0 {
			continue
		}
		if o, ok := l[0].(object); ok && text(fold(o), uidFields) != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

func readOne(value any, address, uid string) (apps.Entry, error) {
	if list, ok := value.([]any); ok && len(list) == 1 {
		value = list[0]
	}
	if o, ok := value.(object); ok {
		if e := readEntry(o, address); strings.EqualFold(e.UID, uid) {
			return e, nil
		}
		for _, name := range fieldNames(o) {
			if inner, ok := o[name].(object); ok {
				if e := readEntry(inner, address); strings.EqualFold(e.UID, uid) {
					return e, nil
				}
			}
		}
	}
	return apps.Entry{}, upgrade.NewFault("SB-4013", upgrade.KindFailed, nil, "url", address, "detail", "it does not describe this application")
}

func readEntry(raw object, address string) apps.Entry {
	o := fold(raw)
	e := apps.Entry{UID: text(o, uidFields), Name: text(o, nameFields), Owner: text(o, ownerFields),
		Evidence: upgrade.Evidence{URL: address, Status: http.StatusOK}}
	if n := number(o, recordFields, -1); n >= 0 {
		e.Records = &n
	} else if n, ok := recordsOfForms(o); ok {
		e.Records = &n
	}
	for _, name := range deployedFields {
		if v, ok := o[name]; ok {
			e.Deployed = truth(v)
			break
		}
	}
	return e
}

// recordsOfForms adds up the counts of the forms (includeForms), when each form tells one.
func recordsOfForms(o folded) (sum int64, ok bool) {
	forms, _ := o["FORMS"].([]any)
	for _, f := range forms {
		form, _ := f.(object)
		n := number(fold(form), slices.Concat(recordFields, []string{"COUNT"}), -1)
		if n < 0 {
			return 0, false
		}
		sum += n
	}
	return sum, len(forms) > 0
}
