package lab

import (
	"path"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/upgrade"
)

type source struct{ native, template string }

// writeWAS writes the file system of a WebSphere Application Server with HCL Leap, but for logs and data.
func writeWAS(t *tree, v values) error {
	cell := path.Join(wasProfile, "config/cells", wasCell)
	node := path.Join(cell, "nodes", wasNode)
	server := path.Join(node, "servers", wasServer)
	files := []source{
		{wasHome + "/properties/profileRegistry.xml", "was/profileRegistry.xml"},
		{cell + "/variables.xml", "was/variables_cell.xml"}, {cell + "/virtualhosts.xml", "was/virtualhosts.xml"},
		{cell + "/resources.xml", "was/resources_empty.xml"}, {cell + "/security.xml", "was/security.xml"},
		{cell + "/applications/" + earName + "/deployments/HCL Leap/deployment.xml", "was/deployment.xml"},
		{node + "/serverindex.xml", "was/serverindex.xml"}, {node + "/variables.xml", "was/variables_node.xml"}, {node + "/resources.xml", "was/resources_node.xml"},
		{server + "/server.xml", "was/server.xml"}, {server + "/resources.xml", "was/resources_server.xml"}, {server + "/variables.xml", "was/variables_server.xml"},
	}
	for _, f := range files {
		if err := t.rendered(f.native, f.template, v); err != nil {
			return err
		}
	}
	if err := t.file(wasHome+"/properties/version/WAS.product", []byte("<product name=\"IBM WebSphere Application Server\"><id>BASE</id><version>9.0.5.18</version></product>\n"), 0o644); err != nil {
		return err
	}
	if err := t.file(wasProfile+"/installedApps/"+wasCell+"/DefaultApplication.ear/META-INF/application.xml", []byte("<application><display-name>DefaultApplication</display-name></application>\n"), 0o644); err != nil {
		return err
	}
	if err := writeEar(t, layoutOf(upgrade.WAS).program, v, true); err != nil {
		return err
	}
	if err := writeArchive(t, v); err != nil {
		return err
	}
	return writeExtensions(t, v)
}

// writeExtensions writes the extensions directories of Leap: the site's own with its settings and a jar, and the default one as it is shipped.
func writeExtensions(t *tree, v values) error {
	if err := t.rendered(customExtensions+"/Leap_config.properties", "was/Leap_config.properties", v); err != nil {
		return err
	}
	if err := t.rendered(defaultExtensions+"/Leap_config.properties", "was/Leap_config_stock.properties", v); err != nil {
		return err
	}
	data, err := jar(sample.NewRandom(7, 52), sample.Epoch, "Manifest-Version: 1.0\nBundle-SymbolicName: com.acme.leap.ext\nBundle-Version: 2.4.1\n\n", 6, 9<<10)
	if err != nil {
		return err
	}
	if err := t.file(customExtensions+"/com.acme.leap.ext_2.4.1.jar", data, 0o644); err != nil {
		return err
	}
	return t.file(leapHome+"/jdbc/sqlite-jdbc-3.45.jar", class(sample.NewRandom(8, 53), 20<<10), 0o644)
}

// writeLiberty writes the file system of an Open Liberty server with HCL Leap, but for logs and data.
func writeLiberty(t *tree, v values) error {
	for _, f := range []source{{libertyProfile + "/server.xml", "liberty/server.xml"}, {libertyProfile + "/datasource.xml", "liberty/datasource.xml"},
		{libertyProfile + "/bootstrap.properties", "liberty/bootstrap.properties"}} {
		if err := t.rendered(f.native, f.template, v); err != nil {
			return err
		}
	}
	if err := t.file(libertyHome+"/lib/versions/openliberty.properties", []byte("com.ibm.websphere.productId=io.openliberty\ncom.ibm.websphere.productVersion=23.0.0.12\n"), 0o644); err != nil {
		return err
	}
	if err := writeEar(t, layoutOf(upgrade.Liberty).program, v, true); err != nil {
		return err
	}
	return writeExtensions(t, v)
}

// writeDomino writes the file system of a Domino server with HCL Domino Leap, but for logs and the volt folder.
func writeDomino(t *tree, v values) error {
	r := sample.NewRandom(9, 54)
	workspace := dominoData + "/domino/workspace"
	for _, f := range []source{{dominoData + "/notes.ini", "domino/notes.ini"}, {workspace + "/.config/rcpinstall.properties", "domino/rcpinstall.properties"},
		{dominoProgram + "/.install.dat", "domino/install.dat"}, {workspace + "/.metadata/.log", "domino/eclipse.log"}} {
		if err := t.rendered(f.native, f.template, v); err != nil {
			return err
		}
	}
	elf := func(size int) []byte { return append([]byte("\x7fELF\x02\x01\x01\x00"), r.Bytes(size)...) }
	for _, f := range []struct {
		native string
		data   []byte
	}{
		{dominoProgram + "/notes/latest/linux/server", elf(180 << 10)}, {dominoProgram + "/notes/latest/linux/libnotes.so", elf(400 << 10)},
		{dominoProgram + "/notes/latest/linux/http", elf(120 << 10)},
		{dominoProgram + "/osgi/rcp/eclipse/links/volt.link", []byte("path=" + dominoProgram + "/osgi/volt\n")},
		{dominoProgram + "/osgi/rcp/eclipse/plugins/com.ibm.rcp.core_9.0.0.jar", class(r, 30<<10)},
		{dominoData + "/names.nsf", append([]byte{0x1a, 0, 0, 4, 0, 0}, r.Bytes(300<<10)...)}, {dominoData + "/log.nsf", append([]byte{0x1a, 0, 0, 4, 0, 0}, r.Bytes(100<<10)...)},
		{dominoData + "/server.id", r.Bytes(2 << 10)}, {dominoData + "/leap_ver.txt", []byte(v.Version + "\n")},
	} {
		if err := t.file(f.native, f.data, 0o644); err != nil {
			return err
		}
	}
	return writePlugins(t, layoutOf(upgrade.Domino).program, v)
}
