package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// ErrAbsent says that no daemon serves the socket.
var ErrAbsent = errors.New("the daemon is not running")

// Client talks to the daemon of this machine.
type Client struct{ http http.Client }

// NewClient is a client of the socket at path. It connects with each order.
func NewClient(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	return &Client{http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Publish makes the saved files live and says which version is live then. The
// error is ErrAbsent without a daemon, a *[Refused] when the files are wrong.
// New prompts are rendered first, which may take minutes.
func (c *Client) Publish(ctx context.Context) (Version, error) { return c.order(ctx, "publish") }

// Rollback makes the version before the live one live. The error is ErrAbsent
// without a daemon.
func (c *Client) Rollback(ctx context.Context) (Version, error) { return c.order(ctx, "rollback") }

// Drain has the daemon hand all its calls to another instance and take no more.
// The error is ErrAbsent without a daemon.
func (c *Client) Drain(ctx context.Context) error {
	_, err := c.order(ctx, "drain")
	return err
}

func (c *Client) order(ctx context.Context, what string) (Version, error) {
	resp, err := c.send(ctx, http.MethodPost, what)
	if err != nil {
		return Version{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		var v Version
		if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
			return v, fmt.Errorf("%s: answer of the daemon: %w", what, err)
		}
		return v, nil
	}
	var r refusal
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		return Version{}, fmt.Errorf("%s: answer of the daemon, %s: %w", what, resp.Status, err)
	}
	if r.Refused != nil {
		return Version{}, fmt.Errorf("%s: %w", what, r.Refused)
	}
	return Version{}, fmt.Errorf("%s: %s", what, r.Error)
}

func (c *Client) send(ctx context.Context, method, what string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon/"+what, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		// Who may not open the socket cannot say whether somebody serves it.
		failed := (*net.OpError)(nil)
		if errors.As(err, &failed) && (errors.Is(failed, syscall.ENOENT) || errors.Is(failed, syscall.ECONNREFUSED)) {
			err = fmt.Errorf("%w (%w)", ErrAbsent, failed.Err)
		}
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return resp, nil
}
