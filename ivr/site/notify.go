package site

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Notify tells systemd that the daemon is ready and then, while healthy says so,
// that it lives, twice in each WatchdogSec of the unit. It returns when ctx ends,
// after telling that the daemon stops. Where systemd did not start us it only waits.
func Notify(ctx context.Context, healthy func(context.Context) error) error {
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return fmt.Errorf("read the watchdog's interval: %w", err)
	}
	if interval > 0 {
		err = watch(ctx, interval/2, healthy)
	}
	<-ctx.Done()
	if _, stopping := daemon.SdNotify(false, daemon.SdNotifyStopping); err == nil {
		err = stopping
	}
	return err
}

func watch(ctx context.Context, every time.Duration, healthy func(context.Context) error) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		asking, cancel := context.WithTimeout(ctx, every)
		alive := healthy(asking) == nil
		cancel()
		if alive {
			if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
				return fmt.Errorf("notify systemd: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
