// Package probe looks at the world for the checks before an upgrade: files and volumes of the installation, properties of this machine, names,
// addresses and certificates. It only looks; nothing is changed and no credentials are sent.
package probe
