#!/usr/bin/env bash
# Says what is there, what is missing and what to do about it: after docs/deploy/aks.md, or in the
# middle of it. Looks only; changes nothing. Ends with 1 when something is wrong.
#   NAMESPACE (fib-calculator), and kubectl's current context
set -uo pipefail

namespace=${NAMESPACE:-fib-calculator}
wrong=0
good() { printf 'ok      %s\n' "$1"; }
# bad WHAT WHAT-TO-DO
bad() {
    printf 'WRONG   %s\n        → %s\n' "$1" "$2"
    wrong=$((wrong + 1))
}
in_namespace() { kubectl --namespace "$namespace" "$@" 2>/dev/null; }
exists() { in_namespace get "$@" --output name >/dev/null; }
finish() {
    if ((wrong)); then
        printf '\n%s wrong.\n' "$wrong"
        exit 1
    fi
    printf '\nAll is well.\n'
    exit 0
}

cluster() {
    if ! kubectl version >/dev/null 2>&1; then
        bad "kubectl reaches no cluster" "az aks get-credentials --resource-group \$RESOURCE_GROUP --name \$CLUSTER"
        finish
    fi
    good "kubectl reaches $(kubectl config current-context 2>/dev/null || echo a cluster)"
}

dapr() {
    if ! kubectl get crd components.dapr.io --output name >/dev/null 2>&1; then
        bad "Dapr is not installed" "az k8s-extension create … --extension-type Microsoft.Dapr (step 4); elsewhere: dapr init --kubernetes --wait"
        return
    fi
    local name ready
    for name in dapr-operator dapr-sentry dapr-sidecar-injector; do
        ready=$(kubectl --namespace dapr-system get deployment "$name" --output 'jsonpath={.status.availableReplicas}' 2>/dev/null)
        if [[ ${ready:-0} -gt 0 ]]; then good "$name runs"; else
            bad "$name does not run" "kubectl --namespace dapr-system describe deployment $name"
        fi
    done
    [[ $(kubectl --namespace dapr-system get configuration daprsystem --output 'jsonpath={.spec.mtls.enabled}' 2>/dev/null) == true ]] &&
        good "sidecars prove who they are to each other (mTLS)" ||
        bad "mTLS is off: any pod may pretend to be any app" "install Dapr with global.mtls.enabled=true"
    local level drops
    level=$(kubectl get namespace "$namespace" --output 'jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}' 2>/dev/null)
    drops=$(kubectl --namespace dapr-system get deployment dapr-sidecar-injector \
        --output 'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="SIDECAR_DROP_ALL_CAPABILITIES")].value}' 2>/dev/null)
    if [[ $level == restricted && $drops != true ]]; then
        bad "the sidecars keep capabilities, which the namespace's Pod Security Standard refuses" \
            "az k8s-extension update … --configuration-settings dapr_sidecar_injector.sidecarDropALLCapabilities=true (step 4)"
    fi
}

applied() {
    if ! kubectl get namespace "$namespace" --output name >/dev/null 2>&1; then
        bad "there is no namespace $namespace" "kubectl create namespace $namespace (step 6)"
        finish
    fi
    local name
    for name in statestore statestore-replica pubsub broadcast entries sweep; do
        exists "component.dapr.io/$name" || { bad "the component $name is missing" "kubectl apply --kustomize … (step 7)"; return; }
    done
    good "the components are there"
}

# What needs a Secret, and what its keys are.
secrets() {
    local secret keys key value wanted
    wanted='dapr-api-token token
app-api-token token
operator-token token'
    # Managed services have an address instead of a pod, and no password of a pod.
    if exists statefulset/redis-statefulset; then wanted+=$'\nredis-secret password'; else wanted+=$'\nredis-secret host password'; fi
    if exists statefulset/postgres-statefulset; then wanted+=$'\npostgres-secret password connectionString'; else wanted+=$'\npostgres-secret connectionString'; fi
    if [[ $(in_namespace get component.dapr.io pubsub --output 'jsonpath={.spec.type}') == *servicebus* ]]; then wanted+=$'\nservicebus-secret connectionString'; fi
    while read -r secret keys; do
        for key in $keys; do
            value=$(in_namespace get secret "$secret" --output "jsonpath={.data.$key}" | base64 --decode 2>/dev/null)
            if [[ -z $value ]]; then
                bad "the Secret $secret has no $key" "step 6: kubectl create secret generic $secret …"
            elif [[ $value == *example-* && -z $(in_namespace get service proxy --output name) ]]; then
                bad "$secret holds the example that everybody can read" "make a real one: step 6"
            else
                good "the Secret $secret has $key"
            fi
        done
    done <<<"$wanted"
}

# Why a pod is not ready, in words.
explain() {
    local pod=$1 reasons
    reasons=$(in_namespace get pod "$pod" --output 'jsonpath={range .status.containerStatuses[*]}{.state.waiting.reason} {.lastState.terminated.reason} {end}{range .status.conditions[?(@.status=="False")]}{.reason}: {.message} {end}')
    case $reasons in
    *ErrImagePull* | *ImagePullBackOff* | *InvalidImageName*)
        bad "$pod: its image cannot be pulled" "az aks update --resource-group \$RESOURCE_GROUP --name \$CLUSTER --attach-acr \$ACR (step 3), and is the image there? az acr repository show-tags --name \$ACR …" ;;
    *CreateContainerConfigError*)
        bad "$pod: something that it reads is missing" "kubectl --namespace $namespace describe pod $pod; a Secret, most of the time" ;;
    *Unschedulable*)
        bad "$pod fits on no node, or its disk is not there" "kubectl --namespace $namespace describe pod $pod; az aks nodepool scale …" ;;
    *)
        if in_namespace logs "$pod" --container redis --tail 20 | grep -q REFUSED; then
            bad "$pod: the master has no data and would delete its replicas'" "docs/deploy/redis.md, \"A master that lost its disk\""
        else
            bad "$pod is not ready (${reasons:-no reason given})" "kubectl --namespace $namespace describe pod $pod; kubectl --namespace $namespace logs $pod --all-containers --tail 20"
        fi ;;
    esac
}

workloads() {
    local kind name wanted ready pod
    while read -r kind name wanted ready; do
        [[ -n $kind ]] || continue
        if [[ ${ready:-0} == "$wanted" && $wanted != 0 ]]; then
            good "$kind $name: $ready of $wanted are ready"
            continue
        fi
        if [[ $wanted == 0 ]]; then
            good "$kind $name is scaled to none"
            continue
        fi
        local before=$wrong
        while read -r pod; do
            [[ -z $pod ]] || explain "$pod"
        done < <(in_namespace get pods --selector "app.kubernetes.io/name=${name%-statefulset}" \
            --output 'jsonpath={range .items[?(@.status.conditions[?(@.type=="Ready")].status!="True")]}{.metadata.name}{"\n"}{end}')
        if ((wrong == before)); then
            bad "$kind $name: ${ready:-0} of $wanted are ready" "kubectl --namespace $namespace describe $kind $name"
        fi
    done < <(in_namespace get deployments,statefulsets \
        --output 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.spec.replicas} {.status.readyReplicas}{"\n"}{end}')
    for name in api calculator; do
        # Ready without a sidecar: Dapr came after the pods, or its injector was away.
        if in_namespace get pods --selector "app.kubernetes.io/name=$name" --output 'jsonpath={range .items[*]}{.spec.containers[*].name}{"\n"}{end}' |
            grep -v daprd | grep -q .; then
            bad "a pod of $name has no sidecar: Dapr was not there when it was made" "kubectl --namespace $namespace rollout restart deployment $name"
        fi
    done
}

redis() {
    exists statefulset/redis-statefulset || { good "Redis is a managed one"; return; }
    local pod role
    for pod in $(in_namespace get pods --selector app.kubernetes.io/name=redis --output 'jsonpath={.items[*].metadata.name}'); do
        role=$(in_namespace exec "$pod" --container redis -- redis-cli info replication | tr -d '\r')
        case $pod in
        *-0) grep -qx role:master <<<"$role" && good "$pod is the master" || bad "$pod is not the master" "kubectl --namespace $namespace logs $pod" ;;
        *)
            if grep -qx master_link_status:up <<<"$role"; then good "$pod follows it"; else
                bad "$pod does not follow the master" "normal for half a minute after the master started; later: kubectl --namespace $namespace logs $pod --container redis | grep REFUSED, and docs/deploy/redis.md"
            fi
            ;;
        esac
    done
    if exists configmap/redis-begin-anew; then
        bad "the ConfigMap redis-begin-anew is still there: the next master without data would start" "kubectl --namespace $namespace delete configmap redis-begin-anew"
    fi
    if [[ -n $(in_namespace get secret redis-secret --output 'jsonpath={.data.previousPassword}') ]]; then
        bad "redis-secret still accepts the previous password" "finish the rotation: docs/deploy/redis.md"
    fi
}

# Two scalers on one Deployment fight.
scalers() {
    local name
    exists scaledobject.keda.sh/calculator || return 0
    while read -r name; do
        [[ $name == calculator && $(in_namespace get scaledobject.keda.sh calculator --output 'jsonpath={.spec.advanced.horizontalPodAutoscalerConfig.name}') == calculator ]] ||
            bad "the HorizontalPodAutoscaler $name and KEDA both scale the calculator" "kubectl --namespace $namespace delete horizontalpodautoscaler $name"
    done < <(in_namespace get horizontalpodautoscalers \
        --output 'jsonpath={range .items[?(@.spec.scaleTargetRef.name=="calculator")]}{.metadata.name}{"\n"}{end}' | grep .)
}

# The way in, and a question through it.
routing() {
    local address= answer
    if kubectl get gateway fib-gateway --namespace fib-gateway --output name >/dev/null 2>&1; then
        address=$(kubectl get gateway fib-gateway --namespace fib-gateway --output 'jsonpath={.status.addresses[0].value}' 2>/dev/null)
        [[ -n $address ]] || bad "the gateway has no address yet" "is the class there? kubectl get gatewayclass approuting-istio; az aks update … --enable-gateway-api --enable-app-routing-istio (step 2)"
    elif exists ingress/api; then
        address=$(in_namespace get ingress api --output 'jsonpath={.status.loadBalancer.ingress[0].ip}')
        [[ -n $address ]] || bad "the ingress has no address yet" "az aks approuting enable --resource-group \$RESOURCE_GROUP --name \$CLUSTER"
    elif exists service/proxy; then
        address=$(kubectl get nodes --output 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}' 2>/dev/null):$(in_namespace get service proxy --output 'jsonpath={.spec.ports[0].nodePort}')
    else
        bad "nothing leads from outside to the page" "take one of deploy/kubernetes/routing into your overlay"
    fi
    [[ -n $address ]] || return
    if answer=$(curl --silent --show-error --fail --max-time 10 "http://$address/api/config" 2>&1); then
        good "http://$address answers: $answer"
    else
        bad "http://$address/api/config does not answer: $answer" "kubectl --namespace $namespace get pods,endpoints"
    fi
    if curl --silent --fail --max-time 10 "http://$address/api/metrics" 2>/dev/null | grep -q '^fib_'; then
        bad "the metrics can be read from outside" "set METRICS_PORT in the Deployment api, as deploy/kubernetes/base/apps does"
    fi
}

cluster
dapr
applied
secrets
workloads
redis
scalers
routing
finish
