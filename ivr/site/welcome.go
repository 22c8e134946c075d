package site

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"infolinia/ivr/config"
)

// settling is how long the daemon may take from its first answer to readiness:
// it connects to Asterisk and Redis and loads the flows.
const settling = 20 * time.Second

// welcome tells the person at the terminal that the line can be called, and how;
// or what the daemon says is in the way.
func (s Site) welcome(ctx context.Context) {
	base := s.page(1)
	if err := s.settled(ctx, base+"/readyz"); err != nil {
		if ctx.Err() == nil {
			fmt.Fprintf(s.Out, "infolinia is running, but not ready: %v\n(%s/readyz tells when it is)\n", err, base)
		}
		return
	}
	c := s.Config
	fmt.Fprintf(s.Out, `
infolinia ready

  Call it        %s  with any SIP phone on this machine, no account needed
                 bin/infolinia call --keys 4s:1 --wav heard.wav    does it for you: presses 1
                 after 4 s and keeps what it hears
`, SIPAddress(c, s.Number))
	fmt.Fprintf(s.Out, "  Answer it      %s/desk  in Chromium, Chrome, Edge or Firefox\n", s.page(1))
	if s.Password != "" {
		fmt.Fprintf(s.Out, "                 log in as %s, password %s; then whoever presses 0 rings there;\n"+
			"                 outside office hours first: bin/infolinia open hotline --anyway --until +2h\n", s.Login, s.Password)
	} else {
		fmt.Fprintf(s.Out, "                 bin/infolinia user add anna --name \"Anna Nowak\"    makes a log-in\n")
	}
	if _, ok := c.Extensions["200"]; ok && c.Profile == config.Local {
		fmt.Fprintf(s.Out, "                 while nobody is logged in, the office telephone rings: a phone registered as 200\n"+
			"                 at %s, password in %s; without one a voice answers\n",
			c.SIP.Listen, filepath.Join(c.Var, "secrets", "extensions.200.password"))
	}
	for n := 2; n <= s.Instances; n++ {
		fmt.Fprintf(s.Out, "  Instance %d     stands by for the others, %s/readyz\n"+
			"                 bin/infolinia drain    hands it all calls\n", n, s.page(n))
	}
	fmt.Fprintf(s.Out, `  Look at it     %s/healthz  /readyz  /metrics
                 bin/infolinia calls    live and recent calls
  Change it      edit callflows/*.yaml; bin/infolinia check says what is wrong with an edit
  Logs           %s
  Stop it        Ctrl-C

`, base, filepath.Join(c.Var, "log"))
}

// settled waits until the daemon says it is ready, for at most settling.
func (s Site) settled(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	every := time.NewTicker(200 * time.Millisecond)
	defer every.Stop()
	for {
		_, err := get(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-every.C:
		}
	}
}

// warnOfNamelessHost tells when this machine does not know its own name: Asterisk
// looks it up twice a call, and waits for a name server each time.
func (s Site) warnOfNamelessHost(ctx context.Context) {
	name, err := os.Hostname()
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := net.DefaultResolver.LookupHost(ctx, name); err != nil {
		fmt.Fprintf(s.Out, "infolinia: this machine does not find its own name, which slows every call down; add to /etc/hosts: 127.0.1.1 %s\n", name)
	}
}
