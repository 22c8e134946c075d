package console

import (
	"context"
	"net/http"
	"time"

	"infolinia/ivr"
)

// DeskPage is what the agent's page is made of. All fields but Signed and Elsewhere
// are required.
type DeskPage struct {
	// Signed lets only people who are signed in pass, with WithAgent; the others
	// are sent to the log-in. nil: it is done by Settings.LogIns.
	Signed  func(http.Handler) http.Handler
	Desk    Desk
	Phones  Phones
	Answers Answers
	History History
	Drafts  Drafts
	Cases   Cases
	// Elsewhere are origins of other instances whose telephone websocket a page may
	// use as well, "wss://b.example:8443".
	Elsewhere []string
}

// Desk is the floor as one agent sees it.
type Desk interface {
	View(ctx context.Context, login string) (DeskView, error)
	// Do carries out a command; the error is a DeskRefusal when it is not granted.
	Do(ctx context.Context, who Agent, c Command) error
	// Watch sends when anything may look different, until ctx ends. What was not
	// read yet is not sent again. As long as it is watched the page is open.
	Watch(ctx context.Context, page string) <-chan struct{}
}

// Phones gives pages their telephone.
type Phones interface {
	// Secret enrols the agent's browser telephone with a fresh secret; the one
	// before is no longer good.
	Secret(ctx context.Context, who Agent) (PhoneAccount, error)
}

// PhoneAccount is what a browser needs to register.
type PhoneAccount struct {
	URI    string `json:"uri"` // "sip:agent-anna@infolinia"
	User   string `json:"user"`
	Secret string `json:"secret"`
	// Sockets are tried in turn; a path is of the page's own host: "/desk/phone".
	Sockets []string    `json:"sockets"`
	ICE     []ICEServer `json:"ice,omitempty"`
	// Echo is called to check the way of the sound: whoever answers says back what
	// he hears, or at least sends something. Empty: it is not checked.
	Echo string `json:"echo,omitempty"`
}

// ICEServer is a STUN or TURN server in the words of WebRTC's RTCIceServer.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// Answers are the articles of the knowledge base.
type Answers interface {
	// Search finds by words as far as they are typed, or by code, the best first.
	Search(lang, q string, limit int) ([]FoundArticle, error)
	// Article is false for one that is not there.
	Article(id string) (ivr.Article, bool)
}

// FoundArticle is one result of a search.
type FoundArticle struct {
	ID, Code, Title string
	Section         string // that holds most of the words; "": none stands out
}

// History is what callers did before.
type History interface {
	// Earlier are the calls of the same number, by its HMAC, the latest first.
	Earlier(ctx context.Context, caller string, limit int) ([]EarlierCall, error)
}

// EarlierCall is a call of the same number.
type EarlierCall struct {
	At      time.Time
	Topic   string // "": not known
	Queue   string // "": it was in none
	Outcome ivr.Outcome
	Agent   string // name of who talked with the caller; "": nobody
	Code    ivr.Texts
	Note    string
}

// Drafts keep what an agent writes until the wrap-up is finished. A task that has
// none has an empty one.
type Drafts interface {
	Draft(ctx context.Context, login, task string) (Draft, error)
	SaveDraft(ctx context.Context, login, task string, d Draft) error
}

// Draft is a note that is not finished, and the code chosen so far.
type Draft struct{ Note, Code string }

// Cases are looked up in the office's own system.
type Cases interface {
	// Case is false when there is none of this number.
	Case(ctx context.Context, number, lang string) (CaseStatus, bool, error)
}

// CaseStatus is how a case stands.
type CaseStatus struct{ Number, Text string }
