package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/assets"
)

func (c *command) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [COMMAND...]",
		Short: "Print the JSON Schema of a command's answer",
		RunE: func(_ *cobra.Command, args []string) error {
			names := assets.Schemas()
			name := strings.Join(args, ".")
			if name == "" {
				return c.object("schema/1", map[string]any{"commands": names}, func(w io.Writer) { fmt.Fprintln(w, strings.Join(names, "\n")) })
			}
			data, ok := assets.Schema(name)
			if !ok {
				return usage("schema %s: there are %s", name, strings.Join(names, ", "))
			}
			_, err := c.out.Write(data)
			return err
		},
	}
}
