package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"
)

// load reads settings in a new directory with the given file and environment.
func load(t *testing.T, file string, environ ...string) (*Loaded, error) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		if err := os.WriteFile(filepath.Join(dir, "infolinia.yaml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(Source{Dir: dir, Environ: environ})
}

func TestWithoutAFileTheLocalProfileIsComplete(t *testing.T) {
	c, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.SIP.Listen.String() != "127.0.0.1:5060" || c.ARI.URL != "http://127.0.0.1:8088/ari" || c.HTTP.Listen != "127.0.0.1:8080" {
		t.Errorf("listens on %s, %s, %s", c.SIP.Listen, c.ARI.URL, c.HTTP.Listen)
	}
	if c.Asterisk.AbsoluteTimeout != 35*time.Minute || c.Asterisk.Fallback != "200" || !c.Redis.Own {
		t.Errorf("asterisk %+v, redis %+v", c.Asterisk, c.Redis)
	}
	if !filepath.IsAbs(c.Var) || !strings.HasPrefix(c.Redis.URL, "unix:///") {
		t.Errorf("var %q, redis %q are not absolute", c.Var, c.Redis.URL)
	}
}

func TestTheFileWinsOverDefaultsAndTheEnvironmentOverTheFile(t *testing.T) {
	c, err := load(t, "sip: {listen: 127.0.0.1:5062, rtp: {first: 20000, last: 21000}}\n",
		"INFOLINIA_SIP_LISTEN=127.0.0.1:5064", "INFOLINIA_SIP__EXTERNAL_ADDRESS=192.0.2.1",
		"INFOLINIA_LOOKUP_HOSTS=a.example, b.example", "INFOLINIA_SECRETS_CASES=x", "INFOLINIA_TRUNK_REGISTER=false",
		"INFOLINIA_ASTERISK_ABSOLUTE_TIMEOUT=40m", "INFOLINIA_SPEECH_VOICES_PL_RATE=1.2", "HOME=/root")
	if err != nil {
		t.Fatal(err)
	}
	if c.SIP.Listen.Port() != 5064 || c.SIP.RTP.First != 20000 || c.SIP.ExternalAddress != "192.0.2.1" {
		t.Errorf("sip %+v", c.SIP)
	}
	if len(c.Lookup.Hosts) != 2 || string(c.Secrets["cases"]) != "x" || c.Asterisk.AbsoluteTimeout != 40*time.Minute {
		t.Errorf("lookup %+v, secrets %v, asterisk %+v", c.Lookup, c.Secrets, c.Asterisk)
	}
	if c.Speech.Voices["pl"].Rate != 1.2 || c.Speech.Voices["pl"].Voice != "magda" {
		t.Errorf("voice %+v", c.Speech.Voices["pl"])
	}
}

func TestEveryErrorNamesTheSettingTheValueAndTheRemedy(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		env  []string
		want []string
	}{
		"unknown in the file":        {file: "sip: {lissten: x}", want: []string{"sip.lissten in infolinia.yaml", "did you mean sip.listen?"}},
		"unknown in the environment": {env: []string{"INFOLINIA_SIP_LISTN=x"}, want: []string{"INFOLINIA_SIP_LISTN in environment", "did you mean INFOLINIA_SIP_LISTEN?"}},
		"unknown, nothing near":      {file: "colour: blue", want: []string{"colour", "infolinia config lists"}},
		"no port":                    {file: "sip: {listen: 127.0.0.1}", want: []string{"sip.listen (INFOLINIA_SIP_LISTEN)", `"127.0.0.1"`, "127.0.0.1:5060"}},
		"not a number":               {env: []string{"INFOLINIA_SIP_RTP_FIRST=low"}, want: []string{"sip.rtp.first", `"low"`, "whole number"}},
		"range upside down":          {file: "sip: {rtp: {first: 20000, last: 10000}}", want: []string{"sip.rtp.last", "10000", "20000"}},
		"number for text":            {file: "asterisk: {fallback: 0200}", want: []string{"asterisk.fallback", "quotes"}},
		"profile":                    {file: "profile: lokal", want: []string{"profile", `"lokal"`, "local", "did you mean local?"}},
		"duration":                   {file: "asterisk: {absolute_timeout: 35}", want: []string{"asterisk.absolute_timeout", "35"}},
		"trunk by TLS without it":    {file: "trunk: {host: sip.example, addresses: [192.0.2.1], protocol: tls}", want: []string{"trunk.protocol", "sip.tls_listen"}},
		"TLS without certificate":    {file: "sip: {tls_listen: 0.0.0.0:5061}", want: []string{"sip.tls.cert", "PEM"}},
		"secret file that is none":   {file: "redis: {password: file:/nowhere/x}", want: []string{"redis.password", "/nowhere/x"}},
		"engine":                     {file: "speech: {voices: {pl: {engine: rhvoce}}}", want: []string{"speech.voices.pl.engine", `"rhvoce"`, "rhvoice"}},
		"production without secrets": {file: "profile: production", want: []string{"ari.password", "redis.url", "asterisk.fallback", "hmac.current"}},
		"two at once":                {file: "reload: x\nlog: {format: y}", want: []string{"reload", "log.format"}},
		"no YAML":                    {file: "a: [", want: []string{"infolinia.yaml"}},
		"named file missing":         {env: []string{"INFOLINIA_CONFIG=/nowhere.yaml"}, want: []string{"/nowhere.yaml"}},
		"var too long":               {file: "var: /" + strings.Repeat("x", 90), want: []string{"var (INFOLINIA_VAR)", "shorter"}},
		"admission":                  {file: "admission: {over: bussy, calls: -1, latency: 1ms}", want: []string{"admission.over", "did you mean busy?", "admission.calls", "-1", "admission.latency", "50ms"}},
		"records":                    {file: "records: {dsn: \"mysql://u:top-secret@h/x\", keep: 1h}", want: []string{"records.dsn", "postgres://", "records.keep", "24h"}},
		"null":                       {file: "redis: {url: }", want: []string{"redis.url", `""`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tt.file, tt.env...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant in it: %s", err, want)
				}
			}
		})
	}
}

func TestGeneratedSecretsAreMadeOnceAndKeptPrivate(t *testing.T) {
	dir := t.TempDir()
	first, err := Load(Source{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(first.Missing(), " "); got != "ari.password extensions.200.password hmac.keys.1" {
		t.Fatalf("missing %s", got)
	}
	if err := first.Generate(); err != nil {
		t.Fatal(err)
	}
	second, err := Load(Source{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(second.Missing()) != 0 || len(second.ARI.Password) != 32 || second.ARI.Password == second.Extensions["200"].Password {
		t.Errorf("missing %v, password of %d characters", second.Missing(), len(second.ARI.Password))
	}
	info, err := os.Stat(filepath.Join(dir, "var/secrets/ari.password"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestPrintedSettingsAreYAMLWithoutSecrets(t *testing.T) {
	c, err := load(t, "secrets: {cases: top-secret-1}\nredis: {url: \"redis://u:top-secret-2@h:1/0\", password: top-secret-3}\nrecords: {dsn: \"postgres://u:top-secret-4@h/x\"}\n",
		"INFOLINIA_SIP_LISTEN=127.0.0.1:5064")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "top-secret") {
		t.Errorf("a secret is shown:\n%s", out.String())
	}
	for _, want := range []string{`listen: "127.0.0.1:5064"  # environment`, `cases: "********"  # infolinia.yaml`, `dsn: "postgres://u:xxxxx@h/x"`, "reload: auto  # default"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	var again map[string]any
	if err := yaml.Unmarshal([]byte(out.String()), &again); err != nil {
		t.Fatal(err)
	}
}

func TestNoTwoSettingsShareAnEnvironmentVariable(t *testing.T) {
	all := settings()
	seen := map[string]string{}
	for _, s := range all {
		name := variable(s.path)
		if other, ok := seen[name]; ok {
			t.Errorf("%s is %s and %s", name, other, s.path)
		}
		seen[name] = s.path
		if got, _ := pathOf(all, strings.ReplaceAll(name, "*", "x")); got != strings.ReplaceAll(s.path, "*", "x") {
			t.Errorf("%s sets %s, want %s", name, got, s.path)
		}
	}
}

func TestAnyFileIsLoadedOrRefusedInWords(t *testing.T) {
	dir := t.TempDir()
	paths := rapid.SampledFrom(settings())
	values := rapid.OneOf(rapid.SampledFrom([]string{"", "null", "1", "-1", "true", "x", "[]", "{}", "[a, 1]", "1e400", "127.0.0.1:0", "file:x", "2026-01-01"}),
		rapid.StringMatching(`[ -~]{0,12}`))
	rapid.Check(t, func(t *rapid.T) {
		parts := strings.Split(strings.ReplaceAll(paths.Draw(t, "setting").path, "*", "x"), ".")
		text := ""
		for i, part := range parts {
			text += strings.Repeat(" ", i) + part + ":\n"
		}
		text = strings.TrimSuffix(text, "\n") + " " + values.Draw(t, "value") + "\n"
		if err := os.WriteFile(filepath.Join(dir, "infolinia.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(Source{Dir: dir}); err != nil && len(err.Error()) < 10 {
			t.Errorf("%s: %v", text, err)
		}
	})
}

func TestTheExampleForServiceLoadsOnceItsSecretsAreThere(t *testing.T) {
	secrets := []string{"TRUNK_PASSWORD", "EXTENSIONS_200_PASSWORD", "ARI_PASSWORD", "HMAC_KEYS_1"}
	var environ []string
	for _, name := range secrets {
		environ = append(environ, prefix+name+"=0123456789abcdef")
	}
	c, err := Load(Source{File: "../../asterisk/systemd/infolinia.yaml", Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	if c.Profile != Production || c.Trunk.Host == "" || len(c.Missing()) != 0 {
		t.Errorf("profile %s, trunk %+v", c.Profile, c.Trunk)
	}
	if _, err := Load(Source{File: "../../asterisk/systemd/infolinia.yaml"}); err == nil || !strings.Contains(err.Error(), "trunk.password") {
		t.Errorf("without its secrets: %v", err)
	}
}

func TestRecordsAreInVarUnlessSaidOtherwise(t *testing.T) {
	for file, want := range map[string]string{
		"":                          "var/records.db",
		"var: data":                 "data/records.db",
		"records: {dsn: a/line.db}": "a/line.db",
		"records: {dsn: \"postgres://u:top-secret@h/x\"}": "postgres://u:top-secret@h/x",
	} {
		c, err := load(t, file)
		if err != nil {
			t.Fatal(err)
		}
		if dsn := string(c.Records.DSN); !strings.HasSuffix(dsn, want) || c.Records.Keep != 180*24*time.Hour {
			t.Errorf("%q: %s, %v", file, dsn, c.Records.Keep)
		}
	}
}
