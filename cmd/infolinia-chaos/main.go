// Command infolinia-chaos breaks what the line stands on while people are
// calling, and looks from the caller's side whether its promises hold. Asterisk,
// Redis, the daemon and the SIP calls are real; each fault has a private set of
// them on free ports of loopback, and everything started is ended.
//
// A fault is told as what breaks, what must hold and what was seen. The callers
// of a fault are in the middle of something when it strikes: a prompt, the wait
// for a key, half a number, a look-up, a recording, a talk with a clerk, a prompt
// with a key pressed into it. Afterwards each of them goes on to the end of his
// call, where he hears whether a digit was lost, and what was done twice is
// counted: prompts by their audio, transfers by the calls the clerk got,
// messages in their box. When all have hung up nothing may be left, in Asterisk,
// in the daemon or in Redis.
//
// Faults of the desk have two agents with telephones of the office, whose pages are
// driven as a browser does, and callers who each hum a tone of their own: so it is
// heard who talks with whom, in which order they are served, and how long the line is
// silent for somebody. Their stays are counted in the record.
//
// What must hold are the promises of the packages ivr/call, ivr/store and
// ivr/pbx. The summary is printed, and written to build/chaos.json; the exit
// code is not zero when one does not hold. Faults of several machines need root,
// for their network namespaces, and do not hold without. -list names the faults,
// -run takes some of them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// plan is what a run consists of.
type plan struct {
	short  bool
	only   *regexp.Regexp
	binary string    // the program; empty: it is built
	root   string    // of the repository
	out    io.Writer // progress
}

var errBroken = errors.New("not all promises hold")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "infolinia-chaos:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	p := &plan{out: os.Stderr}
	f := flag.NewFlagSet("infolinia-chaos", flag.ContinueOnError)
	f.BoolVar(&p.short, "short", false, "only the most telling faults, with few calls")
	only := f.String("run", "", "only the faults whose name matches this regular expression")
	list := f.Bool("list", false, "name the faults and what must hold")
	f.StringVar(&p.binary, "binary", "", "try this infolinia instead of the one of this repository")
	err := f.Parse(args)
	if err == nil {
		p.only, err = regexp.Compile(*only)
	}
	if err == nil {
		p.root, err = os.Getwd()
	}
	if err != nil {
		return err
	}
	if *list {
		for _, f := range faults() {
			fmt.Printf("%-22s %s\n%22s must hold: %s\n", f.name, f.what, "", f.holds)
		}
		return nil
	}
	if _, err := os.Stat("cmd/infolinia-chaos"); err != nil {
		return errors.New("start it where go.mod is (make chaos does)")
	}
	results, err := p.faults(ctx)
	if err != nil {
		return err
	}
	printTable(os.Stdout, results)
	if err := writeResults(filepath.Join("build", "chaos.json"), results); err != nil {
		return err
	}
	for _, r := range results {
		if !r.Held {
			return errBroken
		}
	}
	return nil
}

// faults runs the chosen faults one after the other, each on a bed of its own.
func (p *plan) faults(ctx context.Context) ([]*result, error) {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, err := p.build(ctx, dir)
	if err != nil {
		return nil, err
	}
	var results []*result
	for i, f := range faults() {
		if !p.only.MatchString(f.name) || p.short && !f.short {
			continue
		}
		r := p.try(ctx, in, filepath.Join(dir, fmt.Sprint(i)), f)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.say("%s", r)
		results = append(results, r)
	}
	return results, nil
}

// try runs one fault; an error of the harness counts as a promise not held.
func (p *plan) try(ctx context.Context, in *infolinia, dir string, f fault) *result {
	begin := time.Now()
	t := &trial{fault: f, short: p.short, say: func(format string, args ...any) {
		p.say("  %5.1f s %s", time.Since(begin).Seconds(), fmt.Sprintf(format, args...))
	}}
	p.say("%s: %s", f.name, f.what)
	ctx, cancel := context.WithTimeout(ctx, f.longest())
	defer cancel()
	prepare := f.prepare
	if prepare == nil {
		prepare = func(ctx context.Context, in *infolinia, dir string) (*bed, error) {
			return makeBed(ctx, in, dir, f.setting)
		}
	}
	b, err := prepare(ctx, in, dir)
	if err == nil {
		t.bed = b
		err = f.run(ctx, t)
		if err == nil {
			t.aftermath(ctx)
		}
		err = errors.Join(err, b.close())
	}
	t.must(err == nil, "%v", err)
	if b != nil && t.isBroken() {
		p.keepLogs(b, f.name)
	}
	return t.result(time.Since(begin))
}

func (p *plan) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }
