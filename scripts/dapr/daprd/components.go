package main

import (
	"github.com/dapr/components-contrib/bindings/cron"
	"github.com/dapr/components-contrib/bindings/postgres"
	"github.com/dapr/components-contrib/nameresolution/mdns"
	pubsubredis "github.com/dapr/components-contrib/pubsub/redis"
	"github.com/dapr/components-contrib/secretstores/local/env"
	"github.com/dapr/components-contrib/secretstores/local/file"
	stateredis "github.com/dapr/components-contrib/state/redis"
	"github.com/dapr/dapr/pkg/components/bindings"
	"github.com/dapr/dapr/pkg/components/configuration"
	"github.com/dapr/dapr/pkg/components/conversation"
	"github.com/dapr/dapr/pkg/components/crypto"
	"github.com/dapr/dapr/pkg/components/lock"
	"github.com/dapr/dapr/pkg/components/middleware/http"
	"github.com/dapr/dapr/pkg/components/nameresolution"
	"github.com/dapr/dapr/pkg/components/pubsub"
	"github.com/dapr/dapr/pkg/components/secretstores"
	"github.com/dapr/dapr/pkg/components/state"
	"github.com/dapr/dapr/pkg/runtime/registry"
	"github.com/dapr/kit/logger"
)

// registerComponents makes the component types known that a local run or a test may name in YAML. A type
// that is missing here ends the sidecar with "couldn't find … component": add its import and its line, then
// run `go mod tidy`.
func registerComponents(contrib, middleware logger.Logger) {
	state.DefaultRegistry.RegisterComponent(stateredis.NewRedisStateStore, "redis")
	pubsub.DefaultRegistry.RegisterComponent(pubsubredis.NewRedisStreams, "redis")
	bindings.DefaultRegistry.RegisterOutputBinding(postgres.NewPostgres, "postgres", "postgresql")
	bindings.DefaultRegistry.RegisterInputBinding(cron.NewCron, "cron")
	secretstores.DefaultRegistry.RegisterComponent(env.NewEnvSecretStore, "local.env")
	secretstores.DefaultRegistry.RegisterComponent(file.NewLocalSecretStore, "local.file")
	nameresolution.DefaultRegistry.RegisterComponent(mdns.NewResolver, "mdns")

	state.DefaultRegistry.Logger = contrib
	pubsub.DefaultRegistry.Logger = contrib
	bindings.DefaultRegistry.Logger = contrib
	secretstores.DefaultRegistry.Logger = contrib
	nameresolution.DefaultRegistry.Logger = contrib
	configuration.DefaultRegistry.Logger = contrib
	conversation.DefaultRegistry.Logger = contrib
	crypto.DefaultRegistry.Logger = contrib
	lock.DefaultRegistry.Logger = contrib
	http.DefaultRegistry.Logger = middleware
}

// registries holds every kind of component; the runtime requires the kinds without a component as well.
func registries() *registry.Options {
	return registry.NewOptions().
		WithStateStores(state.DefaultRegistry).
		WithPubSubs(pubsub.DefaultRegistry).
		WithBindings(bindings.DefaultRegistry).
		WithSecretStores(secretstores.DefaultRegistry).
		WithNameResolutions(nameresolution.DefaultRegistry).
		WithConfigurations(configuration.DefaultRegistry).
		WithConversations(conversation.DefaultRegistry).
		WithCryptoProviders(crypto.DefaultRegistry).
		WithLocks(lock.DefaultRegistry).
		WithHTTPMiddlewares(http.DefaultRegistry)
}
