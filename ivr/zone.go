package ivr

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zone must be there on any machine
)

var warsaw = mustLoad("Europe/Warsaw")

// Warsaw is the zone of the line: of opening hours, notices and spoken times.
func Warsaw() *time.Location { return warsaw }

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(fmt.Sprintf("zone %s is built in: %v", name, err))
	}
	return loc
}
