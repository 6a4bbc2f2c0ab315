package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"

	"github.com/springboard-leap/springboard/platform/lab/internal/sample"
	"github.com/springboard-leap/springboard/platform/lab/internal/store"
	"github.com/springboard-leap/springboard/upgrade"
)

// maxApps keeps a slip of the finger from filling the disk.
const maxApps = 100000

// Create makes a lab in o.Dir. The same options and seed give the same bytes, in files and in a SQLite database. A folder that holds anything
// else than a lab is refused (SB-7001) before anything is written; an existing lab is made anew, its springboard folder (runs) is kept.
func Create(ctx context.Context, o Options) (Made, error) {
	m, password, err := o.marker()
	if err != nil {
		return Made{}, err
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return Made{}, upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", o.Dir)
	}
	apps, err := sample.Apps(m.Seed, m.Apps, m.Fail)
	if err != nil {
		return Made{}, err
	}
	for _, a := range apps {
		if a.Cause != "" {
			m.Failures = append(m.Failures, plannedFault{a.UID, a.Cause})
		}
	}
	if err := mayCreate(o.Dir); err != nil {
		return Made{}, err
	}
	if err := checkDatabase(ctx, m.Database, password); err != nil {
		return Made{}, err
	}
	unlock, err := claim(o.Dir)
	if err != nil {
		return Made{}, err
	}
	defer unlock()
	made, err := build(ctx, o.Dir, m, password, apps)
	if err != nil {
		return Made{}, errors.Join(err, sweepAway(o.Dir))
	}
	return made, nil
}

// marker checks the options and fills in what is not set.
func (o Options) marker() (marker, upgrade.Secret, error) {
	m := marker{Format: formatVersion, Product: o.Product, Runtime: o.Runtime, Seed: o.Seed, Apps: o.Apps, Fail: o.Fail, Failures: []plannedFault{}}
	if o.Dir == "" {
		return m, upgrade.Secret{}, badOption("no folder is named")
	}
	if m.Product == "" {
		m.Product = upgrade.Leap
	}
	runtimes := map[upgrade.Product][]upgrade.Runtime{upgrade.Leap: {upgrade.WAS, upgrade.Liberty}, upgrade.DominoLeap: {upgrade.Domino}}[m.Product]
	if runtimes == nil {
		return m, upgrade.Secret{}, badOption(fmt.Sprintf("unknown product %q", m.Product))
	}
	if m.Runtime == "" {
		m.Runtime = runtimes[0]
	}
	if !slices.Contains(runtimes, m.Runtime) {
		return m, upgrade.Secret{}, badOption(fmt.Sprintf("%s does not run on %q", m.Product.Title(), m.Runtime))
	}
	if m.Seed == 0 {
		m.Seed = 1
	}
	if err := m.count(); err != nil {
		return m, upgrade.Secret{}, err
	}
	m.Version = firstVersion(m.Product)
	db, password, err := parseDatabase(o.Database, m.Product)
	m.Database = db
	return m, password, err
}

func (m *marker) count() error {
	if m.Apps == 0 {
		m.Apps = 200
	}
	switch m.Fail {
	case 0:
		m.Fail = min(7, m.Apps)
	case -1:
		m.Fail = 0
	}
	switch {
	case m.Apps < 1 || m.Apps > maxApps:
		return badOption(fmt.Sprintf("the number of applications must be from 1 to %d", maxApps))
	case m.Fail < 0 || m.Fail > m.Apps:
		return badOption("no more applications can fail than there are, and no fewer than none")
	}
	return nil
}

// mayCreate refuses a folder that holds something else than a lab.
func mayCreate(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	case IsLab(dir):
		return nil
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.Name() == lockFile })
	if len(entries) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, makingFile)); err == nil {
		return nil // an earlier Create was killed
	}
	return upgrade.NewFault("SB-7001", upgrade.KindFailed, nil, "dir", dir, "entry", entries[0].Name())
}

func checkDatabase(ctx context.Context, d Database, password upgrade.Secret) error {
	if d.Kind != "postgresql" {
		return nil
	}
	config, err := d.connection(password)
	if err != nil {
		return storeFault(d, err)
	}
	return storeFault(d, store.CheckPostgres(ctx, config))
}

// claim makes the folder and takes the lock that a serving process holds.
func claim(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	}
	lock := flock.New(filepath.Join(dir, lockFile))
	got, err := lock.TryLock()
	if err != nil {
		return nil, upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	}
	if !got {
		return nil, upgrade.NewFault("SB-7005", upgrade.KindLocked, nil, "dir", dir, "holder", holder(dir))
	}
	return func() { _ = lock.Unlock() }, nil
}

func build(ctx context.Context, dir string, m marker, password upgrade.Secret, apps []sample.App) (Made, error) {
	made := Made{Dir: dir, Product: m.Product, Runtime: m.Runtime, Version: m.Version, Home: below(dir, layoutOf(m.Runtime).home), Seed: m.Seed,
		Apps: m.Apps, Fail: m.Fail, Database: m.Database, User: User}
	if err := sweepAway(dir); err != nil {
		return made, upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	}
	if err := os.WriteFile(filepath.Join(dir, makingFile), nil, 0o644); err != nil {
		return made, upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	}
	t := newTree(dir, sample.Epoch)
	err := writeServer(t, m)
	if err == nil {
		made.Records, err = writeData(ctx, t, m, password, apps)
	}
	if err == nil {
		err = writeMarks(t, m, password)
	}
	if _, isFault := upgrade.AsFault(err); err != nil && !isFault && ctx.Err() == nil {
		err = upgrade.NewFault("SB-7011", upgrade.KindFailed, err, "dir", dir)
	}
	made.Files, made.Bytes = t.files, t.bytes
	return made, err
}

// writeServer writes the file system of the server with its logs.
func writeServer(t *tree, m marker) error {
	v := newValues(m)
	write := map[upgrade.Runtime]func(*tree, values) error{upgrade.WAS: writeWAS, upgrade.Liberty: writeLiberty, upgrade.Domino: writeDomino}[m.Runtime]
	if err := write(t, v); err != nil {
		return err
	}
	return writeHistory(t, m)
}

// writeData makes the database or the volt folder and tells how many records are in it.
func writeData(ctx context.Context, t *tree, m marker, password upgrade.Secret, apps []sample.App) (records int, err error) {
	fill := func(f store.Filler) error {
		for _, a := range apps {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			content, err := contentOf(a)
			if err != nil {
				return err
			}
			records += len(content.Records)
			data := store.App{UID: a.UID, Name: a.Name, Owner: a.Owner, Deployed: a.Deployed, Version: m.Version, Created: a.Created, Modified: a.Modified}
			if err := f.Add(ctx, data, content); err != nil {
				return err
			}
		}
		return nil
	}
	switch m.Database.Kind {
	case "nsf":
		err = writeVolt(ctx, t, m, fill)
	case "sqlite":
		err = writeSQLite(ctx, t, m, fill)
	default:
		config, cerr := m.Database.connection(password)
		if cerr != nil {
			return 0, storeFault(m.Database, cerr)
		}
		err = storeFault(m.Database, store.CreatePostgres(ctx, config, m.Seed, m.Version, fill))
	}
	return records, err
}

func contentOf(a sample.App) (c store.Content, err error) {
	if c.Design, err = sample.Design(a); err != nil {
		return c, err
	}
	c.Records, err = sample.Records(a)
	return c, err
}

func writeSQLite(ctx context.Context, t *tree, m marker, fill func(store.Filler) error) error {
	if err := t.dir(filepath.ToSlash(filepath.Dir(m.Database.File))); err != nil {
		return err
	}
	file := t.path(m.Database.File)
	if err := store.CreateSQLite(ctx, file, m.Seed, m.Version, fill); err != nil {
		return err
	}
	return t.adopt(file, sample.Epoch)
}

func writeVolt(ctx context.Context, t *tree, m marker, fill func(store.Filler) error) error {
	const native = dominoData + "/volt"
	if err := t.dir(native); err != nil {
		return err
	}
	if err := store.CreateNSF(ctx, t.path(native), m.Seed, m.Version, fill); err != nil {
		return err
	}
	entries, err := os.ReadDir(t.path(native))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := t.adopt(filepath.Join(t.path(native), e.Name()), sample.Epoch); err != nil {
			return err
		}
	}
	return nil
}

// writeMarks finishes the folder: from now on it is a lab.
func writeMarks(t *tree, m marker, password upgrade.Secret) error {
	if password.IsSet() {
		if err := t.file("/"+SecretFile, []byte(password.Reveal()), 0o600); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := t.file("/"+MarkerFile, append(data, '\n'), 0o644); err != nil {
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	return os.Remove(filepath.Join(t.root, makingFile))
}

// sweepAway removes what a lab is made of and nothing else: what people put beside it (runs) stays.
func sweepAway(dir string) error {
	var errs []error
	for _, name := range []string{MarkerFile, SecretFile, ServingFile, "opt", "local", makingFile} {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	return errors.Join(errs...)
}
