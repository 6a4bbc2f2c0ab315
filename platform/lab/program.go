package lab

import (
	"fmt"
	"path"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
)

// values fill the templates of a server's files.
type values struct {
	WAS, Profile, WLP, Cell, Node, Host string
	Program, Data                       string
	Version, Extensions                 string
	PID                                 int
	Stamp                               string

	ProviderName, ProviderClass, ProviderJar string
	Alias, DBUser                            string
	DataSourceProperties                     []property
}

type property struct{ Name, Value string }

func newValues(m marker) values {
	v := values{WAS: wasHome, Profile: layoutOf(m.Runtime).home, WLP: libertyHome, Cell: wasCell, Node: wasNode, Host: "leap01.example.com",
		Program: dominoProgram, Data: dominoData, Version: m.Version, Extensions: customExtensions}
	db := m.Database
	switch db.Kind {
	case "postgresql":
		v.ProviderName, v.ProviderClass = "Leap PostgreSQL Provider", "org.postgresql.ds.PGConnectionPoolDataSource"
		v.ProviderJar = "${LEAP_JDBC_DRIVER_PATH}/postgresql-42.7.3.jar"
		v.Alias, v.DBUser = wasNode+"/leapdb", db.User
		v.DataSourceProperties = []property{{"serverName", db.Host}, {"portNumber", fmt.Sprint(db.Port)}, {"databaseName", db.Name}}
	case "sqlite":
		v.ProviderName, v.ProviderClass = "Leap SQLite Provider", "org.sqlite.SQLiteConnectionPoolDataSource"
		v.ProviderJar = "${LEAP_JDBC_DRIVER_PATH}/sqlite-jdbc-3.45.jar"
		v.DataSourceProperties = []property{{"URL", "jdbc:sqlite:" + db.File}}
	}
	return v
}

// writeEar writes the expanded .ear of a version below dir (native). custom gives it the fsp.properties of a site that moved its extensions;
// else it is the fresh one that the installer brings.
func writeEar(t *tree, dir string, v values, custom bool) error {
	r := sample.NewRandom(versionSeed(v.Version), 50)
	manifest := fmt.Sprintf("Manifest-Version: 1.0\nCreated-By: 8.0.8.15 (IBM Corporation)\nImplementation-Title: HCL Leap\n"+
		"Implementation-Vendor: HCL Technologies\nImplementation-Version: %s\nModule-Build-Id: Leap %s GA\n\n", v.Version, v.Version)
	if err := t.file(dir+"/META-INF/MANIFEST.MF", []byte(manifest), 0o644); err != nil {
		return err
	}
	fsp := "was/fsp_fresh.properties"
	if custom {
		fsp = "was/fsp_custom.properties"
	}
	for _, f := range []struct{ name, source string }{{"META-INF/application.xml", "was/application.xml"}, {"builder.war/WEB-INF/web.xml", "was/web.xml"},
		{"builder.war/WEB-INF/classes/fsp.properties", fsp}} {
		if err := t.rendered(path.Join(dir, f.name), f.source, v); err != nil {
			return err
		}
	}
	if err := t.file(dir+"/builder.war/META-INF/MANIFEST.MF", []byte(manifest), 0o644); err != nil {
		return err
	}
	return writeBinaries(t, dir, r, manifest, v.Version)
}

func writeBinaries(t *tree, dir string, r sample.Random, manifest, version string) error {
	for i := range 24 {
		name := fmt.Sprintf("%s/builder.war/WEB-INF/classes/com/ibm/form/nitro/platform/P%02d.class", dir, i)
		if err := t.file(name, class(r, 800+r.IntN(6000)), 0o644); err != nil {
			return err
		}
	}
	for _, name := range []string{"com.ibm.form.nitro.service", "com.ibm.form.platform.service", "com.ibm.hrl.lotusforms", "com.ibm.freedom.runtime",
		"com.hcl.nitro.themes"} {
		data, err := jar(r, released(version), manifest, 20, 24<<10)
		if err != nil {
			return err
		}
		if err := t.file(fmt.Sprintf("%s/builder.war/WEB-INF/lib/%s_%s.jar", dir, name, version), data, 0o644); err != nil {
			return err
		}
	}
	script := []byte(fmt.Sprintf("/* HCL Leap %s */\ndefine([\"nitro/runtime\"], function (r) { return r.version(\"%s\"); });\n", version, version))
	return t.file(dir+"/builder.war/js/nitro.js", script, 0o644)
}

// versionSeed makes the program files of a version differ from those of any other, whatever the lab's seed.
func versionSeed(version string) uint64 {
	n, err := numbers(version)
	if err != nil {
		return 0
	}
	return uint64(n[0])<<48 | uint64(n[1])<<32 | uint64(n[2])<<16 | uint64(n[3])
}

// writePlugins writes osgi/volt of a version below dir (native).
func writePlugins(t *tree, dir string, v values) error {
	r := sample.NewRandom(versionSeed(v.Version), 51)
	for _, name := range []string{"dleap", "com.ibm.form.nitro.service", "com.ibm.form.platform", "com.hcl.volt.builder"} {
		manifest := fmt.Sprintf("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-Name: %s\nBundle-SymbolicName: %s;singleton:=true\n"+
			"Bundle-Version: %s\nBundle-Vendor: HCL\n\n", name, name, v.Version)
		data, err := jar(r, released(v.Version), manifest, 16, 20<<10)
		if err != nil {
			return err
		}
		if err := t.file(fmt.Sprintf("%s/eclipse/plugins/%s_%s.jar", dir, name, v.Version), data, 0o644); err != nil {
			return err
		}
	}
	feature := fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feature id=\"dleap.feature\" version=\"%s\" provider-name=\"HCL\">\n"+
		"  <plugin id=\"dleap\" version=\"%s\"/>\n</feature>\n", v.Version, v.Version)
	return t.file(fmt.Sprintf("%s/eclipse/features/dleap.feature_%s/feature.xml", dir, v.Version), []byte(feature), 0o644)
}
