package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/platform/install"
	"github.com/springboard-leap/springboard/upgrade"
)

// detection is the result of detect.
type detection struct {
	Root string `json:"root"`
	install.Result
	Problems []failureText `json:"problems,omitempty"`
}

func (c *command) detectCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "detect [PATH...]",
		Short: "Find installations, or describe the named folder or file",
		Long:  "Finds installations of HCL Leap and HCL Domino Leap below the root, or describes the folders and files that are named. It only reads.",
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, path := range args {
				abs, err := filepath.Abs(path)
				if err != nil {
					return err
				}
				c.paths = append(c.paths, abs)
			}
			if c.root != "" {
				c.paths = args // looked up below the root first
			}
			desk, err := c.open()
			if err != nil {
				return err
			}
			ctx, cancel := c.limited(cmd.Context())
			defer cancel()
			res, err := desk.Detect(ctx, false)
			if err != nil {
				return err
			}
			d := detection{Root: desk.Root(), Result: res}
			if d.Installations == nil {
				d.Installations = []upgrade.Installation{}
			}
			for _, p := range res.Problems {
				d.Problems = append(d.Problems, explain(p))
			}
			if err := c.object("detect/1", d, d.text); err != nil {
				return err
			}
			for _, p := range d.Problems {
				c.say("! %s %s", p.What, p.Next)
			}
			if len(d.Problems) > 0 {
				return verdict(ExitPartial)
			}
			return nil
		},
	}
}

// text prints the installations as a person reads them.
func (d detection) text(w io.Writer) {
	for i, inst := range d.Installations {
		if i > 0 {
			fmt.Fprintln(w)
		}
		describe(w, inst)
	}
	for _, n := range d.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
	if len(d.Installations) > 0 {
		return
	}
	fmt.Fprintf(w, "No installation of HCL Leap or HCL Domino Leap below %s. Looked at:\n", d.Root)
	for _, p := range d.Looked {
		fmt.Fprintf(w, "  %s: %s\n", p.Path, p.Found)
	}
}

func describe(w io.Writer, inst upgrade.Installation) {
	version := inst.Version
	if version == "" {
		version = "(version unknown)"
	}
	fmt.Fprintf(w, "%s %s on %s\n", inst.Product.Title(), version, inst.Runtime.Title())
	rows := [][]string{{"  id", inst.ID}, {"  home", inst.Home}}
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, []string{"  " + name, value})
		}
	}
	add("cell", inst.Cell)
	for _, n := range inst.Nodes {
		var servers []string
		for _, s := range n.Servers {
			mark := ""
			if s.HasLeap {
				mark = " (Leap)"
			}
			servers = append(servers, s.Name+mark)
		}
		add("node", n.Name+": "+strings.Join(servers, ", "))
	}
	add("data", inst.AppData)
	if len(inst.Extensions.Dirs) > 0 {
		add("extensions", fmt.Sprintf("%s (%s, %s)", strings.Join(inst.Extensions.Dirs, ", "), inst.Extensions.Source, confirmed(inst.Extensions)))
	}
	add("trace", traceLine(inst.Trace))
	if ds := inst.DataSource; ds != nil {
		add("database", strings.TrimSpace(fmt.Sprintf("%s %s %s", ds.Kind, ds.Database, hostPort(ds))))
	}
	add("address", inst.BaseURL)
	for _, l := range inst.Logs {
		if l.Exists {
			add("log", fmt.Sprintf("%s (%s, %s)", l.Path, l.Format, l.Mode))
		}
	}
	table(w, rows...)
	for _, n := range inst.Notes {
		fmt.Fprintf(w, "  note: %s\n", n)
	}
}

func hostPort(ds *upgrade.DataSource) string {
	if ds.Host == "" {
		return ""
	}
	return fmt.Sprintf("on %s:%d", ds.Host, ds.Port)
}

func confirmed(e upgrade.Extensions) string {
	if e.Confirmed {
		return "confirmed by the log"
	}
	return "not confirmed by the log"
}

func traceLine(t upgrade.Trace) string {
	if t.Configured == "" && t.Running == "" {
		return "unknown"
	}
	state := "off"
	if t.On {
		state = "ON"
	}
	line := state + ", configured " + t.Configured
	if t.Running != "" {
		line += ", running " + t.Running
	}
	return line
}
