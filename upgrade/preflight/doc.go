// Package preflight runs the catalogue of checks that tell whether an upgrade may begin, go on, or be called finished.
//
// A Check has a stable code and looks at an Env: the detected installation and the ports that reach the outside. A port that is nil, an error, a
// panic or a time-out never becomes an "ok": the finding is unknown, says why, and stops the upgrade until a person waives it by name. Texts are
// not here; findings carry a code, the key of a summary and arguments, and Describe fills in the texts that it is given.
package preflight
