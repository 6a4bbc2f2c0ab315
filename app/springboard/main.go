// Springboard is the window. It puts the engine behind the screens; what the screens show and do is in ui, what the engine does in upgrade and platform.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"fyne.io/fyne/v2"

	"github.com/springboard-leap/springboard/app/springboard/early"
)

func main() {
	_ = early.Took // keeps the package that must come before Fyne
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(start(ctx, os.Args[1:], os.Stdout, os.Stderr, func(fyne.Window) {}))
}
