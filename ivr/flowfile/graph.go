package flowfile

import "infolinia/ivr/flow"

// graph is what the flows look like from above: stations and the exits between
// them. Events and links of the line are stations too.
type graph struct {
	stations map[string]*station
	order    []string // ids as written
}

// station is a node as the analyses see it.
type station struct {
	id, flow string
	at       position // of its name
	typ      string
	listens  bool // waits for keys
	person   bool // hands the caller to a person or takes a message
	ends     bool // ends the call
	opaque   bool // wrong in itself, so nothing can be concluded from it
	menu     bool
	exits    []exit
	reads    []use
	keys     []string // of a menu and its links
}

// exit is a way out of a station.
type exit struct {
	to   string // id of a node, or flow.Return
	call string // flow that is called before
	sets []string
	at   position
	own  bool // written at the node; else it comes from the line
}

// use is a variable read at a place.
type use struct {
	name string
	at   position
	// lookup: it is read as a look-up's input; confirm: by the confirmation of
	// the collect that sets it.
	lookup, confirm bool
}

func newGraph() *graph { return &graph{stations: map[string]*station{}} }

func (g *graph) add(s *station) *station {
	if g.stations[s.id] == nil {
		g.order = append(g.order, s.id)
	}
	g.stations[s.id] = s
	return s
}

// all gives the stations in the order written.
func (g *graph) all() []*station {
	out := make([]*station, len(g.order))
	for i, id := range g.order {
		out[i] = g.stations[id]
	}
	return out
}

// callers are the exits that call a flow.
func (g *graph) callers(name string) []exit {
	var out []exit
	for _, s := range g.all() {
		for _, e := range s.exits {
			if e.call == name {
				out = append(out, e)
			}
		}
	}
	return out
}

// successors are the stations an exit may lead to next; a return leads to
// wherever its flow is called from.
func (g *graph) successors(p *flow.Program, s *station, e exit) []*station {
	var out []*station
	add := func(id string) {
		if t := g.stations[id]; t != nil {
			out = append(out, t)
		}
	}
	switch {
	case e.call != "":
		if f := p.Flows[e.call]; f != nil {
			add(f.Start)
		}
	case e.to == string(flow.Return):
		g.returns(s.flow, map[string]bool{}, add)
	default:
		add(e.to)
	}
	return out
}

// returns gives every node that a return in the flow can lead to, through
// callers that return in their turn.
func (g *graph) returns(name string, seen map[string]bool, add func(id string)) {
	if seen[name] {
		return
	}
	seen[name] = true
	for _, s := range g.all() {
		for _, e := range s.exits {
			switch {
			case e.call != name:
			case e.to == string(flow.Return):
				g.returns(s.flow, seen, add)
			default:
				add(e.to)
			}
		}
	}
}
