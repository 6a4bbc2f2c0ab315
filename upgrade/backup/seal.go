package backup

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/upgrade"
)

// seal writes RESTORE.txt, SHA256SUMS and, last of all, the manifest. Before its name stands the folder is no backup; after it nothing is written
// any more.
func (c *creator) seal(ctx context.Context) (sum [32]byte, err error) {
	h := c.header()
	guide := []byte(guideText(h))
	h.Documents = []document{{Path: guideName, Size: int64(len(guide)), SHA256: hexSum(sha256.Sum256(guide))}}
	if err := c.fs.WriteFile(filepath.Join(c.dir, guideName), guide, 0o644); err != nil {
		return sum, writeFault(filepath.Join(c.dir, guideName), err)
	}
	if sum, err = c.writeManifest(ctx, h); err != nil {
		return sum, err
	}
	if err := c.writeSums(ctx, h, sum); err != nil {
		return sum, err
	}
	if ctx.Err() != nil {
		return sum, ctx.Err()
	}
	return sum, c.rep.Commit(func() error { return c.name() })
}

func (c *creator) header() header {
	h := header{
		Schema: manifestSchema, Format: 1, Tool: c.p.Tool, Host: c.p.Host, Started: c.started.UTC(), Created: c.p.now().UTC(),
		Installation: c.plan.Installation, Rest: c.rest, Busy: c.busy, Skipped: c.skipped, Reread: cmp.Or(c.o.Reread, ReadBackDisk),
	}
	if c.o.Compress {
		h.Format, h.Compression, h.Content, h.Plain = packedFormat, compression, c.content, c.plain
	}
	for _, planned := range c.plan.Parts {
		if part := c.parts[planned.Name]; part != nil {
			if !c.o.Compress {
				part.Content = 0 // Bytes tells it
			}
			h.Parts = append(h.Parts, *part)
			h.Totals.Files += part.Files
			h.Totals.Dirs += part.Dirs
			h.Totals.Links += part.Links
			h.Totals.Bytes += part.Bytes
		} else {
			h.Out = append(h.Out, outPart{Name: planned.Name, Why: planned.Why})
		}
	}
	slices.SortFunc(h.Parts, func(a, b manifestPart) int { return strings.Compare(a.Name, b.Name) })
	return h
}

// each hands the finished entries to a receiver.
func (c *creator) each(ctx context.Context, receive func(entry) error) error {
	for e, err := range readSpool(c.fs, c.work(finished)) {
		if err != nil {
			return readFault(c.work(finished), err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := receive(e); err != nil {
			return err
		}
	}
	return nil
}

// flushed makes a file in the work folder, lets fill write it, and flushes it.
func (c *creator) flushed(name string, fill func(Writer) error) error {
	place := c.work(name)
	w, err := c.fs.Create(place, 0o644)
	if err != nil {
		return writeFault(place, err)
	}
	err = fill(w)
	if err == nil {
		err = w.Sync()
	}
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if _, ok := upgrade.AsFault(err); ok || isCancelled(err) {
		return err // not of this file
	}
	return orWrite(place, err)
}

func (c *creator) writeManifest(ctx context.Context, h header) (sum [32]byte, err error) {
	err = c.flushed(manifestName, func(w Writer) error {
		sum, err = writeManifest(w, h, func(receive func(entry) error) error { return c.each(ctx, receive) })
		return err
	})
	if err != nil {
		return sum, err
	}
	// What the disk has of it must read as it was meant: it is the one file that nothing else vouches for.
	r, err := c.fs.OpenDisk(c.work(manifestName))
	if err != nil {
		return sum, readFault(c.work(manifestName), err)
	}
	defer r.Close()
	l := newLane(c.fs)
	again, _, err := l.read(ctx, r, nil)
	if err != nil && ctx.Err() != nil {
		return sum, err
	}
	if err != nil {
		return sum, readFault(c.work(manifestName), err)
	}
	if again != sum {
		return sum, upgrade.NewFault("SB-2016", upgrade.KindVerify, nil, "path", c.work(manifestName))
	}
	return sum, nil
}

// writeSums writes a line for each file: the data in the order of the manifest, then the guide and the manifest.
func (c *creator) writeSums(ctx context.Context, h header, manifest [32]byte) error {
	return c.flushed(sumsName, func(w Writer) error {
		out := bufio.NewWriterSize(w, 1<<16)
		err := c.each(ctx, func(e entry) error {
			if e.Type != typeFile {
				return nil
			}
			_, err := out.WriteString(sumLine(e.Sum, e.Path))
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range h.Documents {
			fmt.Fprintf(out, "%s  %s\n", d.SHA256, d.Path)
		}
		fmt.Fprint(out, sumLine(manifest, manifestName))
		return out.Flush() // holds the first error of all writes above
	})
}

// name puts the sums and then the manifest in their places, in the folder under its final name.
func (c *creator) name() error {
	if err := c.fs.Rename(c.work(sumsName), filepath.Join(c.dir, sumsName)); err != nil {
		return writeFault(filepath.Join(c.dir, sumsName), err)
	}
	if err := c.fs.SyncDir(c.dir); err != nil {
		return writeFault(c.dir, err)
	}
	if c.final != c.dir {
		if err := c.fs.Rename(c.dir, c.final); err != nil {
			return writeFault(c.final, err)
		}
		c.dir = c.final
		if err := c.fs.SyncDir(c.plan.To); err != nil {
			return writeFault(c.plan.To, err)
		}
	}
	if err := c.fs.Rename(c.work(manifestName), filepath.Join(c.dir, manifestName)); err != nil {
		return writeFault(filepath.Join(c.dir, manifestName), err)
	}
	if err := c.fs.SyncDir(c.dir); err != nil {
		return writeFault(c.dir, err)
	}
	_ = removeTree(c.fs, filepath.Join(c.dir, workDir)) // what stays is known and harmless: verify passes over it
	return nil
}
