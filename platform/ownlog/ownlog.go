// Package ownlog is Springboard's own log: text for people or JSON lines for machines, RFC 3339 times with zone, rotated, readable by its owner
// only. Secrets cannot reach it: they print as dots (upgrade.Secret).
package ownlog

import (
	"io"
	"time"

	"github.com/sirupsen/logrus"
	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/springboard-leap/springboard/upgrade"
)

// Options of the log.
type Options struct {
	File  string    // rotated at 10 MB, five old ones kept, mode 0600; empty: no file
	Level string    // error, warn, info, debug; empty: info in a file, warn on a terminal
	JSON  bool      // JSON lines in the file
	Words io.Writer // where lines go when there is no file
}

// New makes a log. Close it to close its file.
func New(o Options) (*logrus.Logger, io.Closer, error) {
	log := logrus.New()
	level := o.Level
	if level == "" {
		level = "info"
		if o.File == "" {
			level = "warn"
		}
	}
	parsed, err := logrus.ParseLevel(level)
	if err != nil {
		return nil, nil, upgrade.NewFault("SB-9001", upgrade.KindUsage, err, "detail", "--log-level "+level)
	}
	log.SetLevel(parsed)
	log.SetFormatter(&logrus.TextFormatter{DisableColors: true, FullTimestamp: true, TimestampFormat: time.RFC3339})
	if o.File == "" {
		log.SetOutput(o.Words)
		return log, io.NopCloser(nil), nil
	}
	if o.JSON {
		log.SetFormatter(&logrus.JSONFormatter{TimestampFormat: time.RFC3339Nano})
	}
	file := &lumberjack.Logger{Filename: o.File, MaxSize: 10, MaxBackups: 5}
	log.SetOutput(file)
	return log, file, nil
}
