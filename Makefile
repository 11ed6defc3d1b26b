# `make demo` and `make test` are all that a newcomer needs; CI runs `make test`, then `make check`.

CARGO = cargo

.PHONY: demo test check bench fuzz image up down fmt sqlx sqlx-check postgres-binaries tools page-test browser screenshot

## Try everything on this machine: prints one address
demo:
	@bin="$$(scripts/postgres-binaries.sh)" && $(CARGO) build --locked --bin psfbot && \
	PSFBOT_POSTGRES_BIN="$$bin" exec target/debug/psfbot demo $(ARGS)

## The whole test suite, on one private PostgreSQL cluster that is made for it
test:
	@bin="$$(scripts/postgres-binaries.sh)" && $(CARGO) build --locked --bin psfbot && \
	PSFBOT_POSTGRES_BIN="$$bin" target/debug/psfbot postgres --temporary -- $(CARGO) test --locked --workspace $(ARGS)

## Formatting, lints, query data, dependencies and licences; the page in a browser
check: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) clippy --locked --package page-tests --test page -- -D warnings
	@$(MAKE) --no-print-directory sqlx-check
	$(CARGO) deny --offline check licenses bans sources
	$(CARGO) run --locked --quiet --bin psfbot -- knowledge check
	@$(MAKE) --no-print-directory page-test

PAGE_TEST = bin="$$(scripts/postgres-binaries.sh)" && chrome="$$(scripts/browser.sh)" && $(CARGO) build --locked --bin psfbot && \
	PSFBOT_POSTGRES_BIN="$$bin" CHROME="$$chrome" RUST_TEST_THREADS="$${RUST_TEST_THREADS:-3}" $(CARGO) test --locked --package page-tests --test page

## The demo's page, used in a headless Chromium
page-test:
	@$(PAGE_TEST) $(ARGS)

## Installs Chromium where there is none and that is possible
browser:
	@scripts/browser.sh

## Takes the README's picture of the page anew
screenshot:
	@$(PAGE_TEST) -- --ignored the_readmes_picture

## Renews .sqlx, the query data that lets the program be built without a database
sqlx:
	@CARGO="$(CARGO)" scripts/query-data.sh .sqlx

## Fails when .sqlx is not what `make sqlx` would write
sqlx-check:
	@CARGO="$(CARGO)" scripts/query-data.sh target/sqlx-now
	@diff -r .sqlx target/sqlx-now && echo "query data is current"

bench:
	$(CARGO) bench --locked --bench answers
	$(CARGO) bench --locked --bench deciders $(ARGS)

## Damaged feeds through reading, planning and rendering, for FUZZ_SECONDS; a seed that fails is printed
FUZZ_SECONDS = 600
fuzz:
	PSFBOT_FUZZ_SECONDS=$(FUZZ_SECONDS) $(CARGO) test --locked --test suite -- --ignored --exact --nocapture feeds::mutate::for_a_long_time

## The image of the Dockerfile
image:
	docker build --tag psfbot .

## Bot and database by compose.yaml, which says what must be there first
up:
	docker compose up --build --detach

down:
	docker compose down

postgres-binaries:
	@scripts/postgres-binaries.sh

fmt:
	$(CARGO) fmt --all

## What `make check` needs beyond the toolchain
tools:
	@command -v cargo-deny >/dev/null || { echo "installing cargo-deny with cargo install" && $(CARGO) install cargo-deny --locked --version 0.20.2; }
