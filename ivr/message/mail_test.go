package message

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func mailerTo(s *Store, p *postOffice) *Mailer {
	s.Mails = func(box string) bool { return box == "info" }
	return &Mailer{
		Store: s, Log: zerolog.Nop(),
		SMTP: SMTP{Host: "127.0.0.1", Port: p.addr.Port, TLS: "none", From: "infolinia@plock.example"},
		Address: func(box string) string {
			return map[string]string{"info": "biuro@plock.example"}[box]
		},
	}
}

func mailOf(t *testing.T, s *Store, id string) Mail {
	t.Helper()
	var m Message
	path, err := s.find(id)
	if err == nil {
		err = readJSON(path, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.Mail
}

func TestTheBoxIsWrittenToOnceAndInPolish(t *testing.T) {
	s, _ := openStore(t)
	p, _ := openPostOffice(t, false)
	m := mailerTo(s, p)
	keep(t, s, left)
	for range 2 {
		if err := m.SendPending(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	letters := p.received()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	letter, text := open(t, letters[0])
	for header, want := range map[string]string{
		"To": "<biuro@plock.example>", "From": "<infolinia@plock.example>",
		"Message-Id": "<" + left.ID + "@plock.example>",
	} {
		if got := letter.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	if want := "Nowa wiadomość głosowa, skrzynka info, zgłoszenie 204178"; subject != want {
		t.Errorf("subject %q, want %q", subject, want)
	}
	for _, want := range []string{"204178", "09.06.2026, 00:30", "12 s", "Skrzynka: info", "infolinia messages play " + left.ID} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(letters[0], left.CallerHMAC) {
		t.Error("the letter tells of the caller")
	}
	if got := mailOf(t, s, left.ID); got.State != MailSent || got.Tries != 1 {
		t.Errorf("noted as %+v", got)
	}
}

func TestTheRecordingIsAttachedWhenTheSettingSaysSo(t *testing.T) {
	s, _ := openStore(t)
	p, _ := openPostOffice(t, false)
	m := mailerTo(s, p)
	m.SMTP.Attach = true
	keep(t, s, left)
	if err := m.SendPending(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	letter, _ := mail.ReadMessage(strings.NewReader(p.received()[0]))
	kind, params, _ := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if kind != "multipart/mixed" {
		t.Fatalf("the letter is %s", kind)
	}
	parts := multipart.NewReader(letter.Body, params["boundary"])
	if _, err := parts.NextPart(); err != nil {
		t.Fatal(err)
	}
	sound, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, sound))
	if err != nil || string(got) != "said by "+left.ID || sound.FileName() != left.ID+".wav" {
		t.Errorf("attached %q as %q, %v", got, sound.FileName(), err)
	}
}

func TestAMessageIsSentWithPasswordOverTLSOnly(t *testing.T) {
	s, _ := openStore(t)
	p, trust := openPostOffice(t, true)
	m := mailerTo(s, p)
	m.SMTP.TLS, m.SMTP.User, m.SMTP.Password, m.SMTP.trust = "starttls", "infolinia", "sesame", trust
	keep(t, s, left)
	if err := m.SendPending(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	login := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00infolinia\x00sesame"))
	if len(p.received()) != 1 || p.plain || len(p.logins) != 1 || p.logins[0] != login {
		t.Errorf("letters %d, in plain %v, logins %q; mail %+v", len(p.received()), p.plain, p.logins, mailOf(t, s, left.ID))
	}
}

func TestAServerWithoutTLSGetsNoLetterAndNoPassword(t *testing.T) {
	s, _ := openStore(t)
	p, _ := openPostOffice(t, false)
	m := mailerTo(s, p)
	m.SMTP.TLS, m.SMTP.User, m.SMTP.Password = "starttls", "infolinia", "sesame"
	keep(t, s, left)
	if err := m.SendPending(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if len(p.received()) > 0 || len(p.logins) > 0 || mailOf(t, s, left.ID).State != MailPending {
		t.Errorf("letters %d, logins %d", len(p.received()), len(p.logins))
	}
}

func TestAnOutageDelaysALetterAndLosesNone(t *testing.T) {
	s, dir := openStore(t)
	p, _ := openPostOffice(t, false)
	p.refusal = "451 later"
	m := mailerTo(s, p)
	keep(t, s, left)
	now := time.Now().Truncate(time.Second)
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		for _, at := range []time.Time{now, now.Add(wait - time.Second)} {
			if err := m.SendPending(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			got := mailOf(t, s, left.ID)
			if got.Tries != i+1 || got.State != MailPending || !strings.Contains(got.Error, "451") {
				t.Fatalf("%v after it was put off by %v: %+v", at.Sub(now), wait, got)
			}
		}
		now = now.Add(wait)
	}
	p.note(func() { p.refusal = "" })
	reopened, err := Open(dir) // the daemon was restarted meanwhile
	if err != nil {
		t.Fatal(err)
	}
	m.Store = reopened
	if err := m.SendPending(t.Context(), now.Add(lastRetry)); err != nil {
		t.Fatal(err)
	}
	if got := mailOf(t, s, left.ID); got.State != MailSent || len(p.received()) != 1 {
		t.Errorf("noted as %+v, %d letters", got, len(p.received()))
	}
}

func TestRetriesSlowDownToOnceAnHour(t *testing.T) {
	for tries, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 6: 32 * time.Minute, 7: time.Hour, 1000: time.Hour} {
		if got := retryAfter(tries); got != want {
			t.Errorf("after %d tries %v, want %v", tries, got, want)
		}
	}
}

func TestABoxWithoutAddressIsNotWrittenTo(t *testing.T) {
	s, _ := openStore(t)
	p, _ := openPostOffice(t, false)
	m := mailerTo(s, p)
	quiet := left
	quiet.ID, quiet.Box = "quiet", "faults"
	keep(t, s, quiet)
	keep(t, s, left)
	m.Address = func(string) string { return "" } // taken away before it was sent
	if err := m.SendPending(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if len(p.received()) > 0 || mailOf(t, s, "quiet") != (Mail{}) || mailOf(t, s, left.ID) != (Mail{}) {
		t.Errorf("letters %d, mail %+v %+v", len(p.received()), mailOf(t, s, "quiet"), mailOf(t, s, left.ID))
	}
}

func TestDoneAndMailedDoNotUndoEachOther(t *testing.T) {
	s, dir := openStore(t)
	p, _ := openPostOffice(t, false)
	m := mailerTo(s, p)
	keep(t, s, left)
	if err := s.Done(t.Context(), left.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := m.SendPending(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, folder, left.ID+".json"))
	if err != nil || !strings.Contains(string(text), `"anna"`) || !strings.Contains(string(text), `"sent"`) {
		t.Errorf("%v\n%s", err, text)
	}
}

func open(t *testing.T, letter string) (*mail.Message, string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	var body io.Reader = m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(m.Body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, m.Body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return m, string(text)
}
