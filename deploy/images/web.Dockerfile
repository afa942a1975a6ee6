# The image of the page: files, and an nginx that needs no root. Context: the root of the clone.
#   docker build -f deploy/images/web.Dockerfile -t fib-calculator-web:0.1.0 .
ARG NODE_IMAGE=node:24-bookworm-slim
ARG NGINX_IMAGE=nginx:1.30-bookworm
# As in api.Dockerfile.
ARG BUILD=here

FROM ${NODE_IMAGE} AS build
ARG BUILD
WORKDIR /src
COPY package.json package-lock.json ./
# Without install scripts: what builds here needs none.
RUN [ "$BUILD" = prebuilt ] || npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY apps ./apps
# dist/ where it is there, and package.json so that there is always something to copy. One stage for
# both ways, since some builders run every stage.
COPY package.json dis[t] ./dist/
RUN [ "$BUILD" = prebuilt ] || node --import tsx scripts/build.ts

FROM ${NGINX_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fib-calculator-web" \
      org.opencontainers.image.description="The page of the Fibonacci calculator" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="nginx:1.30-bookworm"
COPY deploy/images/web.nginx.conf /etc/nginx/nginx.conf
COPY --from=build /src/dist/web /usr/share/nginx/html
EXPOSE 8080
USER 101:101
STOPSIGNAL SIGQUIT
# Not the base's entry point, which wants to change files below /etc.
ENTRYPOINT []
CMD ["nginx", "-e", "stderr", "-g", "daemon off;"]
