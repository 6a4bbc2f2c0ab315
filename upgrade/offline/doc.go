// Package offline is how a product is kept from its users while it is upgraded, and how one sees that it is: the maintenance page and the web servers'
// configuration that shows it, what an address answers and whether that is as it should be, the timers that would fall into the window, and the commands
// that turn trace off in a server that runs. It is pure: the network is a port, files are written by the caller.
package offline
