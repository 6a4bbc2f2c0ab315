//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// The trees that are backed up: two gigabytes in many files and in few. Both lie in the page cache when a copy begins, for every program alike.
const backupMB = 2048

// backupMemory is what the program may take at most, whatever the size and the number of files.
const backupMemory = 100 << 20

func backupFigures() []figure {
	var all []figure
	for _, files := range []int{2000, 4} {
		in := fmt.Sprintf(" (%d files)", files)
		all = append(all,
			figure{area: "backup", name: "create, read back" + in, peer: "cp -a and sync -f", limit: 1.7, memory: backupMemory, measure: createAgainst(files, nil, (*tree).copy)},
			figure{area: "backup", name: "create --reread cache" + in, peer: "cp -a and sync -f", limit: 1.15, memory: backupMemory,
				measure: createAgainst(files, []string{"--reread", "cache"}, (*tree).copy)},
			figure{area: "backup", name: "verify" + in, peer: "sha256sum -c", limit: 0.6, memory: backupMemory, measure: verifyAgainst(files)},
			figure{area: "backup", name: "create" + in, peer: "restic backup and check --read-data", needs: "restic", limit: 1, measure: createAgainst(files, nil, (*tree).restic)},
			figure{area: "backup", name: "create" + in, peer: "borg create and check --verify-data", needs: "borg", limit: 1, measure: createAgainst(files, nil, (*tree).borg)})
	}
	return all
}

// tree is a practice server of Domino Leap with more in it than a practice server has.
type tree struct {
	b    *bench
	root string
	to   string // where copies go; emptied before each
}

func (t *tree) volt() string { return filepath.Join(t.root, "local/notesdata/volt") }

// treeOf makes the tree of so many files once.
func (b *bench) treeOf(files int) (*tree, error) {
	t := &tree{b: b, root: filepath.Join(b.work, fmt.Sprintf("tree%d", files)), to: filepath.Join(b.work, "to")}
	if err := os.Setenv("SPRINGBOARD_RUNS", filepath.Join(b.work, "runs")); err != nil {
		return nil, err
	}
	if _, err := os.Stat(t.root); err == nil {
		return t, nil
	}
	if _, err := command(b.ctl, "lab", "create", t.root, "--product", "domino-leap", "--apps", "5", "--fail", "1"); err != nil {
		return nil, err
	}
	r, block := rand.NewChaCha8([32]byte{byte(files)}), make([]byte, 1<<20)
	for i := range files {
		path := filepath.Join(t.volt(), fmt.Sprintf("d%02d", i%40), fmt.Sprintf("%05d.nsf", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		f, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		for left := backupMB << 20 / files; left > 0 && err == nil; left -= len(block) {
			_, _ = r.Read(block) // never fails
			_, err = f.Write(block[:min(left, len(block))])
		}
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return nil, err
		}
	}
	return t, t.settle()
}

// settle removes what was copied and lets the disk come to rest, so that nothing of one measurement is paid in the next.
func (t *tree) settle() error {
	if err := os.RemoveAll(t.to); err != nil {
		return err
	}
	if err := os.Mkdir(t.to, 0o755); err != nil {
		return err
	}
	_, err := command("sync", "-f", t.root)
	return err
}

// chain runs commands one after the other and adds up what they took.
func chain(all ...[]string) (sum sample, err error) {
	for _, one := range all {
		s, err := command(one[0], one[1:]...)
		if err != nil {
			return sum, err
		}
		sum.took += s.took
		sum.peak = max(sum.peak, s.peak)
	}
	return sum, nil
}

func (t *tree) copy() (sample, error) {
	return chain([]string{"cp", "-a", t.volt(), filepath.Join(t.to, "copy")}, []string{"sync", "-f", t.to})
}

// restic and borg make a repository without compression, which is no part of what is compared; its making is not counted.
func (t *tree) restic() (sample, error) {
	repo := filepath.Join(t.to, "restic")
	for name, value := range map[string]string{"RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": repo, "RESTIC_CACHE_DIR": filepath.Join(t.b.work, "cache")} {
		if err := os.Setenv(name, value); err != nil {
			return sample{}, err
		}
	}
	if _, err := command("restic", "init"); err != nil {
		return sample{}, err
	}
	return chain([]string{"restic", "backup", "--quiet", t.volt()}, []string{"restic", "check", "--read-data"})
}

func (t *tree) borg() (sample, error) {
	repo := filepath.Join(t.to, "borg")
	for name, value := range map[string]string{"BORG_BASE_DIR": filepath.Join(t.b.work, "cache"), "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"} {
		if err := os.Setenv(name, value); err != nil {
			return sample{}, err
		}
	}
	if _, err := command("borg", "init", "--encryption", "none", repo); err != nil {
		return sample{}, err
	}
	return chain([]string{"borg", "create", "--compression", "none", repo + "::one", t.volt()}, []string{"borg", "check", "--verify-data", repo})
}

func (t *tree) create(flags ...string) (sample, error) {
	return command(t.b.ctl, append([]string{"--root", t.root, "backup", "create", "--to", filepath.Join(t.to, "b"), "--include", "volt"}, flags...)...)
}

// createAgainst measures the command line against a peer, in turn.
func createAgainst(files int, flags []string, peer func(*tree) (sample, error)) func(*bench) (sample, sample, error) {
	return func(b *bench) (ours, theirs sample, err error) {
		t, err := b.treeOf(files)
		if err != nil {
			return ours, theirs, err
		}
		clean := func(run func() (sample, error)) func() (sample, error) {
			return func() (sample, error) {
				if err := t.settle(); err != nil {
					return sample{}, err
				}
				if err := warm(t.volt()); err != nil {
					return sample{}, err
				}
				return run()
			}
		}
		defer func() { _ = t.settle() }()
		return alternate(3, clean(func() (sample, error) { return t.create(flags...) }), clean(func() (sample, error) { return peer(t) }))
	}
}

// verifyAgainst measures both with nothing of the backup in the page cache.
func verifyAgainst(files int) func(*bench) (sample, sample, error) {
	return func(b *bench) (ours, theirs sample, err error) {
		t, err := b.treeOf(files)
		if err == nil {
			err = t.settle()
		}
		if err == nil {
			_, err = t.create()
		}
		if err != nil {
			return ours, theirs, err
		}
		defer func() { _ = t.settle() }()
		made, err := filepath.Glob(filepath.Join(t.to, "b", "*", "SHA256SUMS"))
		if err != nil || len(made) != 1 {
			return ours, theirs, fmt.Errorf("%d backups were made: %w", len(made), err)
		}
		dir := filepath.Dir(made[0])
		cold := func(name string, args ...string) func() (sample, error) {
			return func() (sample, error) {
				// A verification leaves nothing in the cache, so ours empties it for the peer too.
				if _, err := command(b.ctl, "backup", "verify", dir); err != nil {
					return sample{}, err
				}
				return command(name, args...)
			}
		}
		return alternate(2, cold(b.ctl, "backup", "verify", dir), cold("sh", "-c", `cd "$0" && sha256sum -c --quiet SHA256SUMS`, dir))
	}
}

// warm reads a tree, so that it lies in the page cache.
func warm(dir string) error {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(files, 500) {
		if err := exec.Command("cat", some...).Run(); err != nil {
			return err
		}
	}
	return nil
}
