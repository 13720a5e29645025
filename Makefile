# Suanpan. `make` alone prints what there is. Written for GNU make 3.81 as well, the one macOS brings.

TOOLS        := $(CURDIR)/bin-tools
GOFUMPT      := mvdan.cc/gofumpt@v0.12.0
GOLANGCI     := v2.15.0
# A test binary that hangs should say where, long before a build machine gives up on all of it.
TEST_TIMEOUT ?= 6m
# Seconds for all fuzz targets together (fuzz-short) and for each one (fuzz).
FUZZ_SHORT   ?= 120
FUZZ_EACH    ?= 600
BENCH        ?= .
COUNT        ?= 1

# What a machine may lack, as shell functions for the recipes below. Nothing is installed that is already there; what is missing gathers first, so
# that it comes in one run of the package manager, or one line names all of it.
define PROVIDE
what= debian= brew= must= said=
have() { command -v "$$1" >/dev/null 2>&1; }

# lack WHAT DEBIAN-PACKAGE HOMEBREW-PACKAGE: it does not go without. wish: the same for what it does go without.
lack() { wish "$$@"; must=yes; }
wish() { what="$$what$${what:+, }$$1"; debian="$$debian$${2:+ $$2}"; brew="$$brew$${3:+ $$3}"; }

# provide: installs what is missing, or says in one line what to do and ends where it does not go without.
provide() {
	[ -n "$$what" ] || return 0;
	if have apt-get && [ "$$(id -u)" = 0 ]; then as=env;
	elif have apt-get && have sudo && may_sudo; then as=sudo;
	elif have brew && [ -n "$$brew" ]; then echo "Installing $$what: brew install$$brew"; brew install -q $$brew; return;
	else ask "Missing: $$what. Install with: sudo apt-get install$$debian (Debian)$${brew:+, brew install$$brew (macOS)}"; return; fi;
	echo "Installing $$what: apt-get install$$debian";
	apt_install >/dev/null 2>&1 || { $$as apt-get update -qq >/dev/null && said=$$(apt_install 2>&1); } ||
		{ [ -z "$$said" ] || echo "$$said" >&2; ask "Could not be installed: $$what"; };
}

# may_sudo asks for a password only for what it does not go without, and says what for.
may_sudo() { sudo -n true 2>/dev/null || { [ -n "$$must" ] && [ -t 0 ] && sudo -p "Password of %p, to install $$what: " true; }; }

apt_install() { $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$debian; }

# ask WHAT-TO-DO: goes on where everything missing is only wished for.
ask() {
	[ -z "$$must" ] && { echo "$$1. It goes on without." >&2; return; };
	echo "$$1. Then run make again." >&2; exit 1;
}

need_go() {
	have go || { echo "Go is missing. Get it from https://go.dev/dl/ (1.21 or later fetches the version this project names) and run make again." >&2; exit 1; };
}

# The same places the program looks in, PostgreSQL 15 or later.
have_postgres() {
	for d in "$$PG_BIN" $$(have initdb && dirname "$$(command -v initdb)") /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin \
		/opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin \
		/Applications/Postgres.app/Contents/Versions/*/bin; do
		[ -n "$$d" ] && [ -x "$$d/initdb" ] && [ -x "$$d/postgres" ] || continue;
		v=$$("$$d/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/');
		[ "$${v:-0}" -ge 15 ] && return 0;
	done;
	return 1;
}

need_postgres() {
	have_postgres || lack PostgreSQL postgresql postgresql@17;
}

have_font() {
	for d in "$$SUANPAN_FONTS" /usr/share/fonts/truetype/droid /usr/share/fonts/truetype/tlwg /usr/local/share/fonts "$$HOME/.local/share/fonts" \
		/Library/Fonts "$$HOME/Library/Fonts" /System/Library/Fonts/Supplemental; do
		for f in "$$@"; do [ -n "$$d" ] && [ -f "$$d/$$f" ] && return 0; done;
	done;
	return 1;
}

# fonts wish|lack: Chinese and Thai on documents; without them the program names the gap on the document instead.
fonts() {
	have_font DroidSansFallbackFull.ttf NotoSansSC-Regular.ttf "Arial Unicode.ttf" || "$$1" "a Chinese font" fonts-droid-fallback "";
	have_font Waree.ttf NotoSansThai-Regular.ttf "Arial Unicode.ttf" || "$$1" "a Thai font" fonts-thai-tlwg-ttf "";
}

need_test_tools() {
	[ -n "$$CHROME_BIN" ] || have chromium || have chromium-browser || have google-chrome || have google-chrome-stable ||
		[ -d "/Applications/Google Chrome.app" ] || [ -d /Applications/Chromium.app ] || lack "a browser" chromium google-chrome;
	{ have pdftotext && have pdftoppm; } || lack "the PDF tools" poppler-utils poppler;
}

# fuzz_targets: one line for each, "package FuzzName".
fuzz_targets() {
	go test -list '^Fuzz' ./... | awk '/^Fuzz/ { name[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, name[i]; n = 0 }';
}

# fuzz SECONDS: every target for so long; the first that finds something ends it and leaves its input in testdata/fuzz.
fuzz() {
	fuzz_targets | while read -r pkg name; do
		echo "== $$pkg $$name for $$1 s";
		go test "$$pkg" -run '^$$' -fuzz "^$$name\$$" -fuzztime "$$1s" -fuzzminimizetime 5s || exit 1;
	done;
}
endef
export PROVIDE

.PHONY: help run build test vet format fmt lint unit bench fuzz fuzz-short cover conformance deps deps-test clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: deps build ## a made month, settled, with its console: everything from nothing
	@./bin/suanpan demo

build: ## bin/suanpan
	@eval "$$PROVIDE"; need_go
	@[ -x bin/suanpan ] || echo "Building bin/suanpan; the first time can take minutes"
	@go build -o bin/suanpan ./cmd/suanpan

test: deps-test vet format lint unit ## the whole suite on a real PostgreSQL

deps:
	@eval "$$PROVIDE"; need_go; [ -n "$$DATABASE_URL" ] || need_postgres; fonts wish; provide

deps-test:
	@eval "$$PROVIDE"; need_go; [ -n "$$SUANPAN_TEST_DATABASE_URL" ] || need_postgres; fonts lack; need_test_tools; provide

vet:
	go vet ./...

# gofumpt is stricter than gofmt; where it cannot be fetched, gofmt has to do and says so.
format:
	@[ -x $(TOOLS)/gofumpt ] && $(TOOLS)/gofumpt -version | grep -q '$(lastword $(subst @, ,$(GOFUMPT)))' || GOBIN=$(TOOLS) GOFLAGS= go install $(GOFUMPT) || true
	@if [ -x $(TOOLS)/gofumpt ]; then f=$(TOOLS)/gofumpt; else f=gofmt; echo "gofumpt could not be fetched: checked with gofmt only"; fi; \
	bad=$$($$f -l $$(find . -name '*.go' -not -path './.*' -not -path './bin-tools/*')) || exit 1; \
	[ -z "$$bad" ] || { [ -n "$(WRITE)" ] && $$f -w $$bad; } || { echo "not formatted; run make fmt:" $$bad >&2; exit 1; }

fmt: ## format every Go file
	@$(MAKE) -s format WRITE=yes

# Building golangci-lint takes minutes, so it only runs where its pinned binary stands already.
lint:
	@for l in $(TOOLS)/golangci-lint "$$(command -v golangci-lint)"; do \
		[ -n "$$l" ] && [ -x "$$l" ] && "$$l" version 2>/dev/null | grep -q '$(subst v,,$(GOLANGCI))' || continue; \
		"$$l" run ./... && exit 0 || exit 1; \
	done; echo "golangci-lint $(GOLANGCI) is not cached: left out (GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI))"

unit:
	go test -timeout $(TEST_TIMEOUT) ./...

bench: deps-test ## the measured figures of docs/performance.md; BENCH=regexp COUNT=n
	@go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 0 ./...

fuzz: deps ## ten minutes for every fuzz target; FUZZ_EACH=seconds
	@eval "$$PROVIDE"; fuzz $(FUZZ_EACH)

fuzz-short: deps ## two minutes for all fuzz targets together; FUZZ_SHORT=seconds
	@eval "$$PROVIDE"; n=$$(fuzz_targets | wc -l); [ $$n -eq 0 ] || fuzz $$(( ($(FUZZ_SHORT) + n - 1) / n ))

cover: deps-test ## test coverage by package, and as a page in out/cover.html
	@mkdir -p out
	@go test -timeout $(TEST_TIMEOUT) -coverpkg ./... -coverprofile out/cover.out ./... | grep -v '^?' && go tool cover -html out/cover.out -o out/cover.html
	@go tool cover -func out/cover.out | tail -n 1

conformance: build ## what the readers make of a folder of invoices: SAMPLES=DIR, OUT=report.jsonl, UPDATE=yes writes docs/conformance.md
	@[ -n "$(SAMPLES)" ] || { echo "Name the folder: make conformance SAMPLES=DIR" >&2; exit 2; }
	@./bin/suanpan conformance "$(SAMPLES)" $(if $(JSON),--json) $(if $(OUT),--out "$(OUT)") $(if $(UPDATE),--update docs/conformance.md)

clean: ## removes what was built here; the demo's data stays
	@rm -rf bin bin-tools out
