package api

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"exaone/chat"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the numbers of /metrics, in a registry of their own.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec // route, status
	took     *prometheus.HistogramVec
	open     prometheus.Gauge
	tokens   *prometheus.CounterVec // kind
	first    prometheus.Histogram
	each     prometheus.Histogram
}

func newMetrics(gauges func() map[string]float64) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "exaone_requests_total",
			Help: "Requests by route and HTTP status; 499 is a client that left."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "exaone_request_seconds",
			Help: "Time from a request to the end of its reply.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 10)},
			[]string{"route"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{Name: "exaone_requests_open",
			Help: "Requests that are being answered."}),
		tokens: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "exaone_tokens_total",
			Help: "Tokens of finished answers: prompt (cached among them), cached, completion."}, []string{"kind"}),
		first: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "exaone_first_token_seconds",
			Help: "Time from a request to the first piece of its answer.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 14)}),
		each: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "exaone_token_seconds",
			Help: "Mean time per token after the first, by answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}),
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m.requests, m.took, m.open, m.tokens, m.first, m.each,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, kind := range []string{"prompt", "cached", "completion"} {
		m.tokens.WithLabelValues(kind)
	}
	if gauges != nil {
		// Pedantry is for collectors that say beforehand what they have.
		loose := prometheus.NewRegistry()
		loose.MustRegister(momentary(gauges))
		m.handler = promhttp.HandlerFor(prometheus.Gatherers{registry, loose}, promhttp.HandlerOpts{})
		return m
	}
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

// momentary collects gauges whose names nobody knows beforehand.
type momentary func() map[string]float64

// Describe describes nothing: the collector is unchecked.
func (momentary) Describe(chan<- *prometheus.Desc) {}

var gaugeName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Collect reads the gauges. One with a name that cannot be shown becomes a failed scrape, not a gap.
func (g momentary) Collect(out chan<- prometheus.Metric) {
	now := g()
	for _, name := range slices.Sorted(maps.Keys(now)) {
		desc := prometheus.NewDesc("exaone_"+name, "A number of the moment.", nil, nil)
		if !gaugeName.MatchString(name) {
			out <- prometheus.NewInvalidMetric(desc, chat.NewError(chat.CodeBadField, nil, "gauge", name, gaugeName.String()))
			continue
		}
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, now[name])
	}
}

// count counts a request that is over.
func (m *metrics) count(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

// times watches how fast the choices of one request come. It belongs to one goroutine.
type times struct {
	m       *metrics
	now     func() time.Time
	began   time.Time
	choices []struct{ first, last time.Time }
}

func (m *metrics) watch(choices int, now func() time.Time) *times {
	return &times{m: m, now: now, began: now(), choices: make([]struct{ first, last time.Time }, choices)}
}

// note takes an event of a choice.
func (t *times) note(index int, ev chat.Event) {
	c := &t.choices[index]
	switch ev := ev.(type) {
	case chat.Delta, chat.Call, chat.CallDelta:
		c.last = t.now()
		if c.first.IsZero() {
			c.first = c.last
			t.m.first.Observe(c.first.Sub(t.began).Seconds())
		}
	case chat.Finish:
		t.m.tokens.WithLabelValues("prompt").Add(float64(ev.Usage.PromptTokens))
		t.m.tokens.WithLabelValues("cached").Add(float64(ev.Usage.CachedTokens))
		t.m.tokens.WithLabelValues("completion").Add(float64(ev.Usage.CompletionTokens))
		if n := ev.Usage.CompletionTokens; n > 1 && !c.first.IsZero() {
			t.m.each.Observe(c.last.Sub(c.first).Seconds() / float64(n-1))
		}
	case chat.Echo, chat.Phase:
	}
}

// read counts the tokens of texts that were embedded or ranked.
func (m *metrics) read(tokens int) { m.tokens.WithLabelValues("prompt").Add(float64(tokens)) }

// showMetrics writes them in Prometheus' text format.
func (s *Server) showMetrics(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	s.metrics.handler.ServeHTTP(w, r)
	return nil
}

// health says that the server answers. It waits for nothing: not for a model, a disk, or a lock.
func (s *Server) health(w http.ResponseWriter, _ *http.Request, _ chat.Principal) error {
	return s.writeJSON(w, struct {
		Status string `json:"status"`
	}{"ok"})
}
