//go:build !linux

package osfs

import "os"

func adviseSequential(*os.File) {}

func dropCache(*os.File) {}

func startWriteback(_ *os.File, _, _ int64) error { return nil }

func finishWriteback(_ *os.File, _, _ int64) error { return nil }

func adviseHuge([]byte) {}
