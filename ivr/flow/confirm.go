package flow

func (c *Confirm) enter(t *turn) {
	t.c.Buffer = nil
	t.askAgain()
}

func (c *Confirm) on(t *turn, in signal) {
	if q, ok := t.open(); ok {
		t.hear(q, in)
	}
}

func (c *Confirm) question(t *turn) (question, bool) {
	return question{
		lines:  append(lines(c.Prompt), phrase("yes_no")),
		links:  true,
		strict: true,
		choices: []choice{
			{"1", func() { t.goTo(c.Yes) }},
			{"2", func() { t.goTo(c.No) }},
		},
	}, true
}
