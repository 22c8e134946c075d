package flow

import "infolinia/ivr"

func (s *Schedule) enter(t *turn)    { t.goTo(s.target(t.w.Hours[s.Ref].Case)) }
func (s *Schedule) on(*turn, signal) {}

// target follows the fallbacks between cases; hours that vanished are closed.
func (s *Schedule) target(state ivr.HoursCase) Target {
	if target, ok := s.Cases[string(state)]; ok {
		return target
	}
	if state == ivr.HoursSpecial {
		return s.Cases[string(ivr.HoursOpen)]
	}
	return s.Cases[string(ivr.HoursClosed)]
}

func (d *Decision) on(*turn, signal) {}
func (d *Decision) enter(t *turn) {
	env := t.env(t.c.Lang)
	for _, b := range d.Cases {
		v, err := b.When.eval(env)
		if err != nil {
			t.internalError(err.Error())
			return
		}
		if yes, _ := v.(bool); yes {
			t.goTo(b.Goto)
			return
		}
	}
	t.goTo(d.Else)
}

func (s *Set) on(*turn, signal) {}
func (s *Set) enter(t *turn) {
	for _, a := range s.Vars {
		v, err := a.Expr.eval(t.env(t.c.Lang))
		if err != nil {
			t.internalError(err.Error())
			return
		}
		value, ok := ivr.ValueOf(v)
		if !ok {
			t.internalError("expression " + a.Expr.Source + " gives no value a variable can hold")
			return
		}
		t.set(a.Var, value)
	}
	t.goTo(s.Next)
}

// set gives a variable its value, and tells of it.
func (t *turn) set(name string, v ivr.Value) {
	if t.c.Vars == nil {
		t.c.Vars = map[string]ivr.Value{}
	}
	t.c.Vars[name] = v
	t.note(ivr.Note{Event: "set", Node: t.c.Node, Var: name, Value: v.Any()})
}

func (c *CallFlow) enter(t *turn)      { t.call(c.Flow, c.Next) }
func (c *CallFlow) on(*turn, signal)   {}
func (s *SetOutcome) enter(t *turn)    { t.goTo(s.Next) }
func (s *SetOutcome) on(*turn, signal) {}
