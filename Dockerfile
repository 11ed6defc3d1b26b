# syntax=docker/dockerfile:1
# psfbot as an image: the program, its settings and articles, nothing else. The database is elsewhere (DATABASE_URL).

FROM rust:1.95-bookworm AS build
WORKDIR /build
# The dependencies alone first, so that this layer is kept as long as Cargo.lock is.
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY sandbox/Cargo.toml sandbox/Cargo.toml
COPY page-tests/Cargo.toml page-tests/Cargo.toml
RUN mkdir -p src sandbox/src sandbox/tests benches tests \
    && echo 'fn main() {}' | tee src/main.rs sandbox/src/main.rs sandbox/tests/main.rs benches/deciders.rs tests/main.rs page-tests/main.rs > /dev/null \
    && touch src/lib.rs sandbox/src/lib.rs \
    && cargo build --release --locked --bin psfbot
COPY .sqlx .sqlx
COPY migrations migrations
# Of config/ only the texts are compiled in; a corrected article rebuilds nothing.
COPY config/locales config/locales
# The font of the pictures.
COPY assets assets
COPY sandbox sandbox
COPY src src
# Cargo goes by the files' times; those of the empty sources above are newer than those of a checkout.
RUN touch src/main.rs src/lib.rs sandbox/src/lib.rs sandbox/src/main.rs && cargo build --release --locked --bin psfbot

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app psfbot
WORKDIR /app
COPY --from=build /build/target/release/psfbot /usr/local/bin/psfbot
COPY config config
USER psfbot
# No HEALTHCHECK: /healthz is off unless [web] says where it listens, and there is nothing in here to ask it with. Let what
# runs the container ask.
ENTRYPOINT ["psfbot"]
CMD ["run"]
