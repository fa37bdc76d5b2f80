package devserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.temporal.io/api/enums/v1"
)

const (
	// DefaultNamespace always exists on the local server.
	DefaultNamespace = "default"
	// DefaultRetention is how long closed workflows stay readable; the server's own default is one day.
	DefaultRetention = 90 * 24 * time.Hour

	startTimeout = 2 * time.Minute
	portAttempts = 5
)

// Options describe a local server. Only CLI is needed.
type Options struct {
	// CLI is the path of the temporal CLI, from [Find].
	CLI string
	// DBFile is the SQLite file that keeps the data; it and its folder are made on first use. Empty means in memory.
	DBFile string
	// Namespace is made if it is missing. Empty means [DefaultNamespace].
	Namespace string
	// LogFile receives what the server prints, after what it holds already. Empty means that the log is kept only for
	// the error of a failed start.
	LogFile string
	// Headless leaves the Web UI out.
	Headless bool
	// Retention is the least that the namespace keeps closed workflows for. Zero means [DefaultRetention].
	Retention time.Duration
	// SearchAttributes are registered and usable when Start returns.
	SearchAttributes map[string]enums.IndexedValueType
	// UICodecEndpoint is the address of the codec server that the Web UI decodes payloads with. Empty means none.
	UICodecEndpoint string
	// FrontendPort and UIPort are the ports of the gRPC service and of the Web UI on 127.0.0.1. Zero means a free one.
	FrontendPort, UIPort int

	choosePorts func(ports) (ports, error) // replaced in tests; nil means choosePorts
}

// Server is a running local server. It ends with [Server.Stop], and with this process, however that ends.
type Server struct {
	// Address is host and port of the gRPC service.
	Address string
	// UIURL is the address of the Web UI, empty if it is left out.
	UIURL string
	// Namespace is the one that was prepared.
	Namespace string

	ports    ports
	process  *process
	db       *database
	log      *logFile
	stopping atomic.Bool
	done     chan struct{}
	err      error
}

// Start runs a local server and returns when it serves, its namespace keeps workflows long enough, and the search
// attributes can be used. Ctx bounds the start only. A second server on the same file waits for the first to end, for some
// seconds. The error of a failed start ends with the last lines of the server's log.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("not ready within %s", startTimeout))
	defer cancel()
	db, err := openDatabase(ctx, o.DBFile)
	if err != nil {
		return nil, err
	}
	log, err := openLog(o.LogFile)
	if err != nil {
		db.release()
		return nil, err
	}
	s, err := startOnFreePorts(ctx, o, db, log)
	if err != nil {
		db.release()
		log.Close()
		return nil, fmt.Errorf("start the local Temporal server: %w", err)
	}
	go s.watch()
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Namespace == "" {
		o.Namespace = DefaultNamespace
	}
	if o.Retention == 0 {
		o.Retention = DefaultRetention
	}
	if o.choosePorts == nil {
		o.choosePorts = choosePorts
	}
	return o
}

// startOnFreePorts tries again on other ports when the server loses one of them between our choice and its binding.
func startOnFreePorts(ctx context.Context, o Options, db *database, log *logFile) (*Server, error) {
	for attempt := 1; ; attempt++ {
		chosen, err := o.choosePorts(ports{frontend: o.FrontendPort, ui: o.UIPort})
		if err != nil {
			return nil, err
		}
		log.mark()
		s, err := startOn(ctx, o, chosen, db, log)
		if err == nil {
			return s, nil
		}
		if attempt == portAttempts || ctx.Err() != nil || !portTaken(log.tail()) {
			return nil, log.explain(err)
		}
	}
}

func startOn(ctx context.Context, o Options, p ports, db *database, log *logFile) (*Server, error) {
	if err := db.prepare(); err != nil {
		return nil, err
	}
	cmd := exec.Command(o.CLI, arguments(o, p, db.path)...)
	cmd.Env = serverEnvironment(os.Environ())
	cmd.Stdout, cmd.Stderr = log.File, log.File
	cmd.ExtraFiles = db.inherited()
	running, err := startGuarded(cmd)
	if err != nil {
		return nil, err
	}
	s := &Server{Address: address(p.frontend), Namespace: o.Namespace, ports: p,
		process: running, db: db, log: log, done: make(chan struct{})}
	if !o.Headless {
		s.UIURL = webAddress(p.ui)
	}
	if err := s.makeReady(ctx, o); err != nil {
		return nil, errors.Join(err, running.stop(grace))
	}
	return s, nil
}

// settings make one server on one SQLite file fast. Each queue processor of a shard polls 20 times a second by default,
// which costs 50 ms per task, and there is one shard. New search attributes are seen at once instead of after a minute.
// The limits on visibility calls and on namespace changes are made for clusters that many share.
var settings = []string{
	"history.transferProcessorMaxPollRPS=1000",
	"history.timerProcessorMaxPollRPS=1000",
	"history.visibilityProcessorMaxPollRPS=1000",
	"system.forceSearchAttributesCacheRefreshOnRead=true",
	"frontend.namespaceRPS.visibility=1000",
	"frontend.namespaceRPS.namespaceReplicationInducingAPIs=20",
}

// arguments builds the command line. The search attributes stand in it too: a namespace that is made with them has them
// at once, an older one gets them after the start.
func arguments(o Options, p ports, dbFile string) []string {
	args := []string{"server", "start-dev", "--ip", host, "--port", strconv.Itoa(p.frontend),
		"--http-port", strconv.Itoa(p.http), "--metrics-port", strconv.Itoa(p.metrics)}
	if dbFile != "" {
		// A write-ahead log that is not flushed on every commit survives the end of any process; only a power cut can
		// cost the last commits. Seven times faster than SQLite's default.
		args = append(args, "--db-filename", dbFile, "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=1")
	}
	if o.Headless {
		args = append(args, "--headless")
	} else {
		args = append(args, "--ui-port", strconv.Itoa(p.ui))
	}
	if o.UICodecEndpoint != "" {
		args = append(args, "--ui-codec-endpoint", o.UICodecEndpoint)
	}
	if o.Namespace != DefaultNamespace {
		args = append(args, "--namespace", o.Namespace)
	}
	for _, name := range slices.Sorted(maps.Keys(o.SearchAttributes)) {
		args = append(args, "--search-attribute", name+"="+o.SearchAttributes[name].String())
	}
	for _, setting := range settings {
		args = append(args, "--dynamic-config-value", setting)
	}
	return args
}

// serverEnvironment leaves out the variables of Temporal's clients, which the CLI would read as its own defaults.
func serverEnvironment(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool { return strings.HasPrefix(variable, "TEMPORAL_") })
}

// PID is the process id of the server.
func (s *Server) PID() int { return s.process.cmd.Process.Pid }

// Stop ends the server: asked first, killed after ten seconds, which is the only error. When it returns nothing of the
// server runs any more. Stopping twice does nothing.
func (s *Server) Stop() error {
	s.stopping.Store(true)
	err := s.process.stop(grace)
	<-s.done
	return err
}

// Done is closed when the server has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is nil until the server has ended, and after [Server.Stop]; else it says how the server ended by itself.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

func (s *Server) watch() {
	<-s.process.done
	if !s.stopping.Load() {
		s.err = s.log.explain(fmt.Errorf("the local Temporal server %w", s.process.ending()))
	}
	s.db.release()
	s.log.Close()
	close(s.done)
}
