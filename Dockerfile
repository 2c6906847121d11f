# Cartwright in a container: one binary, an unprivileged user, one volume.
#
#   docker build -t cartwright .
#   docker run --rm -p 2005:2005 -v carts:/data cartwright

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches make a second build quick; they are no part of the image, hence the copy out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bin cartwright \
    && cp target/dist/cartwright /cartwright \
    && mkdir /data

# The same Debian as above, for its C library.
FROM debian:bookworm-slim
COPY --from=build /cartwright /cartwright
# A new volume takes over the owner of the folder that it covers. A number, so that a cluster can tell that it is not root.
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
VOLUME ["/data"]
# A cartwright.toml that is mounted here is read.
WORKDIR /data
ENV CARTWRIGHT_LISTEN=0.0.0.0:2005 \
    CARTWRIGHT_DATABASE=sqlite:/data/cartwright.db
EXPOSE 2005
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["/cartwright", "health"]
# Without a shell around it the program is PID 1 and hears SIGTERM itself.
ENTRYPOINT ["/cartwright"]
