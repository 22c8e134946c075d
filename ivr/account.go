package ivr

import (
	"errors"
	"slices"
	"time"
)

// Role is what an account may do.
type Role string

// The roles, from the one that may least.
const (
	RoleAgent      Role = "agent"      // takes calls
	RoleSupervisor Role = "supervisor" // also sees and helps the agents
	RoleEditor     Role = "editor"     // edits flows, articles, hours and notices
	RoleAdmin      Role = "admin"      // everything, accounts as well
)

// Roles lists all roles.
func Roles() []Role { return []Role{RoleAgent, RoleSupervisor, RoleEditor, RoleAdmin} }

// Valid tells whether the role is one that exists.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// ErrNoAccount says that nobody has this login.
var ErrNoAccount = errors.New("no such account")

// Account is one person who may log in.
type Account struct {
	Login    string    `json:"login"`
	Name     string    `json:"name"` // as colleagues read it
	Role     Role      `json:"role"`
	Hash     string    `json:"-"`      // of the password: argon2id, in the PHC string format
	Queues   []string  `json:"queues"` // that it serves, by name; none: all
	Skills   []string  `json:"skills"`
	Device   string    `json:"device,omitempty"` // "" the browser, else an extension of the office such as "201"
	Disabled bool      `json:"disabled,omitempty"`
	Changed  time.Time `json:"changed"`
}
