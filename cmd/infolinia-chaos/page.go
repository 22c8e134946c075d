package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// page is an agent's page in a browser: it has a log-in, watches what happens,
// and gives commands. Where one instance is away it goes to another, and it logs in
// anew where its log-in is lost.
type page struct {
	login  string
	bed    *bed
	client *http.Client
	stop   context.CancelFunc
	work   sync.WaitGroup

	mu       sync.Mutex
	instance int    // it talks to
	me, now  string // what the page shows: the agent's state, the task
}

// tab names the page's tab.
const tab = "t"

var (
	stateShown = regexp.MustCompile(`id="me" data-state="([^"]*)"`)
	taskShown  = regexp.MustCompile(`data-task="([^"]*)"`)
)

var errLoggedOut = errors.New("logged out")

// refused is a command that was not granted.
type refused struct{ why string }

func (r refused) Error() string { return "not granted: " + r.why }

func (b *bed) openPage(ctx context.Context, login string) (*page, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(context.Background())
	p := &page{login: login, bed: b, stop: stop, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if err := p.begin(ctx); err != nil {
		stop()
		return nil, err
	}
	p.work.Go(func() { p.watch(watching) })
	return p, nil
}

func (p *page) close() { p.stop(); p.work.Wait(); p.client.CloseIdleConnections() }

func (p *page) state() string { p.mu.Lock(); defer p.mu.Unlock(); return p.me }
func (p *page) task() string  { p.mu.Lock(); defer p.mu.Unlock(); return p.now }

func (p *page) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "http://" + p.bed.daemons[p.instance].address
}

// elsewhere goes to the next instance.
func (p *page) elsewhere() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instance = (p.instance + 1) % len(p.bed.daemons)
}

// begin logs in and makes the page the agent's desk, with the office telephone.
func (p *page) begin(ctx context.Context) error {
	status, text, err := p.post(ctx, "/login", url.Values{"login": {p.login}, "password": {agentPassword}})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("the log-in of %s: status %d: %s", p.login, status, shortened(text))
	}
	if err != nil {
		return err
	}
	return errors.Join(p.once(ctx, "login", "extension", "yes"), p.once(ctx, "ready"))
}

// do gives a command until it was carried out or refused.
func (p *page) do(ctx context.Context, verb string, fields ...string) (err error) {
	late := await(ctx, patience, func() bool {
		err = p.once(ctx, verb, fields...)
		if err != nil && !errors.As(err, new(refused)) {
			p.elsewhere()
			return false
		}
		return true
	})
	if late != nil {
		return fmt.Errorf("%s cannot %s: %w", p.login, verb, err)
	}
	return err
}

func (p *page) once(ctx context.Context, verb string, fields ...string) error {
	form := url.Values{"verb": {verb}, "tab": {tab}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	status, text, err := p.post(ctx, "/desk/do", form)
	switch {
	case err != nil:
		return err
	case status == http.StatusNoContent:
		return nil
	case status == http.StatusConflict:
		return refused{verb + ": " + shortened(text)}
	}
	return fmt.Errorf("%s of %s: status %d: %s", verb, p.login, status, shortened(text))
}

func (p *page) post(ctx context.Context, path string, form url.Values) (status int, text string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address()+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

// watch keeps the page open.
func (p *page) watch(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.events(ctx)
		if errors.Is(err, errLoggedOut) {
			err = p.begin(ctx)
		} else {
			p.elsewhere()
		}
		if err != nil {
			_ = pause(ctx, 500*time.Millisecond)
		}
	}
}

// events reads what the page is shown until the stream ends.
func (p *page) events(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.address()+"/desk/events?tab="+tab, nil)
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusUnauthorized {
		return errLoggedOut
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: {")
		var event struct{ Regions map[string]string }
		if !ok || json.Unmarshal([]byte("{"+data), &event) != nil {
			continue
		}
		p.show(event.Regions)
	}
	return lines.Err()
}

func (p *page) show(regions map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, html := range regions {
		if m := stateShown.FindStringSubmatch(html); m != nil {
			p.me = m[1]
		}
		if m := taskShown.FindStringSubmatch(html); m != nil {
			p.now = m[1]
		}
	}
}
