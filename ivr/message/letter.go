package message

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"infolinia/ivr"
)

// letter is the e-mail about a message. Its Message-ID is the message's own, so
// that one sent twice around a crash is known to be the same.
func (m *Mailer) letter(msg Message, address string) (*mail.Msg, error) {
	l := mail.NewMsg()
	if err := l.From(m.SMTP.From); err != nil {
		return nil, fmt.Errorf("sender %q: %w", m.SMTP.From, err)
	}
	if err := l.To(address); err != nil {
		return nil, fmt.Errorf("address %q of box %s: %w", address, msg.Box, err)
	}
	_, host, _ := strings.Cut(strings.TrimSuffix(m.SMTP.From, ">"), "@")
	l.SetMessageIDWithValue(msg.ID + "@" + host)
	l.SetDateWithValue(msg.At)
	l.Subject(subject(msg))
	wav, err := m.Store.Path(msg.ID)
	if err != nil {
		return nil, err
	}
	l.SetBodyString(mail.TypeTextPlain, body(msg, m.SMTP.Attach))
	if m.SMTP.Attach {
		l.AttachFile(wav, mail.WithFileName(msg.ID+".wav"), mail.WithFileContentType("audio/wav"))
	}
	return l, nil
}

func subject(m Message) string {
	s := "Nowa wiadomość głosowa, skrzynka " + m.Box
	if m.Report != "" {
		s += ", zgłoszenie " + m.Report
	}
	return s
}

func body(m Message, attached bool) string {
	var b strings.Builder
	b.WriteString("Na infolinii pozostawiono wiadomość głosową.\n\n")
	if m.Report != "" {
		fmt.Fprintf(&b, "Numer zgłoszenia: %s\n", m.Report)
	}
	fmt.Fprintf(&b, "Skrzynka: %s\nData i godzina: %s\nDługość: %s\nIdentyfikator: %s\n\n",
		m.Box, m.At.In(ivr.Warsaw()).Format("02.01.2006, 15:04"), Length(m.Seconds), m.ID)
	if attached {
		b.WriteString("Nagranie znajduje się w załączniku.\n")
	} else {
		fmt.Fprintf(&b, "Nagrania można odsłuchać poleceniem: infolinia messages play %s\n", m.ID)
	}
	fmt.Fprintf(&b, "Po załatwieniu sprawy proszę oznaczyć wiadomość: infolinia messages done %s\n", m.ID)
	return b.String()
}

// Length is a number of seconds as people write it: "48 s", "1 min 5 s".
func Length(seconds float64) string {
	d := time.Duration(math.Round(seconds)) * time.Second
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}
