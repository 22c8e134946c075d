package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"infolinia/ivr/lookup/democases"
)

func TestArticlesAreFoundByWordFormsAndWithoutDiacritics(t *testing.T) {
	l := newStaffLine(t)
	for _, words := range []string{"dowodu", "dowod", "DOWODEM osobistym", "101"} {
		l.says("kb search "+words, "101", "dowod-osobisty")
	}
	l.refuses("kb search hipopotam", `no article fits "hipopotam"`)
}

func TestKbCheckListsWhatArticlesLack(t *testing.T) {
	l := newStaffLine(t)
	l.says("kb check", "dowod-osobisty", "1 article, ")
	l.write("kb/obywatelskie/empty.yaml", "")
	l.refuses("kb search dowod", "kb/obywatelskie/empty.yaml")
}

func TestDemoCasesAreServedUntilTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serveUntil(ctx, listener, democases.Handler()) }()
	resp, err := http.Get("http://" + listener.Addr().String() + "/api/cases/0012")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != 200 || len(body) == 0 || err != nil {
		t.Error(resp.Status, string(body), err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	l := newStaffLine(t)
	l.refuses("demo-cases --listen nowhere", "--listen")
}
