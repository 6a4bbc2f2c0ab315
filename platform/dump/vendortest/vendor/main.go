// Vendor is the stand-in for the programs of Db2 and Oracle in tests; see package vendortest.
package main

import (
	"os"

	"github.com/springboard-leap/springboard/platform/dump/vendortest"
)

func main() { os.Exit(vendortest.Run(os.Args)) }
