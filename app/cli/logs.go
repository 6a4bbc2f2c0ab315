package cli

import (
	"context"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/upgrade/logs"
)

func (c *command) logsCmd() *cobra.Command {
	return group("logs", "Read logs of any size and format", c.logsStats(), c.logsShow())
}

// logFiles are the files that a command reads: those named, or the installation's main logs with their rotated siblings.
func (c *command) logFiles(cmd *cobra.Command, args []string, siblings bool) ([]string, error) {
	desk, err := c.open()
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		files := make([]string, 0, len(args))
		for _, a := range args {
			files = append(files, desk.Logs().File(a))
		}
		if siblings {
			return withSiblings(files)
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
			files, err := c.logFiles(cmd, args, siblings)
			if err != nil {
				return err
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
	addReading(cmd, &o, &siblings)
	return cmd
}

// addReading adds the flags that say how files are read, the same for every command that reads them.
func addReading(cmd *cobra.Command, o *logs.Options, siblings *bool) {
	cmd.Flags().StringVar(&o.Encoding, "encoding", "", "encoding, when the detected one is wrong, e.g. windows-1250")
	cmd.Flags().BoolVar(siblings, "siblings", false, "read the rotated siblings of each file too, as one log")
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
	var recorded, count, siblings bool
	cmd := &cobra.Command{
		Use:   "show [FILE...]",
		Short: "Print records, each stack trace with its record",
		Long: "Prints the records that all given conditions are true of. Texts and expressions are looked for in each line of a record, traces included, as it " +
			"stands in the file. A trace that a program printed line by line (System.err, a Domino console) is one record; --count and logs stats count its lines " +
			"as the server wrote them, one record each.",
		RunE: func(cmd *cobra.Command, args []string) error {
			files := []string(nil)
			var err error
			if !recorded {
				if files, err = c.logFiles(cmd, args, siblings); err != nil {
					return err
				}
			}
			filter, err := c.filter(cmd.Context(), f)
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			if count && !recorded {
				return c.countRecords(ctx, o, filter, files)
			}
			o.Join = true
			records, done, err := c.records(ctx, o, filter, recorded, files)
			if err != nil {
				return err
			}
			defer done()
			c.lines = !count
			shown := int64(0)
			for rec, err := range records {
				if err != nil {
					return err
				}
				if shown++; count {
					continue
				}
				if err := c.object("logs.show/1", rec, func(w io.Writer) { printRecord(w, rec) }); err != nil {
					return err
				}
			}
			if count {
				return c.counted(shown)
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&count, "count", false, "print only how many records the server wrote")
	cmd.Flags().BoolVar(&recorded, "recorded", false, "read what the run has recorded, also what has rolled off the disk")
	addReading(cmd, &o, &siblings)
	return cmd
}

// recordCount is the answer of logs show --count.
type recordCount struct {
	Records int64 `json:"records"`
}

func (c *command) counted(n int64) error {
	return c.object("logs.show/1", recordCount{n}, func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(n, 10)+"\n") })
}

// countRecords counts without reading what need not be read.
func (c *command) countRecords(ctx context.Context, o logs.Options, f *logs.Filter, files []string) error {
	src, err := logs.Open(ctx, o, files...)
	if err != nil {
		return err
	}
	defer src.Close()
	n, err := src.Count(ctx, f)
	if err != nil {
		return err
	}
	return c.counted(n)
}

// records reads what a filter keeps of files as one log, or of the run's recording.
func (c *command) records(ctx context.Context, o logs.Options, f *logs.Filter, recorded bool, files []string) (iter.Seq2[*logs.Record, error], func(), error) {
	if recorded {
		desk, err := c.open()
		if err != nil {
			return nil, nil, err
		}
		all, err := desk.Logs().Recorded(ctx)
		if err != nil {
			return nil, nil, err
		}
		return f.Select(all), func() {}, nil
	}
	src, err := logs.Open(ctx, o, files...)
	if err != nil {
		return nil, nil, err
	}
	return src.Select(ctx, f), func() { _ = src.Close() }, nil
}

// filterFlags choose records.
type filterFlags struct {
	spec logs.FilterSpec
}

func (f *filterFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	s := &f.spec
	fl.StringVar(&s.Level, "level", "", "only these levels, as the log's letters, e.g. E,W")
	fl.StringVar(&s.Grep, "grep", "", "only records that a regular expression matches, traces included")
	fl.StringVar(&s.Text, "text", "", "only records in which a text stands, as it is written, traces included")
	fl.BoolVar(&s.IgnoreCase, "ignore-case", false, "--grep and --text in any case")
	fl.BoolVar(&s.Invert, "invert", false, "only records that --grep and --text do not match")
	fl.StringVar(&s.Thread, "thread", "", "only records of a thread, as the log writes it, e.g. 000000a3")
	fl.StringVar(&s.Logger, "logger", "", "only records whose logger or class has this in its name")
	fl.StringVar(&s.ID, "id", "", "only records with a message id, e.g. CWWKZ0002E or WSVR*")
	fl.StringVar(&s.Since, "since", "", "only records from this time on: RFC 3339, or a local time such as 2026-11-23T22:00")
	fl.StringVar(&s.Until, "until", "", "only records up to this time")
	fl.StringVar(&s.App, "app", "", "only records that speak of an application, by uid or, after a census, by name")
	fl.IntVar(&s.Limit, "limit", 0, "at most so many records (default: all)")
}

// filter makes the filter. An application that is called by its name in the run's census is looked for by its uid.
func (c *command) filter(ctx context.Context, f filterFlags) (*logs.Filter, error) {
	spec := f.spec
	spec.Now = time.Now()
	if spec.App != "" {
		desk, err := c.open()
		if err != nil {
			return nil, err
		}
		if uids := desk.Apps().UIDs(ctx, spec.App); len(uids) > 0 { // a name is a common word, a uid is not
			spec.App, spec.Apps = "", uids
		}
	}
	return logs.NewFilter(spec)
}
