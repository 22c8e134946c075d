// Command infolinia-bench measures what the line costs beside Asterisk's own
// dialplan. On one private Asterisk, with the same prompts and the same callers,
// three answer in turn: the dialplan itself, this line with Redis saving every
// step, and ari-client from npm. A second part lets the daemon alone, on one
// core, serve up to 20,000 simulated calls. A third part is the desk: how long it
// takes from an agent who becomes free, while callers wait, to the order to ring at his
// telephone.
//
// # What is measured
//
// The callers are one process with its own RTP: a packet each 20 ms from the far
// end, keys by RFC 4733 from here, arrival times from the kernel. Each prompt is a tone, told
// apart packet by packet, so the moment a prompt changes is known to the packet.
// A call is good when every prompt was heard in its order, each for a second at
// least. A rate is held when 99.9 % of the calls of a row are good. A row in
// which the callers themselves used over 70 % of a core is void.
//
// The prompts are those that the line has rendered; all three play these files.
//
// # What comes out
//
// A table on standard output and in build/bench.txt; build/bench.json has a row
// for each answerer, shape and rate with medians over the rounds. rss_mb is the
// application's memory, for the dialplan Asterisk's. build/bench-daemon.json has
// the second part, build/bench-desk.json the third.
//
// # How long it takes
//
// Without flags it is about 35 minutes: three interleaved rounds of short rows for
// the times and the CPU, rows of a minute each in search of the highest rate of
// 4 s calls that each one holds, and the daemon alone. -quick takes two minutes:
// one round at low rates, 500 simulated calls. -full takes up to three hours: more
// rates, rows of a minute in every round, and the highest rate of 60 s calls too.
//
// -soak 30m has callers press keys for that long, with admission as it is shipped,
// at 80 % of the rate that the last run found held, and looks at the line's memory,
// descriptors and goroutines each 10 s; after a rest comes a second, shorter load,
// which is to use no more. The exit code is 1 when one of them grew, or the rate
// was not held.
//
// All traffic stays on loopback; everything started is stopped. What later runs
// need not make again, prompts and ari-client, is kept in var/bench.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// plan is what a run consists of.
type plan struct {
	rounds int
	row    time.Duration // for which calls arrive
	rates  map[string][]float64
	knee   map[string]float64 // where the search for the highest rate begins
	crowds []int              // calls at once of the second part
	atDesk []int              // callers of the third part
	loaded time.Duration
	soak   time.Duration
	dir    string // of the repository
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "infolinia-bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	p, err := planOf(args)
	if err != nil {
		return err
	}
	if p.soak > 0 {
		return p.soaking(ctx)
	}
	var r report
	if len(p.rates)+len(p.knee) > 0 {
		r.trials, err = p.telephone(ctx)
	}
	if err == nil && len(p.crowds) > 0 {
		r.crowds, err = p.daemon(ctx)
	}
	if err == nil && len(p.atDesk) > 0 {
		r.desks, err = p.desks(ctx)
	}
	if len(r.trials)+len(r.crowds)+len(r.desks) > 0 { // also what was measured before it broke off
		err = errors.Join(err, r.write(p.results()))
	}
	return err
}

// results is the folder of the figures.
func (p *plan) results() string { return filepath.Join(p.dir, "build") }

func planOf(args []string) (*plan, error) {
	p := &plan{rates: map[string][]float64{}, knee: map[string]float64{"stress": 120}, loaded: 15 * time.Second}
	f := flag.NewFlagSet("infolinia-bench", flag.ContinueOnError)
	quick := f.Bool("quick", false, "one round at low rates, in two minutes")
	full := f.Bool("full", false, "more rates and longer rows, in up to three hours")
	f.DurationVar(&p.soak, "soak", 0, "instead: for so long at 80 % of the held rate, for leaks")
	f.IntVar(&p.rounds, "rounds", 3, "how often each row is repeated, interleaved with the others")
	f.DurationVar(&p.row, "row", 12*time.Second, "for how long calls arrive in a row")
	stress := f.String("stress", "20,60", "rates of the 4 s calls, a second")
	standard := f.String("standard", "4", "rates of the 60 s calls, a second")
	crowds := f.String("calls", "500,2000,5000,20000", "simulated calls at once, for the daemon alone")
	desks := f.String("desk", "200,520", "callers on 20 agents, for the desk alone")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	set := map[string]bool{}
	f.Visit(func(one *flag.Flag) { set[one.Name] = true })
	switch {
	case *quick:
		p.rounds, p.row, p.loaded, p.knee = 1, 5*time.Second, 5*time.Second, nil
		*stress, *standard, *crowds = "10,30", "", "500"
	case *full:
		p.row, p.knee["standard"] = time.Minute, 5
		*stress, *standard = "20,60,100", "2,4,6"
	case set["stress"] || set["standard"] || set["calls"] || set["desk"]:
		p.knee = nil // only what was asked for
	}
	for name, list := range map[string]string{"stress": *stress, "standard": *standard} {
		rates, err := numbers(list)
		if err != nil {
			return nil, fmt.Errorf("-%s: %w", name, err)
		}
		if len(rates) > 0 {
			p.rates[name] = rates
		}
	}
	sizes, err := numbers(*crowds)
	if err != nil {
		return nil, fmt.Errorf("-calls: %w", err)
	}
	for _, n := range sizes {
		p.crowds = append(p.crowds, int(n))
	}
	if sizes, err = numbers(*desks); err != nil {
		return nil, fmt.Errorf("-desk: %w", err)
	}
	for _, n := range sizes {
		p.atDesk = append(p.atDesk, int(n))
	}
	if p.dir, err = os.Getwd(); err != nil {
		return nil, err
	}
	if _, err := os.Stat("cmd/infolinia-bench"); err != nil {
		return nil, errors.New("start it where go.mod is (make bench does)")
	}
	return p, nil
}

// kept is a folder for what later runs need not make again.
func (p *plan) kept() string { return filepath.Join(p.dir, "var", "bench") }

func numbers(list string) ([]float64, error) {
	var all []float64
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			continue
		}
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%q is no positive number", part)
		}
		all = append(all, n)
	}
	return all, nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
