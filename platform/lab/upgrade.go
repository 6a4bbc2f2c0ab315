package lab

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/springboard-leap/springboard/upgrade"
)

// Upgrade does what the vendor's installer and the restart after it do: new program files, fresh fsp.properties, Setup. A served lab is upgraded
// by the process that serves it. Every application upgrades at its next access. onEvent may be nil.
func Upgrade(ctx context.Context, dir string, onEvent func(Event)) (Result, error) {
	l, err := Open(dir)
	if err != nil {
		return Result{}, err
	}
	if onEvent == nil {
		onEvent = func(Event) {}
	}
	result, err := l.upgradeServed(ctx, onEvent)
	if errors.Is(err, errNotServed) {
		result, err = l.upgradeAlone(ctx, ServeOptions{OnEvent: onEvent})
	}
	if _, isFault := upgrade.AsFault(err); err != nil && !isFault && ctx.Err() == nil {
		err = upgrade.NewFault("SB-7010", upgrade.KindFailed, err, "dir", dir, "detail", err.Error())
	}
	return result, err
}

// upgradeAlone upgrades a lab that nobody serves: the server is started for Setup and stopped again.
func (l *Lab) upgradeAlone(ctx context.Context, o ServeOptions) (Result, error) {
	unlock, err := claim(l.dir)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	s, err := newServer(ctx, l, o)
	if err != nil {
		return Result{}, err
	}
	if err := s.boot(ctx); err != nil {
		return Result{}, err
	}
	result, err := s.upgrade(ctx, s.event)
	return result, errors.Join(err, s.shutdown())
}

// upgrade is the whole of the vendor's upgrade, on a started server. emit gets its events in order.
func (s *server) upgrade(ctx context.Context, emit func(Event)) (Result, error) {
	r := Result{Dir: s.dir, Product: s.mark.Product, From: s.mark.Version}
	s.mu.Lock()
	busy := s.upgrading
	s.upgrading = true
	s.mu.Unlock()
	if busy {
		return r, upgrade.NewFault("SB-7005", upgrade.KindLocked, nil, "dir", s.dir, "holder", "another upgrade")
	}
	defer func() {
		s.mu.Lock()
		s.upgrading = false
		s.mu.Unlock()
	}()
	next, err := nextVersion(s.mark.Version)
	if err != nil {
		return r, err
	}
	r.To = next
	if err := ctx.Err(); err != nil {
		return r, context.Cause(ctx) // from here on it is not stopped half-way
	}
	if err := s.replace(next, emit); err != nil {
		return r, err
	}
	if err := s.setup(context.WithoutCancel(ctx), emit); err != nil {
		return r, err
	}
	r.Pending = s.pending()
	return r, nil
}

// replace stops the server, puts the program files of the next version in place and starts it again.
func (s *server) replace(next string, emit func(Event)) error {
	title := s.mark.Product.Title()
	if err := s.halt(); err != nil {
		return err
	}
	s.pause(200 * time.Millisecond)
	emit(Event{Kind: EventStopped, Text: title + " " + s.mark.Version + " has stopped"})
	lost, err := replaceProgram(s.dir, s.mark, next)
	if err != nil {
		return errors.Join(err, s.start(context.WithoutCancel(s.ctx))) // the old program goes on
	}
	s.mark.Version = next
	s.pause(300 * time.Millisecond)
	emit(Event{Kind: EventReplaced, Text: "The program files are those of " + title + " " + next, Version: next})
	if lost != "" {
		emit(Event{Kind: EventSettings, Text: "fsp.properties is a fresh one: the extensions directory " + lost + " is no longer set", Version: next})
	}
	if err := s.start(context.WithoutCancel(s.ctx)); err != nil {
		return err
	}
	emit(Event{Kind: EventStarted, Text: title + " " + next + " has started", Version: next})
	return nil
}

// setup runs the two phases of Setup; after it the applications are open and upgrade one by one.
func (s *server) setup(ctx context.Context, emit func(Event)) error {
	for phase := 1; phase <= len(phases); phase++ {
		for _, state := range []string{"started", "completed"} {
			if phase == 1 && state == "completed" {
				if err := s.store.SetSchema(ctx, s.mark.Version); err != nil {
					return storeFault(s.mark.Database, err)
				}
			}
			s.say(setupPhase(phase, state))
			emit(Event{Kind: EventSetup, Text: setupPhase(phase, state).text, Phase: phase, State: state, Version: s.mark.Version})
			s.noise(20<<10, 0x8f, "")
			s.pause(150 * time.Millisecond)
		}
	}
	if err := s.load(ctx); err != nil {
		return err
	}
	s.set(running)
	emit(Event{Kind: EventSetupDone, Version: s.mark.Version,
		Text: fmt.Sprintf("Setup of %s has finished; %d applications upgrade when they are accessed", s.mark.Version, s.pending())})
	return s.log.flush()
}

// replaceProgram swaps the folder of the program files. The new one is complete beside the old one before anything changes. lost is the customised
// extensions directory that the fresh fsp.properties no longer sets.
func replaceProgram(dir string, m marker, next string) (lost string, err error) {
	at := layoutOf(m.Runtime)
	before := extensionsInForce(dir, at)
	m.Version = next
	fresh, old := at.program+".new", at.program+".old"
	if err := errors.Join(os.RemoveAll(below(dir, fresh)), os.RemoveAll(below(dir, old))); err != nil {
		return "", err
	}
	t := newTree(dir, released(next))
	write := func() error { return writeEar(t, fresh, newValues(m), false) }
	if m.Runtime == upgrade.Domino {
		write = func() error { return writePlugins(t, fresh, newValues(m)) }
	}
	if err := errors.Join(write(), t.finishBelow(fresh)); err != nil {
		return "", errors.Join(err, os.RemoveAll(below(dir, fresh)))
	}
	if err := os.Rename(below(dir, at.program), below(dir, old)); err != nil {
		return "", err
	}
	if err := os.Rename(below(dir, fresh), below(dir, at.program)); err != nil {
		return "", errors.Join(err, os.Rename(below(dir, old), below(dir, at.program)))
	}
	if m.Runtime == upgrade.Domino {
		if err := os.WriteFile(below(dir, dominoData+"/leap_ver.txt"), []byte(next+"\n"), 0o644); err != nil {
			return "", err
		}
	}
	if m.Runtime == upgrade.WAS {
		if err := writeArchive(newTree(dir, released(next)), newValues(m)); err != nil {
			return "", err
		}
	}
	if at.fsp != "" && extensionsInForce(dir, at) != before {
		lost = before
	}
	return lost, os.RemoveAll(below(dir, old))
}

// settleProgram ends a swap of the program files that was killed: whichever of the two is whole and in place stays, else the old one comes back.
func settleProgram(dir string, m marker) error {
	program := below(dir, layoutOf(m.Runtime).program)
	fresh, old := program+".new", program+".old"
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		if err := ignoreMissing(os.Rename(old, program)); err != nil {
			return err
		}
	}
	return errors.Join(os.RemoveAll(fresh), os.RemoveAll(old))
}

// programVersion reads the version of the program files that are there: a restored backup brings its own.
func programVersion(dir string, m marker) (string, error) {
	at := layoutOf(m.Runtime)
	if m.Runtime == upgrade.Domino {
		names, err := filepath.Glob(filepath.Join(below(dir, at.program), "eclipse", "plugins", "dleap_*.jar"))
		if err != nil || len(names) != 1 {
			return "", fmt.Errorf("%d files dleap_*.jar in %s", len(names), below(dir, at.program))
		}
		return checkVersion(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(names[0]), "dleap_"), ".jar"))
	}
	data, err := os.ReadFile(filepath.Join(below(dir, at.program), "META-INF", "MANIFEST.MF"))
	if err != nil {
		return "", err
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "Implementation-Version: "); ok {
			return checkVersion(strings.TrimSpace(v))
		}
	}
	return "", errors.New("MANIFEST.MF has no Implementation-Version")
}

func checkVersion(v string) (string, error) {
	_, err := numbers(v)
	return v, err
}

func joinLines(lines []string) string { return strings.Join(lines, "\n") }
