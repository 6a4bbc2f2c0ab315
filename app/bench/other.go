//go:build !unix

// Bench measures Springboard against its peers, which are Unix programs.
package main

import (
	"fmt"
	"os"
)

func main() { fmt.Fprintln(os.Stderr, "the benchmark needs git, wc, cp and sync: run it on Linux") }
