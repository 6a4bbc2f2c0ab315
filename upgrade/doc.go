// Package upgrade is the vocabulary of Springboard: what an installation is, what is known about it and from where, what a check found, what
// became of an application, and what went wrong. It holds values only. Everything that acts lives in the packages below it, everything that
// touches the outside world lives in platform, and neither a window nor a command line is known here.
//
// Values are snapshots: once handed out they are not changed by their maker, and a receiver that changes one changes its own copy.
package upgrade
