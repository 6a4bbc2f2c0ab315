package cli

import (
	"context"
	"io"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

func (c *command) logsCmd() *cobra.Command {
	return group("logs", "Read logs of any size and format", c.logsStats(), c.logsShow())
}

// logFiles are the files that a command reads: those named, or the installation's main logs with their rotated siblings.
func (c *command) logFiles(cmd *cobra.Command, args []string) ([]string, error) {
	desk, err := c.open()
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		files := make([]string, 0, len(args))
		for _, a := range args {
			files = append(files, desk.Logs().File(a))
		}
		return files, nil
	}
	files, err := desk.Logs().Files(cmd.Context())
	if err != nil {
		return nil, err
	}
	return withSiblings(files)
}

func (c *command) logsStats() *cobra.Command {
	var o logs.Options
	var siblings bool
	cmd := &cobra.Command{
		Use:   "stats [FILE...]",
		Short: "Count records, levels, starts; recognise format and encoding",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := c.logFiles(cmd, args)
			if err != nil {
				return err
			}
			if siblings && len(args) > 0 {
				if files, err = withSiblings(files); err != nil {
					return err
				}
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			st, err := logs.Stats(ctx, o, files...)
			if err != nil {
				return err
			}
			return c.object("logs.stats/1", st, func(w io.Writer) { printStats(w, st) })
		},
	}
	cmd.Flags().StringVar(&o.Encoding, "encoding", "", "encoding, when the detected one is wrong, e.g. windows-1250")
	cmd.Flags().BoolVar(&siblings, "siblings", false, "read the rotated siblings of each file too, as one log")
	return cmd
}

// withSiblings adds the rotated siblings of each file.
func withSiblings(files []string) ([]string, error) {
	var all []string
	for _, f := range files {
		more, err := logs.Siblings(f)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (c *command) logsShow() *cobra.Command {
	var o logs.Options
	var f filterFlags
	var recorded bool
	cmd := &cobra.Command{
		Use:   "show [FILE...]",
		Short: "Print records, each stack trace with its record",
		RunE: func(cmd *cobra.Command, args []string) error {
			files := []string(nil)
			var err error
			if !recorded {
				if files, err = c.logFiles(cmd, args); err != nil {
					return err
				}
			}
			filter, err := f.filter()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			records, done, err := c.records(ctx, o, recorded, files)
			if err != nil {
				return err
			}
			defer done()
			c.lines = true
			shown := 0
			for rec, err := range records {
				if err != nil {
					return err
				}
				if !filter.Match(rec) {
					continue
				}
				if err := c.object("logs.show/1", rec, func(w io.Writer) { printRecord(w, rec) }); err != nil {
					return err
				}
				if shown++; f.limit > 0 && shown >= f.limit {
					break
				}
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&recorded, "recorded", false, "read what the run has recorded, also what has rolled off the disk")
	cmd.Flags().StringVar(&o.Encoding, "encoding", "", "encoding, when the detected one is wrong, e.g. windows-1250")
	return cmd
}

// records reads files as one log, or the run's recording.
func (c *command) records(ctx context.Context, o logs.Options, recorded bool, files []string) (iter.Seq2[*logs.Record, error], func(), error) {
	if recorded {
		desk, err := c.open()
		if err != nil {
			return nil, nil, err
		}
		all, err := desk.Logs().Recorded(ctx)
		return all, func() {}, err
	}
	src, err := logs.Open(ctx, o, files...)
	if err != nil {
		return nil, nil, err
	}
	return src.Records(ctx, nil), func() { _ = src.Close() }, nil
}

// filterFlags choose records.
type filterFlags struct {
	level        string
	grep, app    string
	since, until string
	limit        int
}

func (f *filterFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.level, "level", "", "only these levels, as the log's letters, e.g. E,W")
	fl.StringVar(&f.grep, "grep", "", "only records that a regular expression matches, traces included")
	fl.StringVar(&f.since, "since", "", "only records from this time on: RFC 3339, or a local time such as 2026-11-23T22:00")
	fl.StringVar(&f.until, "until", "", "only records up to this time")
	fl.StringVar(&f.app, "app", "", "only records that speak of an application, by uid")
	fl.IntVar(&f.limit, "limit", 0, "at most so many records (default: all)")
}

func (f *filterFlags) filter() (*logs.Filter, error) {
	return logs.NewFilter(logs.FilterSpec{Level: f.level, Grep: f.grep, Since: f.since, Until: f.until, App: f.app, Limit: f.limit, Now: time.Now()})
}
