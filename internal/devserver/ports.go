package devserver

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

const host = "127.0.0.1"

// ports are those that the server is told to listen on. It chooses three more by itself, for its inner services.
type ports struct{ frontend, http, ui, metrics int }

// choosePorts replaces every zero in want by a free port. All are held until the last is chosen, so that they differ;
// between our letting go and the server's binding somebody else may take one (see portTaken).
func choosePorts(want ports) (ports, error) {
	for _, port := range []*int{&want.frontend, &want.ui, &want.http, &want.metrics} {
		listener, err := net.Listen("tcp", address(*port))
		if err != nil {
			return ports{}, fmt.Errorf("port %d cannot be used: %w; stop what uses it or choose another port", *port, err)
		}
		defer listener.Close()
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return want, nil
}

func address(port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

func webAddress(port int) string { return "http://" + address(port) }

// portTaken reports whether the server's log says that it lost a port to somebody else; the second text is that of Windows.
func portTaken(log string) bool {
	return strings.Contains(log, "address already in use") || strings.Contains(log, "Only one usage of each socket address")
}
