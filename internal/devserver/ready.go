package devserver

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

const (
	pollInterval = 100 * time.Millisecond
	askTimeout   = 5 * time.Second
)

// makeReady waits until the server serves and prepares its namespace. It ends early when the server does.
func (s *Server) makeReady(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-s.process.done:
			cancel(s.process.ending())
		case <-ctx.Done():
		}
	}()
	c, err := client.NewLazyClient(client.Options{HostPort: s.Address, Namespace: s.Namespace,
		Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return err
	}
	defer c.Close()
	if err := s.prepare(ctx, c, o); err != nil {
		if s.process.ended() {
			return s.process.ending()
		}
		return err
	}
	return nil
}

func (s *Server) prepare(ctx context.Context, c client.Client, o Options) error {
	if err := s.waitUntilServing(ctx, c); err != nil {
		return err
	}
	if err := s.db.served(); err != nil {
		return err
	}
	if err := SetRetention(ctx, c, o.Namespace, o.Retention); err != nil {
		return err
	}
	return RegisterSearchAttributes(ctx, c, o.Namespace, o.SearchAttributes)
}

// waitUntilServing asks for the metrics page first. The server listens there only after it found all its ports free, so
// an answer tells that what answers on the other ports is this server, and not one that took a port from it.
func (s *Server) waitUntilServing(ctx context.Context, c client.Client) error {
	checks := []func(context.Context) error{
		func(ctx context.Context) error { return getPage(ctx, webAddress(s.ports.metrics)+"/metrics") },
		func(ctx context.Context) error {
			_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
			return err
		},
		func(ctx context.Context) error {
			_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.Namespace})
			return err
		},
	}
	if s.UIURL != "" {
		checks = append(checks, func(ctx context.Context) error { return getPage(ctx, s.UIURL) })
	}
	for _, check := range checks {
		if err := poll(ctx, check); err != nil {
			return err
		}
	}
	return nil
}

// poll repeats check until it succeeds or ctx ends; then the error holds the cause and the last answer.
func poll(ctx context.Context, check func(context.Context) error) error {
	for {
		asking, cancel := context.WithTimeout(ctx, askTimeout)
		err := check(asking)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last answer: %w)", context.Cause(ctx), err)
		case <-time.After(pollInterval):
		}
	}
}

// loopback ignores proxies: they cannot reach this machine's loopback address.
var loopback = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func getPage(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := loopback.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 4<<20))
	return err
}
