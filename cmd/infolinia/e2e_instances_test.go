package main

import (
	"strings"
	"syscall"
	"testing"
)

// startInstances starts a line with two daemons; the first one has its calls.
func startInstances(t *testing.T) (l *line, first, second *daemonProcess) {
	t.Helper()
	l = startLine(t)
	first = l.daemon
	l.startInstance(2)
	second = l.daemon
	l.daemon = first
	return l, first, second
}

func TestTheOtherInstanceTakesACallUpWhereItWas(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(l *line, first *daemonProcess){
		"a crash":         func(_ *line, first *daemonProcess) { first.Kill() },
		"an orderly stop": func(l *line, first *daemonProcess) { l.end(first) },
		"a drain":         func(l *line, _ *daemonProcess) { l.run(l.t, "drain") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, first, second := startInstances(t)
			office := l.furnish(t)
			calls := interruptions(office)
			ears, after := make([]*ear, len(calls)), make([]func(), len(calls))
			for i, call := range calls {
				ears[i] = l.dial(t, "")
				after[i] = call.before(ears[i], ears[i].id())
			}
			l.daemon = second
			leave(l, first)
			l.logged(t, "taking up the calls of the last process")
			t.Run("in", func(t *testing.T) {
				for i, call := range calls {
					t.Run(call.name, func(t *testing.T) {
						t.Parallel()
						ears[i].t = t
						after[i]()
					})
				}
			})
			late := l.dial(t, "")
			late.hears("main.top.prompt")
			late.hangsUp()
			l.isEmpty(t)
		})
	}
}

func TestAnInstanceThatWasStoppedForAWhileDoesNothingTwice(t *testing.T) {
	t.Parallel()
	l, first, second := startInstances(t)
	office := l.furnish(t)
	e := l.dial(t, "")
	id := e.id()
	after := midTalk(e, id, office.clerk)
	inMenu := l.dial(t, "")
	inMenu.hears("main.top.prompt")
	if err := syscall.Kill(first.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	l.daemon = second
	l.logged(t, "its calls are taken over")
	l.logged(t, "taking up the calls of the last process")
	if err := syscall.Kill(first.PID(), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	// Awake, it is relieved, and then asks for its slot and its calls.
	l.daemon = first
	eventually(t, "the first instance has its slot again", func() bool {
		return strings.Count(first.log.String(), "the slot is ours") == 2
	})
	inMenu.presses("14")
	inMenu.hears("keys.choose.prompt")
	after()
	inMenu.hangsUp()
	l.isEmpty(t)
}

func TestACallGoesThroughARollingUpgrade(t *testing.T) {
	t.Parallel()
	l, first, second := startInstances(t)
	e := l.dial(t, "")
	e.hears("main.top.prompt")
	l.daemon = second
	l.end(first)
	l.logged(t, "taking up the calls of the last process")
	l.daemon = nil
	l.start() // the home instance comes back and is given its calls
	first = l.daemon
	l.logged(t, "taking up the calls of the last process")
	l.end(second)
	l.daemon = first
	e.presses("14")
	e.hears("keys.choose.prompt")
	e.hangsUp()
	l.isEmpty(t)
}
