package liberty

import (
	"strconv"
	"strings"

	"github.com/springboard-leap/springboard/platform/install/leap"
	"github.com/springboard-leap/springboard/platform/install/survey"
	"github.com/springboard-leap/springboard/platform/install/xmlscan"
	"github.com/springboard-leap/springboard/upgrade"
)

// dataSource tells Leap's data source: the one of its JNDI name; else the one that is named like it; else the only one.
func (d *describer) dataSource() {
	byKey := map[string]item{}
	var order []string
	for _, it := range d.all("dataSource") {
		key := d.expand(it.e.Attr("jndiName"))
		if key == "" {
			key = "#" + it.e.Attr("id")
		}
		if _, again := byKey[key]; !again {
			order = append(order, key)
		}
		byKey[key] = it
	}
	pick := ""
	for _, key := range order {
		if key == jndiName {
			pick = key
			break
		}
		low := strings.ToLower(key + " " + byKey[key].e.Attr("id"))
		if pick == "" && (strings.Contains(low, "leap") || strings.Contains(low, "builder") || strings.Contains(low, "freedom")) {
			pick = key
		}
	}
	if pick == "" && len(order) == 1 {
		pick = order[0]
	}
	if pick == "" {
		if len(order) > 1 {
			d.Remark("several data sources, none is named like Leap's: " + strings.Join(order, ", "))
		}
		return
	}
	it := byKey[pick]
	ds := d.readSource(it)
	d.In.DataSource = &ds
	attr := "jndiName"
	if _, ok := it.e.Lookup(attr); !ok {
		attr = "id"
	}
	d.Prove("datasource", survey.AttrEvidence(it.doc, it.e, attr))
}

func (d *describer) readSource(it item) upgrade.DataSource {
	ds := upgrade.DataSource{Name: it.e.Attr("id"), JNDIName: d.expand(it.e.Attr("jndiName")), Alias: it.e.Attr("containerAuthDataRef")}
	props := d.propertiesOf(it.e)
	driver := it.e.First("jdbcDriver")
	names := []string{}
	if props != nil {
		if kind, ok := strings.CutPrefix(props.Name, "properties."); ok {
			names = append(names, kind)
		}
	}
	if driver != nil {
		for _, a := range driver.Attrs {
			names = append(names, a.Value)
		}
		names = append(names, d.libraryText(driver.Attr("libraryRef")))
	}
	ds.Kind = leap.KindOf(names...)
	if props == nil {
		return ds
	}
	get := func(name string) string {
		for _, a := range props.Attrs {
			if strings.EqualFold(a.Name, name) {
				return d.expand(a.Value)
			}
		}
		return ""
	}
	ds.Host, ds.Database, ds.Schema = get("serverName"), get("databaseName"), get("currentSchema")
	if n, err := strconv.Atoi(get("portNumber")); err == nil && n > 0 && n < 65536 {
		ds.Port = n
	}
	if ds.Kind == leap.Oracle && ds.Database == "" {
		ds.Database = get("serviceName")
	}
	leap.FillFromURL(&ds, get("URL"))
	if ds.Kind == leap.SQLite && ds.Database != "" {
		ds.Database = d.Root.Resolve(ds.Database)
	}
	return ds
}

// propertiesOf finds the vendor properties of a data source: within it, or referred to.
func (d *describer) propertiesOf(e *xmlscan.Element) *xmlscan.Element {
	for _, c := range e.Children {
		if c.Name == "properties" || strings.HasPrefix(c.Name, "properties.") {
			return c
		}
	}
	ref := e.Attr("propertiesRef")
	for _, it := range d.items {
		if ref != "" && it.e.Attr("id") == ref {
			return it.e
		}
	}
	return nil
}

// libraryText is what the driver's library names, for telling the database when nothing else does.
func (d *describer) libraryText(id string) string {
	text := id
	for _, it := range d.all("library") {
		if it.e.Attr("id") != id {
			continue
		}
		it.e.Each(func(e *xmlscan.Element) bool {
			text += " " + e.Attr("name") + " " + e.Attr("dir") + " " + e.Attr("includes")
			return true
		})
	}
	return text
}
