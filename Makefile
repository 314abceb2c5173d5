# `make demo` shows the product, `make test` checks everything; both do their own set-up. The rest are parts of these two.
CARGO ?= cargo
NPM_CI = npm --prefix web ci --ignore-scripts --no-audit --no-fund

.PHONY: help demo test fmt lint web unit api doc browser data bench-geocode bench-gazetteer bench-import bench-layers tools clean

help:
	@echo "make demo     build and serve the example map on http://127.0.0.1:8080"
	@echo "make test     all checks; parts: fmt lint web unit api doc browser data"
	@echo "make clean    remove what was built"

demo: tools
	$(CARGO) run --release --locked -- demo

# The fast and strict parts come first; two heavy builds at once only slow each other.
test: fmt lint web unit api doc browser data
	@echo "all checks passed"

fmt:
	$(CARGO) fmt --check

lint: tools web/node_modules
	$(CARGO) clippy --locked --all-targets -- -D warnings

web: tools web/node_modules
	npm --prefix web run --silent check
	npm --prefix web run --silent test

unit: tools
	INSTA_UPDATE=no $(CARGO) test --locked --lib --bins

api: tools
	INSTA_UPDATE=no $(CARGO) test --locked --test all

doc: tools
	$(CARGO) test --locked --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps

browser: tools web/node_modules
	$(CARGO) build --locked
	sh tests/browser/install-chromium.sh
	node tests/browser/run.mjs

# Checks the bundled gazetteer, and compares it with the references in $INCIDENT_MAP_REFERENCE or ../shared/gazetteer that there are.
data: tools
	$(CARGO) build --locked
	@folder="$${INCIDENT_MAP_REFERENCE:-../shared/gazetteer}"; set --; \
	for file in KZ.txt KZ-admin-wof.txt KZ-cities15000-2012.txt; do \
		if [ -f "$$folder/$$file" ]; then set -- "$$@" --against "$$folder/$$file"; fi; \
	done; \
	if [ $$# -gt 0 ]; then set -- "$$@" --explained data/explained.csv; \
	else echo "SKIPPED: the comparison of the bundled gazetteer with references; there are none in $$folder"; fi; \
	$(CARGO) run --locked --quiet -- gazetteer check bundled --strict "$$@"

# How fast names are found, as ratios to a hash map of exact names in the same run.
bench-geocode: tools
	$(CARGO) bench --locked --bench geocode

# A made-up gazetteer of 12 million names: how long it takes to compile and to open, and how much memory.
bench-gazetteer: tools
	$(CARGO) bench --locked --bench large_gazetteer

# A million rows with named places into a fresh database, beside `sqlite3 .import` of the same rows.
bench-import: tools
	$(CARGO) bench --locked --bench import

# Every view of a million incidents under load, beside nginx with the same answers as files; benches/layers/main.rs says what else.
bench-layers: tools
	$(CARGO) bench --locked --bench layers

web/node_modules: web/package-lock.json
	$(NPM_CI)
	@touch web/node_modules

tools:
	@command -v $(CARGO) >/dev/null || { echo "Rust is missing: install it from https://rustup.rs, then try again." >&2; exit 1; }
	@command -v npm >/dev/null || { echo "Node is missing: install Node 20 or later with npm (Debian: apt install nodejs npm), then try again." >&2; exit 1; }

clean:
	$(CARGO) clean
	rm -rf web/node_modules web/dist
