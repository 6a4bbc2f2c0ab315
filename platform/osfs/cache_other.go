//go:build !linux

package osfs

import "os"

func adviseSequential(*os.File) {}

func dropCache(*os.File) {}

func startWriteback(*os.File) error { return nil }

func adviseHuge([]byte) {}
