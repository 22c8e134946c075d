package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// network joins the network namespaces of two machines by a bridge. Its addresses
// are of the range for tests of networks (RFC 2544), which leads nowhere:
//
//	.1          the dispatcher, the callers and the office's telephones
//	.2          Redis, with an address of its own so that it alone can be cut off
//	.11, .12    the machines
type network struct {
	name  string // of the bridge, and the beginning of the other names
	octet int
}

var errNeedsRoot = errors.New("network namespaces need root: run with sudo")

// newNetwork makes the bridge; close takes everything away again.
func newNetwork(ctx context.Context) (n *network, err error) {
	if os.Geteuid() != 0 {
		return nil, errNeedsRoot
	}
	n = &network{name: fmt.Sprintf("il%d", os.Getpid()), octet: os.Getpid() % 250}
	err = n.each(ctx,
		"link add "+n.name+" type bridge",
		"addr add "+n.address(1)+"/24 dev "+n.name,
		"addr add "+n.address(2)+"/24 dev "+n.name,
		"link set "+n.name+" up")
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *network) address(host int) string { return fmt.Sprintf("198.18.%d.%d", n.octet, host) }

// space is the name of a machine's namespace, link of its cable's near end.
func (n *network) space(machine int) string { return fmt.Sprintf("%s-%d", n.name, machine) }
func (n *network) link(machine int) string  { return fmt.Sprintf("%sv%d", n.name, machine) }

// plug makes the namespace of a machine, 1 or 2, and its cable.
func (n *network) plug(ctx context.Context, machine int) error {
	space, link := n.space(machine), n.link(machine)
	return n.each(ctx,
		"netns add "+space,
		"link add "+link+" type veth peer name eth0 netns "+space,
		"link set "+link+" master "+n.name+" up",
		"-n "+space+" addr add "+n.address(10+machine)+"/24 dev eth0",
		"-n "+space+" link set eth0 up",
		"-n "+space+" link set lo up")
}

// cut pulls the cable of a machine, or puts it back.
func (n *network) cut(ctx context.Context, machine int, cut bool) error {
	state := "up"
	if cut {
		state = "down"
	}
	return n.each(ctx, "link set "+n.link(machine)+" "+state)
}

// hideRedis takes Redis, and nothing else, from a machine, or gives it back: its
// packets go to where nobody is.
func (n *network) hideRedis(ctx context.Context, machine int, hide bool) error {
	redis := "-n " + n.space(machine) + " neigh"
	if hide {
		return n.each(ctx, redis+" replace "+n.address(2)+" lladdr 02:00:00:00:00:01 dev eth0")
	}
	return n.each(ctx, redis+" del "+n.address(2)+" dev eth0")
}

// killAll ends every process of a machine at once, as the loss of its power would.
func (n *network) killAll(ctx context.Context, machine int) error {
	out, err := n.ip(ctx, "netns pids "+n.space(machine))
	for _, pid := range strings.Fields(out) {
		if p, bad := strconv.Atoi(pid); bad == nil {
			err = errors.Join(err, syscall.Kill(p, syscall.SIGKILL))
		}
	}
	return err
}

// inside writes a program that runs another one in a machine's namespace.
func (n *network) inside(machine int, dir, program string) (string, error) {
	path := filepath.Join(dir, "inside")
	text := fmt.Sprintf("#!/bin/sh\nexec ip netns exec %s %s \"$@\"\n", n.space(machine), program)
	return path, os.WriteFile(path, []byte(text), 0o755)
}

func (n *network) each(ctx context.Context, commands ...string) error {
	for _, c := range commands {
		if _, err := n.ip(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (n *network) ip(ctx context.Context, command string) (string, error) {
	out, err := exec.CommandContext(ctx, "ip", strings.Fields(command)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ip %s: %w: %s", command, err, out)
	}
	return string(out), nil
}

// close removes what is there of the network; the cables go with the namespaces.
func (n *network) close() (err error) {
	ctx := context.Background()
	spaces, err := n.ip(ctx, "netns list")
	for line := range strings.Lines(spaces) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(name, n.name+"-") {
			err = errors.Join(err, n.each(ctx, "netns del "+name))
		}
	}
	if _, missing := n.ip(ctx, "link show "+n.name); missing == nil {
		err = errors.Join(err, n.each(ctx, "link del "+n.name))
	}
	return err
}
