// Package lab is the practice server: an HCL Leap (on WebSphere or Liberty) or HCL Domino Leap installation in a folder that is laid out like a
// real server's file system, with a REST API, a living log and a database, so that everything Springboard does can be tried with nothing installed.
//
// Create makes the folder: the same options and the same seed give the same bytes. Serve is the server process: it answers the REST API, writes
// the log as the application server writes it, and upgrades each application at its first access after an upgrade; some of them fail. Upgrade is
// what the vendor's installer does. The state of the applications lives in their data alone (database, or .nsf files), so that a restored backup
// brings it back as it would on a real server.
//
// Credentials of every lab: administrator admin/lab, and author/lab, a user without the administrator's role.
package lab
