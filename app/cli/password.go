package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/springboard-leap/springboard/app/wire"
)

// passwordResult tells what the keyring holds now; never the password.
type passwordResult struct {
	Server string `json:"server"`
	User   string `json:"user"` // whose password was kept or forgotten; empty when nothing was kept
	Kept   bool   `json:"kept"`
}

func (c *command) passwordCmds() *cobra.Command {
	return group("password", "Keep a password in the system's keyring, so that it is not asked for again, or take it out",
		c.password("keep", "Keep user and password in the system's keyring: Windows' Credential Manager, or the desktop's Secret Service", func(cmd *cobra.Command, desk *wire.Desk, t wire.PasswordTarget) (passwordResult, error) {
			user, err := desk.KeepPassword(cmd.Context(), t)
			return passwordResult{t.Server, user, err == nil}, err
		}),
		c.password("forget", "Take what was kept out of the keyring", func(_ *cobra.Command, desk *wire.Desk, t wire.PasswordTarget) (passwordResult, error) {
			user, err := desk.ForgetPassword(t, "")
			return passwordResult{t.Server, user, false}, err
		}))
}

func (c *command) password(name, short string, work func(*cobra.Command, *wire.Desk, wire.PasswordTarget) (passwordResult, error)) *cobra.Command {
	return &cobra.Command{
		Use:       name + " leap|database",
		Short:     short,
		ValidArgs: []string{"leap", "database"},
		Args:      usageArgs(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.keepTold = true
			desk, err := c.open()
			if err != nil {
				return err
			}
			t, err := desk.PasswordTarget(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			res, err := work(cmd, desk, t)
			if err != nil {
				return err
			}
			return c.object("password."+name+"/1", res, func(w io.Writer) {
				switch {
				case res.Kept:
					fmt.Fprintf(w, "the password of %s for %s is in the keyring; springboardctl password forget %s takes it out\n", res.User, res.Server, args[0])
				case res.User == "":
					fmt.Fprintf(w, "nothing was kept for %s\n", res.Server)
				default:
					fmt.Fprintf(w, "the password of %s for %s is no longer in the keyring\n", res.User, res.Server)
				}
			})
		},
	}
}
