package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"infolinia/ivr"
	"infolinia/ivr/console"
)

// serveHTTP serves the pages until ctx ends, over HTTPS when there is a certificate.
func (d *daemon) serveHTTP(ctx context.Context) error {
	srv := &http.Server{Addr: d.config.Listen(d.config.Instance), Handler: d.handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}
	serve := srv.ListenAndServe
	if d.certificate != nil {
		srv.TLSConfig = d.certificate.Config()
		serve = func() error { return srv.ListenAndServeTLS("", "") }
	}
	stopped := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = srv.Shutdown(ctx)
	})
	defer stopped()
	if err := serve(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http.listen: %w", err)
	}
	return nil
}

// readCertificate takes the one of the settings; none: the pages are not encrypted.
func (d *daemon) readCertificate() (err error) {
	t := d.config.HTTP.TLS
	if t.Cert == "" {
		return nil
	}
	if d.certificate, err = console.ReadCertificate(t.Cert, t.Key); err != nil {
		return fmt.Errorf("http.tls: %w", err)
	}
	return nil
}

// certificateWarning is how long before its end a certificate is spoken of.
const certificateWarning = 14 * 24 * time.Hour

func (d *daemon) checkCertificate(context.Context) []console.Problem {
	if d.certificate == nil {
		return nil
	}
	until, err := d.certificate.State()
	switch day := until.In(ivr.Warsaw()).Format("02.01.2006 15:04"); {
	case err != nil:
		return []console.Problem{{
			Severity: console.Warning,
			What: console.Text{EN: "the new certificate is not used: " + err.Error(),
				PL: "Nowy certyfikat stron nie działa; używany jest poprzedni, ważny do " + day},
			Remedy: console.Text{EN: "put both files of http.tls in place, readable by the daemon",
				PL: "Proszę sprawdzić oba pliki z ustawienia http.tls i prawa do ich odczytu."},
		}}
	case time.Until(until) < certificateWarning:
		return []console.Problem{{
			Severity: console.Warning,
			What: console.Text{EN: "the certificate of the pages is good until " + day + " only: after that browsers refuse the desk",
				PL: "Certyfikat stron jest ważny tylko do " + day + "; potem przeglądarki nie otworzą stanowiska"},
			Remedy: console.Text{EN: "renew the files of http.tls; no restart is needed",
				PL: "Proszę odnowić pliki z ustawienia http.tls; ponowne uruchomienie nie jest potrzebne."},
		}}
	}
	return nil
}
