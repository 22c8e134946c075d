package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// unknown says that there is no such thing, and which ones may have been meant.
func unknown[V any](what, name string, known map[string]V) error {
	names := slices.Sorted(maps.Keys(known))
	like := similar(name, names)
	switch {
	case len(like) > 0:
		return fmt.Errorf("no %s named %q; did you mean %s?", what, name, strings.Join(like[:min(3, len(like))], " or "))
	case len(names) == 0:
		return fmt.Errorf("no %s named %q, nor any other", what, name)
	case len(names) > 20:
		return fmt.Errorf("no %s named %q", what, name)
	}
	return fmt.Errorf("no %s named %q; there are %s", what, name, strings.Join(names, ", "))
}

// similar are the names a few slips away from name, or that begin with it. They
// are found as a mistyped command is.
func similar(name string, names []string) []string {
	all := &cobra.Command{SuggestionsMinimumDistance: max(2, len(name)/4)}
	for _, n := range names {
		all.AddCommand(&cobra.Command{Use: n, Run: func(*cobra.Command, []string) {}})
	}
	return all.SuggestionsFor(name)
}
