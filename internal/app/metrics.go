package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"

	"tradewind/internal/trade"
)

const (
	// scrapePatience is how long a scrape waits for the ledger.
	scrapePatience = 10 * time.Second
	// scrapesAtOnce bounds the queries that scrapes put to the ledger at one time.
	scrapesAtOnce = 2
)

// Labels are words of ours: no partner, number or amount stands in them.
var (
	recordsMetric = prometheus.NewDesc("tradewind_records", "Records in the ledger, by flow, company and state.", []string{"flow", "company", "state"}, nil)
	overdueMetric = prometheus.NewDesc("tradewind_answers_overdue", "Documents at Cleo whose answer is overdue, by flow and company.", []string{"flow", "company"}, nil)
	stoppedMetric = prometheus.NewDesc("tradewind_lanes_stopped", "1 where a lane is stopped, 0 where it is open again.", []string{"lane"}, nil)
)

// ledgerMetrics counts in the ledger whenever somebody asks, so that all workers tell the same.
type ledgerMetrics struct{ *App }

// Describe names the metrics.
func (m ledgerMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- recordsMetric
	out <- overdueMetric
	out <- stoppedMetric
}

// Collect counts. A ledger that does not answer fails the scrape: no count is better than half of
// one.
func (m ledgerMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience)
	defer cancel()
	if err := errors.Join(m.records(ctx, out), m.lanes(ctx, out)); err != nil {
		m.Log.Warn("the metrics could not be counted", "error", err)
		out <- prometheus.NewInvalidMetric(recordsMetric, errors.New("the ledger does not answer"))
	}
}

func (m ledgerMetrics) records(ctx context.Context, out chan<- prometheus.Metric) error {
	counts, err := m.Ledger.Counts(ctx)
	if err != nil {
		return err
	}
	type group struct{ flow, company string }
	overdue := map[group]float64{} // a zero, too, where something was delivered: alerts end then
	for _, c := range counts {
		out <- prometheus.MustNewConstMetric(recordsMetric, prometheus.GaugeValue, float64(c.Records), string(c.Flow), c.Company, string(c.State))
		late := 0.0
		if c.State == trade.StateOverdue {
			late = float64(c.Records)
		}
		if c.State.Delivered() {
			overdue[group{string(c.Flow), c.Company}] += late
		}
	}
	for g, n := range overdue {
		out <- prometheus.MustNewConstMetric(overdueMetric, prometheus.GaugeValue, n, g.flow, g.company)
	}
	return nil
}

func (m ledgerMetrics) lanes(ctx context.Context, out chan<- prometheus.Metric) error {
	lanes, err := m.Ledger.Lanes(ctx)
	for _, lane := range lanes {
		stopped := 0.0
		if lane.Stopped {
			stopped = 1
		}
		out <- prometheus.MustNewConstMetric(stoppedMetric, prometheus.GaugeValue, stopped, lane.Name)
	}
	return err
}

// metrics serves what the ledger, the process and Temporal's worker count, in Prometheus' text format.
func (a *App) metrics() http.Handler {
	own := prometheus.NewRegistry()
	own.MustRegister(ledgerMetrics{a}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	all := prometheus.Gatherers{own}
	if a.sdk.registry != nil {
		all = append(all, a.sdk.registry)
	}
	return promhttp.HandlerFor(all, promhttp.HandlerOpts{MaxRequestsInFlight: scrapesAtOnce})
}

// sdkMetrics are what the SDK of Temporal counts in this process.
type sdkMetrics struct {
	handler  client.MetricsHandler
	registry *prometheus.Registry
}

// latencies are the bounds of the buckets that the SDK's durations fall into, in seconds.
var latencies = []float64{0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600}

func newSDKMetrics() (sdkMetrics, error) {
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		return sdkMetrics{}, err
	}
	buckets := metric.NewView(metric.Instrument{Kind: metric.InstrumentKindHistogram}, metric.Stream{Aggregation: metric.AggregationExplicitBucketHistogram{Boundaries: latencies}})
	meter := metric.NewMeterProvider(metric.WithReader(reader), metric.WithView(buckets)).Meter("temporal")
	handler := opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{Meter: meter, UseMonotonicCounters: true, OnError: func(error) {}}) // a measure less must not stop work
	return sdkMetrics{handler, registry}, nil
}
