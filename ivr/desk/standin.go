package desk

// standIn gives a caller the place of the call back that is owed to him. Whoever
// hangs up and calls once more finds the same place again.
func (u *turn) standIn(t, owed *Task) {
	if owed.State == Connected {
		u.endTry(owed)
	}
	u.rescind(owed, CanceledByCaller)
	if owed.State == Offered {
		owed.State, owed.Since = Waiting, u.w.Now
	}
	t.Entered, t.Owed, owed.Calling = owed.Entered, owed.ID, t.ID
}

// served closes the call back of a caller who was answered.
func (u *turn) served(t *Task) {
	if owed := u.task(t.Owed); owed != nil && owed.Calling == t.ID && !owed.final() {
		u.closeCallback(owed, ClosedCalledAgain)
	}
	t.Owed = ""
}

// release lets the call back of a caller who was not answered stand again.
func (u *turn) release(t *Task) {
	if owed := u.task(t.Owed); owed != nil && owed.Calling == t.ID {
		owed.Calling = ""
	}
	t.Owed, t.Calling = "", ""
}
