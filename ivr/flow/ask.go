package flow

import (
	"strconv"
	"time"

	"infolinia/ivr"
)

// waitingAfter is how long a look-up may take before the caller is told to
// wait.
const waitingAfter = time.Second

func (a *Ask) enter(t *turn) {
	if node := a.lostInput(t); node != "" {
		t.goTo(Target(node)) // the value was lost in a crash: it is asked for again
		return
	}
	l := t.p.Lookups[a.Ref]
	if l == nil {
		t.internalError("look-up " + a.Ref + " is not in this version")
		return
	}
	t.c.Await = t.id("lookup")
	t.do(a.order(t, l))
	t.arm(timerWaiting, waitingAfter)
	t.arm(timerDeadline, l.Timeout+lookupGrace)
}

// lostInput is the collect of an input that only memory held, and that is gone.
func (a *Ask) lostInput(t *turn) string {
	for _, variable := range a.Input {
		node, sensitive := t.c.Collectors[variable]
		if _, here := t.c.Sensitive[variable]; sensitive && !here {
			return node
		}
	}
	return ""
}

func (a *Ask) order(t *turn, l *Lookup) ivr.StartLookup {
	input := make(map[string]string, len(a.Input))
	for name, variable := range a.Input {
		if v, ok := t.c.Sensitive[variable]; ok {
			input[name] = v
			continue
		}
		input[name] = t.c.Vars[variable].String()
	}
	return ivr.StartLookup{ID: t.c.Await, Name: a.Ref, Timeout: l.Timeout, Input: input}
}

func (a *Ask) on(t *turn, in signal) {
	l := t.p.Lookups[a.Ref]
	switch in := in.(type) {
	case elapsed:
		switch in.purpose {
		case timerWaiting:
			t.say(ivr.Segment{Lines: lines(l.Waiting)})
		case timerDeadline:
			t.c.Await = ""
			a.leave(t, "error")
		}
	case ivr.LookupEnded:
		t.disarm(timerWaiting)
		t.disarm(timerDeadline)
		a.leave(t, a.result(t, l, in))
	}
}

// result judges an answer and takes its values over.
func (a *Ask) result(t *turn, l *Lookup, in ivr.LookupEnded) string {
	result, values := l.Judge(in)
	for i, v := range values {
		t.set(l.Map[i].Var, v)
	}
	return result
}

// Judge says which case an answer is: found, not_found or error. Found brings the
// values of the look-up's map, in its order.
func (l *Lookup) Judge(in ivr.LookupEnded) (result string, values []ivr.Value) {
	switch {
	case in.Fail != "":
		return "error", nil
	case in.NotFound:
		return "not_found", nil
	case in.Code != 404 && (in.Code < 200 || in.Code > 299):
		return "error", nil
	}
	env := map[string]any{"body": in.Body, "code": in.Code}
	found, err := l.Found.eval(env)
	if err != nil && in.Code == 404 {
		return "not_found", nil
	}
	yes, isBool := found.(bool)
	if err != nil || !isBool {
		return "error", nil
	}
	if !yes {
		return "not_found", nil
	}
	values = make([]ivr.Value, len(l.Map))
	for i, m := range l.Map {
		v, err := m.Expr.eval(env)
		if err != nil {
			return "error", nil
		}
		var ok bool
		if values[i], ok = m.convert(v); !ok {
			return "error", nil
		}
	}
	return "found", values
}

// convert makes a JSON value the type a mapping declares.
func (m Mapping) convert(v any) (ivr.Value, bool) {
	switch m.Type {
	case "bool":
		b, ok := v.(bool)
		return ivr.Bool(b), ok
	case "number":
		if s, ok := v.(string); ok {
			return parseNumber(s)
		}
		switch v.(type) {
		case int, int64, float64:
			return ivr.ValueOf(v)
		}
		return ivr.Value{}, false
	case "time":
		s, ok := v.(string)
		if !ok {
			return ivr.Value{}, false
		}
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return ivr.Value{}, false
		}
		return ivr.ValueOf(at)
	}
	switch v.(type) {
	case nil, map[string]any, []any:
		return ivr.Value{}, false
	}
	s, err := plainText(v)
	if err != nil {
		value, ok := ivr.ValueOf(v)
		return ivr.Text(value.String()), ok
	}
	return ivr.Text(s), true
}

func parseNumber(s string) (ivr.Value, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return ivr.Int(n), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ivr.Value{}, false
	}
	return ivr.ValueOf(f) // "NaN" and "inf" are none
}

// leave takes a case; what is being said is heard to its end first.
func (a *Ask) leave(t *turn, name string) {
	t.disarm(timerWaiting)
	t.countRow(a.Ref, name)
	target, ok := a.Cases[name]
	switch {
	case !ok && name == "error":
		t.lookupError()
	case !ok:
		t.exit(a.Cases, name)
	case t.c.Speech != nil:
		t.c.Visit.Exit = string(target)
	default:
		t.goTo(target)
	}
}

// lookupError says that the data cannot be had, behind what is being said.
func (t *turn) lookupError() {
	e := t.p.Events["error.lookup"]
	if e.Goto == "" {
		t.internalError("look-up without a way out for errors")
		return
	}
	t.c.Visit.Exit = string(e.Goto)
	s := ivr.Segment{Lines: lines(e.Prompt), BargeIn: true}
	if t.c.Speech != nil {
		t.c.Speech.Queue = append(t.c.Speech.Queue, s)
		return
	}
	t.say(s)
}

// countRow opens a not-found for the collect it may lead to; any other result
// ends a row.
func (t *turn) countRow(lookup, result string) {
	row := &t.c.Row
	if result != "not_found" || row.Lookup != lookup {
		*row = ivr.Row{Lookup: lookup}
	}
	row.Open = result == "not_found"
}
