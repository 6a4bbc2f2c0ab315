//go:build unix

package main

func startFigures() []figure {
	return []figure{{area: "start", name: "springboardctl --version", peer: "git --version", limit: 3, measure: (*bench).start}}
}

func (b *bench) start() (ours, peer sample, err error) {
	return alternate(100, func() (sample, error) { return command(b.ctl, "--version") }, func() (sample, error) { return command("git", "--version") })
}
