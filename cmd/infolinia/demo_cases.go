package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"infolinia/ivr/lookup/democases"
)

// demoAddress is where the shipped look-up expects the cases.
const demoAddress = "127.0.0.1:8090"

func demoCasesCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "demo-cases",
		Short: "Serve a few made-up cases, so that the state of a case can be heard without the office's system",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return fmt.Errorf("--listen: %w", err)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "cases 0012 and 1001 to 1006 at http://%s/api/cases/NUMBER, until Ctrl-C\n", l.Addr())
			return serveUntil(cmd.Context(), l, democases.Handler())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", demoAddress, "address:port")
	return cmd
}

// serveUntil serves until ctx ends and what is being answered then is done.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = srv.Shutdown(last)
	})
	err := srv.Serve(l)
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
