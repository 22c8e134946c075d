package config

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const service = `
profile: production
asterisk: {fallback: "200"}
extensions: {"200": {password: 0123456789abcdef}}
ari: {password: 0123456789abcdef}
redis: {url: "unix:///run/redis.sock"}
hmac: {current: "1", keys: {"1": 0123456789abcdef}}
`

func TestInServicePagesAreEncryptedOrOnLoopback(t *testing.T) {
	for http, refused := range map[string]bool{
		`{}`:                          false,
		`{listen: "[::1]:8080"}`:      false,
		`{listen: "localhost:8080"}`:  false,
		`{listen: "0.0.0.0:8443"}`:    true,
		`{listen: ":8443"}`:           true,
		`{listen: "10.1.2.3:8443"}`:   true,
		`{listen: "desk.local:8443"}`: true,
		`{listen: "0.0.0.0:8443", tls: {cert: a.pem, key: a.key}}`: false,
	} {
		_, err := load(t, service+"http: "+http+"\n")
		if (err != nil) != refused {
			t.Errorf("%s: %v", http, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "http.tls.cert") || !strings.Contains(err.Error(), "reverse proxy")) {
			t.Errorf("%s: no remedy in %v", http, err)
		}
	}
	if _, err := load(t, `http: {listen: "0.0.0.0:8080"}`); err != nil {
		t.Errorf("a trial on this machine: %v", err)
	}
}

func TestSettingsOfPagesSayWhatIsWrong(t *testing.T) {
	for file, want := range map[string]string{
		`http: {tls: {cert: a.pem}}`:                         "http.tls.key",
		`http: {tls: {key: a.pem}}`:                          "http.tls.cert",
		`http: {origins: [desk.example]}`:                    "https://desk.example",
		`http: {origins: ["https://desk.example/"]}`:         "is no origin",
		`http: {origins: ["wss://desk.example"]}`:            "is no origin",
		`http: {proxies: [10.1.2.3]}`:                        "a list of networks",
		`desk: {breaks: [meal = Posiłek, obiad | Meal]}`:     `"obiad | Meal": write an entry as "code = Polish words | English words"`,
		"desk:\n  codes:\n    - informed: Udzielono":         "without a colon",
		`desk: {codes: Udzielono}`:                           `"Udzielono": write an entry`,
		`desk: {codes: [Bad Code = Źle]}`:                    `"Bad Code = Źle"`,
		`desk: {codes: [a = A, a = B]}`:                      "stands twice",
		`desk: {breaks: [away = Poza biurem | Out]}`:         "the desk itself gives",
		`desk: {idle: 10s}`:                                  "desk.idle",
		`desk: {idle: 2h, absolute: 1h}`:                     "desk.absolute",
		service + `http: {origins: ["http://desk.example"]}`: "is not encrypted",
	} {
		if _, err := load(t, file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

func TestSettingsOfPagesAreRead(t *testing.T) {
	c, err := load(t, `http: {tls: {cert: tls/a.pem, key: tls/a.key}, origins: ["https://desk.example:8443"], proxies: [10.1.2.3/32, "::1/128"]}`,
		"INFOLINIA_DESK_IDLE=20m")
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(c.HTTP.TLS.Cert) || c.HTTP.Origins[0] != "https://desk.example:8443" || len(c.HTTP.Proxies) != 2 {
		t.Errorf("%+v", c.HTTP)
	}
	if c.Desk.Idle != 20*time.Minute || c.Desk.Absolute != 12*time.Hour {
		t.Errorf("%+v", c.Desk)
	}
}

func TestChoicesOfAgentsAreReadFromFileAndEnvironment(t *testing.T) {
	l, err := load(t, `desk: {breaks: ["lunch = Obiad, deser | Lunch"], closings: done = Załatwione}`, "INFOLINIA_DESK_CODES=a = Jeden | One,b = Dwa")
	if err != nil {
		t.Fatal(err)
	}
	d := l.Desk
	want := Desk{Breaks: []Choice{{"lunch", "Obiad, deser", "Lunch"}}, Codes: []Choice{{"a", "Jeden", "One"}, {"b", "Dwa", "Dwa"}}, Closings: []Choice{{"done", "Załatwione", "Załatwione"}}}
	if diff := cmp.Diff(want, Desk{Breaks: d.Breaks, Codes: d.Codes, Closings: d.Closings}); diff != "" {
		t.Error(diff)
	}
}
