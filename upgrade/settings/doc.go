// Package settings edits the files that configure Leap and the servers below it without harming them: an edit touches the bytes of its own key
// and no others, and everything that is not understood stays as it is.
//
// A Document is the whole file as bytes with a typed view on it: Properties for Java .properties, XML for attributes of server.xml, INI for
// notes.ini. Documents are values of one goroutine; they do no input or output. A Plan is the set of edits to one or more files with its unified
// diff, made before anything is written. A Store applies a plan through the Files port: it refuses when a file is no longer what the plan was made
// from, keeps an undo record first, and can take every change back as long as the file still is what it wrote.
package settings
