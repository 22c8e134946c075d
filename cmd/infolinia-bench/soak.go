package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

const (
	soakShare = 0.8 // of the rate that is held
	lookEvery = 10 * time.Second
	soakRest  = time.Minute // between the loads, for what ends by itself
	// second is the second load's part of the first.
	second = 5
	// warmUp is the part of a load, one over it, before anything has to be flat.
	warmUp = 4
)

// look is what was used at one moment.
type look struct {
	At         float64 `json:"at_s"`
	Load       int     `json:"load"` // 1, 2; 0: none
	Daemon     float64 `json:"daemon_rss_mb"`
	Files      float64 `json:"daemon_descriptors"`
	Goroutines float64 `json:"daemon_goroutines"`
	Asterisk   float64 `json:"asterisk_rss_mb"`
	AsterFiles float64 `json:"asterisk_descriptors"`
	Redis      float64 `json:"redis_rss_mb"`
}

// soaked is the outcome of a soak.
type soaked struct {
	Machine   string   `json:"machine"`
	Date      string   `json:"date"`
	Rate      float64  `json:"rate"`
	Attempted int      `json:"attempted"`
	Good      int      `json:"good"`
	Trends    []*trend `json:"trends"`
	Looks     []look   `json:"looks"`
}

// soaking loads the line for long, and once more.
func (p *plan) soaking(ctx context.Context) error {
	rate, err := p.soakRate()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := makeBed(ctx, p, dir)
	if err != nil {
		return err
	}
	s, err := p.soakOn(ctx, b, rate)
	if err := errors.Join(err, stopAll(b.started)); err != nil {
		return err
	}
	return s.write(p.results())
}

// soakRate is that of the first -stress, else by what the last run found held.
func (p *plan) soakRate() (float64, error) {
	if p.knee == nil && len(p.rates["stress"]) > 0 {
		return p.rates["stress"][0], nil
	}
	data, err := os.ReadFile(filepath.Join(p.results(), "bench.json"))
	if err != nil {
		return 0, fmt.Errorf("no held rate is known: run the bench before, or name a rate with -stress: %w", err)
	}
	var last struct{ Rows []*row }
	if err := json.Unmarshal(data, &last); err != nil {
		return 0, fmt.Errorf("build/bench.json: %w", err)
	}
	if held := highest(last.Rows, "infolinia", "stress"); held > 0 {
		return rounded(soakShare*held, 1), nil
	}
	return 0, errors.New("the last run found no rate held: name one with -stress")
}

func (p *plan) soakOn(ctx context.Context, b *bed, rate float64) (*soaked, error) {
	phone, err := openPhone(b.asterisk.Settings.UDP())
	if err != nil {
		return nil, err
	}
	defer phone.close()
	say("%g calls a second for %s, and after a rest for %s …", rate, p.soak, p.soak/second)
	s := &soaked{Machine: machine(), Date: time.Now().Format("2006-01-02 15:04 MST"), Rate: rate}
	var now atomic.Int64 // number of the load
	looking, stop := context.WithCancel(ctx)
	looks := make(chan []look, 1)
	go func() { looks <- b.looks(looking, &now) }()
	line := &b.answerers[1]
	take := func(got talk) {
		s.Attempted++
		if got.why == "" {
			s.Good++
		}
	}
	for n, lasting := range []time.Duration{p.soak, p.soak / second} {
		if n > 0 {
			if err = pace(ctx, time.Now(), soakRest.Seconds()); err != nil {
				break
			}
		}
		now.Store(int64(n + 1))
		if err = load(ctx, phone, line.number, shapes()[0], rate, lasting, take); err != nil {
			break
		}
		now.Store(0)
	}
	stop()
	s.Looks = <-looks
	s.Trends = trends(s.Looks)
	return s, err
}

// looks samples until ctx ends.
func (b *bed) looks(ctx context.Context, load *atomic.Int64) (all []look) {
	begin := time.Now()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return all
		case <-tick.C:
		}
		daemon, pbx := b.answerers[1].app.PID(), b.asterisk.PID()
		l := look{At: rounded(time.Since(begin).Seconds(), 0), Load: int(load.Load()),
			Daemon: rss(daemon), Files: descriptors(daemon), Asterisk: rss(pbx), AsterFiles: descriptors(pbx), Redis: rss(b.redis.PID())}
		var err error
		if l.Goroutines, err = metric(b.http, "go_goroutines"); err != nil {
			say("no look at %.0f s: %v", l.At, err)
			continue
		}
		all = append(all, l)
		if len(all)%6 == 0 {
			say("%5.0f s, load %d: daemon %.0f MB, %.0f descriptors, %.0f goroutines; asterisk %.0f MB; redis %.0f MB",
				l.At, l.Load, l.Daemon, l.Files, l.Goroutines, l.Asterisk, l.Redis)
		}
	}
}

func descriptors(pid int) float64 {
	open, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return float64(len(open))
}

// write prints and keeps the outcome; growth of the daemon, or calls that it has
// not borne, are an error.
func (s *soaked) write(dir string) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Printf("%s, %s\n%g calls a second, good %d of %d\n", s.Machine, s.Date, s.Rate, s.Good, s.Attempted)
	fmt.Fprintln(t, "what\tfirst load\tgrew in it\tsecond load\tflat\tno more\t")
	var grew error
	if float64(s.Good) < heldShare*float64(s.Attempted) {
		grew = fmt.Errorf("the rate is not held: %d of %d calls were not good", s.Attempted-s.Good, s.Attempted)
	}
	for _, x := range s.Trends {
		fmt.Fprintf(t, "%s\t%.1f\t%+.1f\t%.1f\t%t\t%t\t\n", x.What, x.First, x.Grew, x.Second, x.Flat, x.NoMore)
		if x.daemon && !(x.Flat && x.NoMore) {
			grew = errors.Join(grew, fmt.Errorf("the daemon's %s grew, or could not be looked at", x.What))
		}
	}
	_ = t.Flush()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(grew, writeJSON(filepath.Join(dir, "bench-soak.json"), s))
}
