# The broker alone: one static binary, nothing else. Copy nats-server into the build folder first.
FROM scratch
COPY nats-server /nats-server
ENTRYPOINT ["/nats-server"]
