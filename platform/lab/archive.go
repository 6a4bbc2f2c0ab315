package lab

import (
	"fmt"
	"path"
)

// archivePath is where WebSphere keeps the .ear that was installed: what a person edits in the expanded files does not reach it.
func archivePath() string {
	return path.Join(wasProfile, "config/cells", wasCell, "applications", earName, earName)
}

// writeArchive writes the .ear as the vendor ships it, with its texts; the classes of an expanded application are left out to keep a lab small.
func writeArchive(t *tree, v values) error {
	fsp, err := render("was/fsp_fresh.properties", v)
	if err != nil {
		return err
	}
	web, err := render("was/web.xml", v)
	if err != nil {
		return err
	}
	application, err := render("was/application.xml", v)
	if err != nil {
		return err
	}
	manifest := fmt.Appendf(nil, "Manifest-Version: 1.0\nImplementation-Title: HCL Leap\nImplementation-Version: %s\n\n", v.Version)
	war, err := archive(t.stamp, []entry{{"META-INF/MANIFEST.MF", manifest}, {"WEB-INF/web.xml", web}, {"WEB-INF/classes/fsp.properties", fsp}})
	if err != nil {
		return err
	}
	ear, err := archive(t.stamp, []entry{{"META-INF/MANIFEST.MF", manifest}, {"META-INF/application.xml", application}, {"builder.war", war}})
	if err != nil {
		return err
	}
	return t.file(archivePath(), ear, 0o644)
}
