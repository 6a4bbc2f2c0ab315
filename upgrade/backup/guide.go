package backup

import (
	"fmt"
	"strings"
)

// dumpGuide tells how a dump comes back by hand, with its vendor's tool. Paths are below the folder of the backup.
func dumpGuide(b *strings.Builder, p manifestPart) {
	d, at := p.Dump, dataDir+"/"+p.Name+"/"+p.Items[0].Rel
	fmt.Fprintf(b, "    a dump made by %s", d.Tool)
	if d.Server != "" {
		fmt.Fprintf(b, " from a server of version %s", d.Server)
	}
	b.WriteString("\n")
	switch d.Kind {
	case "postgresql":
		fmt.Fprintf(b, `      (owner, roles, extensions and settings that it needs: %s/database.json and roles.sql)
      createdb --template=template0 --owner=OWNER NEW
      pg_restore --dbname=NEW --jobs=2 --exit-on-error %s/pg_dump
      then rename: ALTER DATABASE OLD RENAME TO OLD_KEPT; ALTER DATABASE NEW RENAME TO OLD;
`, at, at)
	case "db2":
		fmt.Fprintf(b, `      check it:  db2ckbkp %s/*.%s.001
      db2 "restore database DATABASE from %s taken at %s replace existing without rolling forward without prompting"
      (it overwrites the present database; into a new one: "... taken at %s into NEWNAME without rolling forward without prompting")
`, at, d.Image, at, d.Image, d.Image)
	case "oracle":
		fmt.Fprintf(b, `      copy %s/%s_*.dmp into the folder of a directory object, drop the users, then
      impdp system directory=DIRECTORY dumpfile=%s_%%U.dmp logfile=restore.log schemas=%s
`, at, d.Image, d.Image, strings.Join(d.Schemas, ","))
	default:
		b.WriteString("      restore it with the database's own tool unless it is a file with a place above\n")
	}
}

// packedGuide tells how to unpack, and what is not packed. The names are listed before the first file is unpacked: a file that was named .zst by its
// owner is packed once more in the backup, and must be unpacked once only.
func packedGuide(b *strings.Builder, h header) {
	fmt.Fprintf(b, `The files are packed with zstd, each for itself: NAME%s unpacks to NAME, with mode and time. The hashes above are those of the packed files; what they
unpack to has the hash content_sha256 of its entry in manifest.json. After step 3 unpack, in the folder that the files were brought to:

  find . -type f -name '*%s' -print0 > /tmp/packed && xargs -0 -r zstd -d -q --rm < /tmp/packed

(one file: zstd -d NAME%s; zstd is in every Linux distribution, and zstd.exe for Windows is at github.com/facebook/zstd).
`, packSuffix, packSuffix, packSuffix)
	if len(h.Plain) > 0 {
		b.WriteString("These stand as they are, and are not unpacked:\n\n")
		for _, path := range h.Plain {
			fmt.Fprintf(b, "  %s\n", path)
		}
	}
	b.WriteString("\n")
}

// guideText is RESTORE.txt: how to check and restore by hand, without Springboard.
func guideText(h header) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Backup of %s %s, installation %s\nTaken %s to %s by %s on %s\n%d files, %d bytes\n\n",
		h.Installation.Product.Title(), h.Installation.Version, h.Installation.ID,
		h.Started.Format("2006-01-02 15:04:05Z"), h.Created.Format("2006-01-02 15:04:05Z"), h.Tool, h.Host, h.Totals.Files, h.Totals.Bytes)
	b.WriteString(`TO CHECK IT, in this folder:

  sha256sum -c --quiet SHA256SUMS

(Windows: compare the output of "certutil -hashfile FILE SHA256" with the line of the file in SHA256SUMS.) No output means that every file is as it
was when the backup was sealed. The folder is a backup only while manifest.json stands in it.

TO RESTORE IT BY HAND

`)
	if h.Compression != "" {
		packedGuide(&b, h)
	}
	fmt.Fprintf(&b, "1. Stop the server. 2. Move the present state aside; do not delete it. 3. Bring back the parts you need:\n\n")
	for _, p := range h.Parts {
		fmt.Fprintf(&b, "  %s: %d files, %d bytes\n", p.Name, p.Files, p.Bytes)
		for _, i := range p.Items {
			fmt.Fprintf(&b, "    data/%s/%s\n", p.Name, i.Rel)
			if i.Origin != "" { // a dump of a server belongs to no place
				fmt.Fprintf(&b, "      belongs to %s\n", i.Origin)
			}
		}
		if p.Dump != nil {
			dumpGuide(&b, p)
		}
		if p.Name == PartDAOS {
			b.WriteString("      (attachments that the databases of volt refer to: they go back together with volt, and encrypted ones open on the same server, with its server.id, only)\n")
		}
	}
	fmt.Fprintf(&b, `
Each part keeps the paths below the file system's root (%s), so on Linux and AIX a whole part comes back with:

  cp -a data/PART/. ROOT/

An upgraded database cannot be used by the former version: database, program files and settings go back together, then the server is started.
With Springboard: springboardctl backup restore THIS-FOLDER --to TARGET
`, h.Installation.Root)
	if len(h.Skipped) > 0 || len(h.Out) > 0 {
		b.WriteString("\nNOT IN THIS BACKUP\n\n")
		for _, o := range h.Out {
			fmt.Fprintf(&b, "  %s: %s\n", o.Name, o.Why)
		}
		for _, s := range h.Skipped {
			fmt.Fprintf(&b, "  %s: %s\n", s.Path, s.Why)
		}
	}
	if h.Reread == ReadBackCache {
		b.WriteString("\nThe copies were read back from memory when it was made (--reread cache), not from the disk: check it before you rely on it.\n")
	}
	if h.Rest.WhileRunning {
		b.WriteString("\nTaken while the server was allowed to run (--while-running).\n")
	}
	return b.String()
}
