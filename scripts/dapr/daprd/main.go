// The Dapr sidecar with only the components that this project uses. Dapr's own main registers every
// stable component: that takes minutes more to compile and makes the program half as big again.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/dapr/dapr/cmd/daprd/options"
	"github.com/dapr/dapr/pkg/buildinfo"
	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/modes"
	"github.com/dapr/dapr/pkg/runtime"
	"github.com/dapr/dapr/pkg/security"
	"github.com/dapr/kit/concurrency"
	"github.com/dapr/kit/logger"
	"github.com/dapr/kit/signals"
)

var log = logger.NewLogger("dapr.runtime")

func main() {
	opts, err := options.New(os.Args[1:])
	if err != nil {
		log.Fatalf("invalid flags: %v", err)
	}
	switch {
	case opts.RuntimeVersion:
		fmt.Println(buildinfo.Version())
		return
	case opts.BuildInfo:
		fmt.Printf("Version: %s\n", buildinfo.Version())
		return
	case opts.WaitCommand:
		runtime.WaitUntilDaprOutboundReady(opts.DaprHTTPPort)
		return
	}
	opts.Logger.SetAppID(opts.AppID)
	if err := logger.ApplyOptionsToLoggers(&opts.Logger); err != nil {
		log.Fatalf("invalid log settings: %v", err)
	}
	log.Infof("starting Dapr %s with the components of fib-calculator", buildinfo.Version())
	registerComponents(logger.NewLogger("dapr.contrib"), log)
	serve(opts)
}

// serve runs the sidecar until SIGTERM or SIGINT, or until its shutdown API is called. SIGHUP starts it
// again with the same options.
func serve(opts *options.Options) {
	ctx := signals.Context()
	starts := signals.OnHUP(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case start, open := <-starts:
			if !open {
				return
			}
			if err := runOnce(start, opts); err != nil {
				log.Fatalf("Fatal error from runtime: %s", err)
			}
			if start.Err() == nil {
				// No signal ended it: its shutdown API was called.
				return
			}
		}
	}
}

func runOnce(ctx context.Context, opts *options.Options) error {
	health := healthz.New()
	provider, err := security.New(ctx, security.Options{
		AppID:                   opts.AppID,
		Mode:                    modes.DaprMode(opts.Mode),
		MTLSEnabled:             opts.EnableMTLS,
		SentryAddress:           opts.SentryAddress,
		TrustAnchors:            opts.TrustAnchors,
		ControlPlaneTrustDomain: opts.ControlPlaneTrustDomain,
		ControlPlaneNamespace:   opts.ControlPlaneNamespace,
		JwtAudiences:            opts.SentryRequestJwtAudiences,
		Healthz:                 health,
	})
	if err != nil {
		return err
	}
	sidecar := func(ctx context.Context) error {
		handler, err := provider.Handler(ctx)
		if err != nil {
			return err
		}
		dapr, err := runtime.FromConfig(ctx, configFrom(opts, handler, health))
		if err != nil {
			return err
		}
		return dapr.Run(ctx)
	}
	return concurrency.NewRunnerManager(provider.Run, sidecar).Run(ctx)
}
