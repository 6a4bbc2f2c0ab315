// Springboardctl is Springboard's command line. It is built without a window and without cgo, for servers and scripts.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/springboard-leap/springboard/app/cli"
)

func main() {
	os.Exit(run())
}

// run makes the first interrupt a safe stop; the second one ends the program at once.
func run() int {
	if cli.AsksVersion(os.Args[1:], os.Stdout) {
		return cli.ExitOK
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(cli.ExitInterrupted)
	}()
	return cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
