package asterisk_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"infolinia/asterisk"
	"infolinia/asterisk/child"
	"infolinia/ivr/caller"
)

// dispatcher is the shipped Kamailio before two machines in service, each on an
// address of its own; the operator is whoever calls from 127.0.0.1.
type dispatcher struct {
	address  netip.AddrPort
	machines [2]exchange
	dir      string
}

// newDispatcher starts both; operatorGateway is where calls out go to.
func newDispatcher(t *testing.T, operatorGateway string) *dispatcher {
	t.Helper()
	const path = "/usr/sbin/kamailio" // not in everybody's PATH
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run asterisk/provide test", err)
	}
	d := &dispatcher{address: freeUDP(t, "127.0.0.1"), dir: t.TempDir()}
	listen := [...]netip.AddrPort{freeUDP(t, "127.0.0.11"), freeUDP(t, "127.0.0.12")}
	lists := fmt.Sprintf("1 sip:%s 8 0\n1 sip:%s 8 0\n2 %s 0 0\n", listen[0], listen[1], operatorGateway)
	d.start(t, path, lists)
	for i := range d.machines {
		d.machines[i] = newExchange(t, production(d.address, func(s *asterisk.Settings) {
			s.SIP.Transports[0].Listen = listen[i]
		}))
	}
	for _, m := range d.machines {
		d.stands(t, m, "AP")
	}
	return d
}

// start runs Kamailio with the shipped configuration and the lists of a site.
func (d *dispatcher) start(t *testing.T, path, lists string) {
	t.Helper()
	config, err := os.ReadFile("kamailio/kamailio.cfg")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"kamailio.cfg":    string(config),
		"dispatcher.list": lists,
		"address.list":    "2 127.0.0.1 32\n",
		"site.cfg": fmt.Sprintf(`listen=udp:%[1]s
modparam("dispatcher", "list_file", "%[2]s/dispatcher.list")
modparam("permissions", "address_file", "%[2]s/address.list")
modparam("ctl", "binrpc", "unix:%[2]s/ctl")
`, d.address, d.dir),
	} {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Create(filepath.Join(d.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-f", filepath.Join(d.dir, "kamailio.cfg"), "-DD", "-E", "-Y", d.dir, "-w", d.dir)
	cmd.Stdout, cmd.Stderr = log, log
	c, err := child.Start("kamailio", cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Stop(context.Background())
		_ = log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("kamailio's log:\n%s", text)
		}
	})
}

// stands waits until a machine has the flags that kamcmd shows: AP is active.
func (d *dispatcher) stands(t *testing.T, m exchange, flags string) {
	t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		out, err := exec.CommandContext(t.Context(), "/usr/sbin/kamcmd", "-s", "unix:"+d.dir+"/ctl", "dispatcher.list").CombinedOutput()
		_, after, found := strings.Cut(string(out), "URI: sip:"+m.Settings.UDP().String())
		if found && strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(after), "FLAGS:")), flags) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%s never stands at %s (%v):\n%s", m.Settings.UDP(), flags, err, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (d *dispatcher) to() string { return "sip:243645555@" + d.address.String() }

// freeUDP is a port that is free on an address now; see asterisk.Local for the range.
func freeUDP(t *testing.T, address string) netip.AddrPort {
	t.Helper()
	for port := 20000 + time.Now().UnixNano()/1000%12000; ; port++ {
		conn, err := net.ListenPacket("udp", fmt.Sprintf("%s:%d", address, port))
		if err != nil {
			continue
		}
		_ = conn.Close()
		return netip.AddrPortFrom(netip.MustParseAddr(address), uint16(port))
	}
}

// answers makes a machine answer as if a daemon did.
func (e exchange) answers(t *testing.T) {
	t.Helper()
	if _, err := e.CLI(t.Context(), "dialplan add extension start,1,Goto,fallback,s,1 into line replace"); err != nil {
		t.Fatal(err)
	}
}

func (e exchange) calls(t *testing.T) int {
	t.Helper()
	out, err := e.CLI(t.Context(), "core show channels count")
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscanf(out, "%d active channel", &n); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return n
}

func TestCallsGoToTheMachinesInTurnAndEndFromBothSides(t *testing.T) {
	d := newDispatcher(t, "sip:127.0.0.1:9")
	var calls []*caller.Call
	for _, m := range d.machines {
		m.answers(t)
	}
	for range 4 {
		c := d.machines[0].call(t, caller.Options{To: d.to()})
		hears(t, c, "apology")
		calls = append(calls, c)
	}
	for _, m := range d.machines {
		if n := m.calls(t); n != 2 {
			t.Errorf("%s has %d calls of 4", m.Settings.UDP(), n)
		}
	}
	for _, c := range calls[:2] {
		if err := c.Hangup(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range calls[2:] {
		ends(t, c)
	}
	for _, m := range d.machines {
		m.eventually(t, "core show channels count", "0 active channels")
	}
}

func TestACallGoesPastAMachineThatIsLostBeforeItsCallerNotices(t *testing.T) {
	d := newDispatcher(t, "sip:127.0.0.1:9")
	lost, other := d.machines[0], d.machines[1]
	other.answers(t)
	if err := syscall.Kill(-lost.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	thaw := func() { _ = syscall.Kill(-lost.PID(), syscall.SIGCONT) }
	t.Cleanup(thaw)
	for range 2 { // one of them is its turn
		hears(t, d.machines[0].call(t, caller.Options{To: d.to(), Ring: 5 * time.Second}), "apology")
	}
	d.stands(t, lost, "IP")
	for range 2 { // now nobody waits
		hears(t, d.machines[0].call(t, caller.Options{To: d.to(), Ring: time.Second}), "apology")
	}
	thaw()
	d.stands(t, lost, "AP")
}

func TestAMachineWithoutADaemonLeavesItsCallersToTheOtherOne(t *testing.T) {
	d := newDispatcher(t, "sip:127.0.0.1:9")
	bare, other := d.machines[0], d.machines[1]
	other.answers(t)
	for range 2 {
		hears(t, bare.call(t, caller.Options{To: d.to()}), "apology")
	}
	other.eventually(t, "core show channels count", "2 calls processed")

	t.Run("but where there is no other it apologises", func(t *testing.T) {
		other.Kill()
		d.stands(t, other, "IP")
		c := bare.call(t, caller.Options{To: d.to()})
		hears(t, c, "apology")
	})
}

func TestOnlyTheOperatorIsAnsweredAtAll(t *testing.T) {
	d := newDispatcher(t, "sip:127.0.0.1:9")
	ask := func(from string) error {
		conn, err := net.DialUDP("udp", &net.UDPAddr{IP: net.ParseIP(from)}, net.UDPAddrFromAddrPort(d.address))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "OPTIONS %[1]s SIP/2.0\r\nVia: SIP/2.0/UDP %[2]s;branch=z9hG4bK1;rport\r\nFrom: <sip:a@%[2]s>;tag=1\r\n"+
			"To: <%[1]s>\r\nCall-ID: %[2]s\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", d.to(), conn.LocalAddr())
		if err := conn.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, 2000)
		n, err := conn.Read(answer)
		if err == nil && !strings.HasPrefix(string(answer[:n]), "SIP/2.0 200 ") {
			t.Fatalf("%s is answered %s", from, answer[:n])
		}
		return err
	}
	if err := ask("127.0.0.1"); err != nil {
		t.Errorf("the operator is not answered: %v", err)
	}
	if err := ask("127.0.0.9"); err == nil {
		t.Error("a stranger is answered")
	}
}

func TestAMachineDialsOutThroughTheDispatcher(t *testing.T) {
	gateway := freeUDP(t, "127.0.0.1")
	operator, err := caller.Answer(t.Context(), caller.PhoneOptions{Listen: gateway.String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(operator.Close)
	d := newDispatcher(t, "sip:"+gateway.String())
	m := d.machines[0]
	m.dials(t, "Local/+48123456789@office")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, err := operator.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Hangup(); err != nil {
		t.Error(err)
	}
	m.eventually(t, "core show channels count", "0 active channels")
}
