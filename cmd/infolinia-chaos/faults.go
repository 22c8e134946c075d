package main

import "slices"

// faults are all of them, in the order in which they are tried.
func faults() []fault {
	return slices.Concat(daemonFaults(), instanceFaults(), redisFaults(), failoverFaults(), asteriskFaults(), lineFaults(), restFaultList(), storageFaults(), machineFaults(), deskFaults())
}
