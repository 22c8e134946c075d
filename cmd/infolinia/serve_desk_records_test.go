package main

import (
	"context"
	"errors"
	"testing"

	"infolinia/ivr"
	"infolinia/ivr/desk"
)

// awayBook is a database that does not answer, and counts how often it is asked.
type awayBook struct {
	asked int
	err   error
}

func (b *awayBook) Account(context.Context, string) (ivr.Account, error) {
	b.asked++
	return ivr.Account{}, b.err
}

func TestAnAgentAtWorkSeesHisDeskWhileTheRecordsAreAway(t *testing.T) {
	p, book := new(pageRecords), &awayBook{err: errors.New("no route to host")}
	for range 3 {
		a, err := p.account(t.Context(), book, &desk.Agent{Login: "anna", Name: "Anna Nowak", State: desk.OnCall, Endpoint: "PJSIP/201"})
		if err != nil || a.Name != "Anna Nowak" || a.Device != "201" {
			t.Fatal(a, err)
		}
	}
	if book.asked != 1 {
		t.Errorf("asked %d times while it is away", book.asked)
	}
	if _, err := p.account(t.Context(), book, &desk.Agent{Login: "jan", State: desk.Offline}); err == nil {
		t.Error("somebody who is not at work is shown a desk")
	}
}

func TestAnAccountThatIsGoneHasNoDeskAndLeavesTheRecordsAtWork(t *testing.T) {
	p, book := new(pageRecords), &awayBook{err: ivr.ErrNoAccount}
	for range 2 {
		if _, err := p.account(t.Context(), book, &desk.Agent{Login: "anna", State: desk.OnCall}); !errors.Is(err, ivr.ErrNoAccount) {
			t.Fatal(err)
		}
	}
	if book.asked != 2 {
		t.Errorf("asked %d times", book.asked)
	}
}
