package main

import (
	"github.com/dapr/dapr/cmd/daprd/options"
	"github.com/dapr/dapr/pkg/healthz"
	"github.com/dapr/dapr/pkg/metrics"
	"github.com/dapr/dapr/pkg/runtime"
	"github.com/dapr/dapr/pkg/security"
	"go.opencensus.io/stats/view"
)

// configFrom hands every flag of daprd to the runtime. A flag that is forgotten here is silently ignored,
// so an upgrade of Dapr has to compare it with runtime.Config.
func configFrom(opts *options.Options, identity security.Handler, health healthz.Healthz) *runtime.Config {
	return &runtime.Config{
		AppID:          opts.AppID,
		Mode:           opts.Mode,
		Config:         opts.Config,
		ResourcesPath:  opts.ResourcesPath,
		ComponentsPath: opts.ComponentsPath,
		Registry:       registries(),
		Security:       identity,
		Healthz:        health,

		// The app.
		AppProtocol:              opts.AppProtocol,
		ApplicationPort:          opts.AppPort,
		AppChannelAddress:        opts.AppChannelAddress,
		AppMaxConcurrency:        opts.AppMaxConcurrency,
		AppSSL:                   opts.AppSSL,
		AppBindingOptionsTimeout: opts.AppBindingOptionsTimeout,
		EnableAppHealthCheck:     opts.EnableAppHealthCheck,
		AppHealthCheckPath:       opts.AppHealthCheckPath,
		AppHealthProbeInterval:   opts.AppHealthProbeInterval,
		AppHealthProbeTimeout:    opts.AppHealthProbeTimeout,
		AppHealthThreshold:       opts.AppHealthThreshold,

		// Its own APIs.
		DaprHTTPPort:                  opts.DaprHTTPPort,
		DaprAPIGRPCPort:               opts.DaprAPIGRPCPort,
		DaprAPIListenAddresses:        opts.DaprAPIListenAddresses,
		DaprInternalGRPCPort:          opts.DaprInternalGRPCPort,
		DaprInternalGRPCListenAddress: opts.DaprInternalGRPCListenAddress,
		DaprPublicPort:                opts.DaprPublicPort,
		DaprPublicListenAddress:       opts.DaprPublicListenAddress,
		UnixDomainSocket:              opts.UnixDomainSocket,
		AllowedOrigins:                opts.AllowedOrigins,
		MaxRequestSize:                opts.MaxRequestSize,
		ReadBufferSize:                opts.ReadBufferSize,
		EnableAPILogging:              opts.EnableAPILogging,
		EnableProfiling:               opts.EnableProfiling,
		ProfilePort:                   opts.ProfilePort,

		// The control plane; unused in local runs.
		EnableMTLS:                   opts.EnableMTLS,
		SentryAddress:                opts.SentryAddress,
		ControlPlaneAddress:          opts.ControlPlaneAddress,
		ActorsService:                opts.ActorsService,
		ActorsDisseminationTimeout:   opts.ActorsDisseminationTimeout,
		RemindersService:             opts.RemindersService,
		SchedulerAddress:             opts.SchedulerAddress,
		SchedulerStreams:             opts.SchedulerJobStreams,
		DisableBuiltinK8sSecretStore: opts.DisableBuiltinK8sSecretStore,

		// Shutdown and reload.
		DaprGracefulShutdownSeconds: opts.DaprGracefulShutdownSeconds,
		DaprBlockShutdownDuration:   opts.DaprBlockShutdownDuration,
		HotReloadReconcileInterval:  opts.HotReloadReconcileInterval,
		DisableInitEndpoints:        opts.DisableInitEndpoints,

		Metrics: metrics.Options{
			Enabled:       opts.Metrics.Enabled(),
			Port:          opts.Metrics.Port(),
			ListenAddress: opts.Metrics.ListenAddress(),
			Namespace:     metrics.DefaultMetricNamespace,
			Meter:         view.NewMeter(),
			Healthz:       health,
			Log:           log,
		},
	}
}
