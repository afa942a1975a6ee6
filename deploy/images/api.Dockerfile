# The image of the API. Context: the root of the clone.
#   docker build -f deploy/images/api.Dockerfile -t fib-calculator-api:0.1.0 .
ARG NODE_IMAGE=node:24-bookworm-slim
# here: installs and builds in the image, from the lock file.
# prebuilt: takes dist/ as `npm run build` left it; needs no network.
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

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fib-calculator-api" \
      org.opencontainers.image.description="HTTP API and event functions of the Fibonacci calculator" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="node:24-bookworm-slim"
WORKDIR /app
# A program is one file that holds its production dependencies; there are no node_modules.
COPY --from=build /src/dist/api/main.cjs ./api/
COPY --from=build /src/dist/web ./web
ENV NODE_ENV=production APP_PORT=3000 HOST=::
EXPOSE 3000
# By number, since Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
# Node itself is the first process, so that the signal to end reaches it.
CMD ["node", "api/main.cjs"]
