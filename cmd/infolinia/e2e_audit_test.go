package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// audit runs an audit and gives its exit code.
func (l *line) audit(t testing.TB) (report auditReport, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.binary, "audit", "--json")
	cmd.Env = l.env
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != 2 {
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return report, code
}

func TestAnAuditOfARunningLineFindsWhatIsLeftOver(t *testing.T) {
	t.Parallel()
	l := startLine(t)
	o := l.furnish(t)
	l.dial(t, "14").hears("keys.choose.prompt")
	recording := l.dial(t, "51")
	recording.hearsAll("people.message.prompt")
	talking := l.dial(t, "43")
	ctx, cancel := talking.soon()
	defer cancel()
	if _, err := o.clerk.Next(ctx); err != nil {
		t.Fatal(err)
	}
	l.logged(t, talking.id(), `"input":"ivr.TransferChanged"`)
	if report, code := l.audit(t); code != 0 || report.Callers != 3 || report.Calls != 3 || report.Daemons != 1 {
		t.Errorf("calls of all kinds go on, the audit gives %d: %+v", code, report)
	}

	l.ari(t, http.MethodPost, "/bridges/left-over.1.transfer?name=infolinia-2&type=mixing", nil)
	if err := os.Mkdir(filepath.Join(l.dir, "var", "dynamic", "left-over"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.daemon.Kill()
	report, code := l.audit(t)
	kinds := map[string]int{}
	for _, f := range report.Findings {
		kinds[f.Kind]++
	}
	if code != 1 || kinds["call"] != 3 || kinds["bridge"] != 1 || kinds["speech"] != 1 || kinds["lease"] != 1 {
		t.Errorf("the audit gives %d: %+v", code, report)
	}

	l.redis.Kill()
	if _, code := l.audit(t); code != 2 {
		t.Errorf("without Redis the audit gives %d", code)
	}
}
