package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/springboard-leap/springboard/app/wire"
	"github.com/springboard-leap/springboard/ui/kit"
	"github.com/springboard-leap/springboard/ui/screen"
	"github.com/springboard-leap/springboard/upgrade"
)

// options are what the command line says.
type options struct {
	wire       wire.Options
	theme      string
	screen     screen.ID
	size       string
	version    bool
	firstFrame bool // end after the first frame: for measuring
}

// parse reads the command line. done tells that there is nothing more to do (help).
func parse(args []string, out io.Writer) (o options, done bool, err error) {
	f := flag.NewFlagSet("springboard", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&o.wire.Root, "root", "", "`folder` that is the root of the file system: a practice server, a mounted or copied server")
	f.StringVar(&o.wire.RunDir, "run", "", "run `folder` (default: the newest open run)")
	f.StringVar(&o.wire.Installation, "installation", "", "`id` of the installation, when there are several")
	f.StringVar(&o.wire.CAFile, "ca-file", "", "PEM `file` of certificates to trust beside the system's")
	f.StringVar(&o.wire.Rules, "rules", "", "`file` of failure rules instead of those that are shipped")
	f.StringVar(&o.theme, "theme", "", "light, dark or auto (default: as remembered, else as the system)")
	start := f.String("screen", string(screen.Survey), "`name` of the first screen: "+names())
	f.StringVar(&o.size, "size", "1280x800", "`size` of the window")
	f.BoolVar(&o.version, "version", false, "print the version")
	f.BoolVar(&o.firstFrame, "first-frame", false, "say when the first frame is drawn and end, for measuring")
	err = f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, "springboard opens the window. Everything in it can be done on the command line too: springboardctl.")
		f.SetOutput(out)
		f.PrintDefaults()
		return o, true, nil
	case err != nil:
		return o, false, usage(err.Error())
	case f.NArg() > 0:
		return o, false, usage("unexpected " + f.Arg(0))
	}
	o.screen = screen.ID(*start)
	if !slices.Contains(screen.All, o.screen) {
		return o, false, usage("--screen takes " + names())
	}
	if o.theme != "" && o.theme != string(kit.Auto) && kit.ParseChoice(o.theme) == kit.Auto {
		return o, false, usage("--theme takes light, dark or auto")
	}
	return o, false, nil
}

func names() string {
	all := make([]string, 0, len(screen.All))
	for _, id := range screen.All {
		all = append(all, string(id))
	}
	return strings.Join(all, ", ")
}

func usage(detail string) error {
	return upgrade.NewFault("SB-9105", upgrade.KindUsage, nil, "detail", detail)
}

// geometry reads "1280x800".
func geometry(s string) (w, h float32) {
	var a, b int
	if n, err := fmt.Sscanf(s, "%dx%d", &a, &b); err != nil || n != 2 || a < 200 || b < 200 {
		return 1280, 800
	}
	return float32(a), float32(b)
}
