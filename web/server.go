package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"exaone/chat"
)

// Limits of connections. Bodies and replies have their own where they are read and written: an answer may take
// minutes.
const (
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	headerSize = 64 << 10
	leaveTime  = 4 * time.Second // of the five that ending may take
)

// Serve answers on a listener until ctx ends, and then ends within five seconds: no new connections, requests that
// go on are cancelled with CodeShuttingDown, and what is left is closed. It closes the listener. The error is nil
// if it ended because of ctx.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	return ServeTLS(ctx, listener, handler, nil, log)
}

// ServeTLS is Serve with encryption, unless config is nil.
func ServeTLS(ctx context.Context, listener net.Listener, handler http.Handler, config *tls.Config, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	requests, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
		BaseContext:       func(net.Listener) context.Context { return requests },
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if config == nil {
			failed <- server.Serve(listener)
			return
		}
		server.TLSConfig = config
		failed <- server.ServeTLS(listener, "", "")
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	cancel(chat.NewError(chat.CodeShuttingDown, nil))
	wait, done := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer done()
	err := server.Shutdown(wait)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests did not end in time and were cut off", "after", leaveTime)
		err = server.Close()
	}
	<-failed
	return err
}
