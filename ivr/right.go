package ivr

// Right is something a role may do.
type Right string

// The rights.
const (
	TakeCalls      Right = "take_calls"
	Supervise      Right = "supervise"       // see and help those who take calls
	SeeLine        Right = "see_line"        // how the line is: its page of calls, hours and files
	EditContent    Right = "edit_content"    // flows, articles, hours and notices
	ManageAccounts Right = "manage_accounts" // who may log in, and do what
)

// May tells whether the role has a right. One that does not exist has none.
func (r Role) May(do Right) bool {
	switch r {
	case RoleAgent:
		return do == TakeCalls
	case RoleSupervisor:
		return do == TakeCalls || do == Supervise || do == SeeLine
	case RoleEditor:
		return do == EditContent || do == SeeLine
	case RoleAdmin:
		return true
	}
	return false
}
