# syntax=docker/dockerfile:1.7
# The worker, the operator's command line and the sandbox, without a shell.

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/tradewind ./starter && \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/worker ./worker && \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/sandbox ./sandbox && \
    mkdir -p /out/state && chmod 700 /out/state

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/tradewind /out/worker /out/sandbox /usr/local/bin/
COPY --from=build --chown=65532:65532 /out/state /var/lib/tradewind
COPY config /etc/tradewind
ENV TRADEWIND_CONFIG=/etc/tradewind TRADEWIND_STATE=/var/lib/tradewind
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/worker"]
