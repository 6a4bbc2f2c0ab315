# Everything a developer does has a target here; `make help` lists them. CI calls `make test` and nothing else.
SHELL := /bin/bash
# One set of flags for every build: another set would compile Fyne a second time, which takes minutes.
GO ?= go
BIN := bin
LINT := $(BIN)/golangci-lint
# The packages without a window: they are tested under the race detector. app/springboard is tested as a real window.
PLAIN := ./assets/... ./upgrade/... ./platform/... ./app/cli/... ./app/house/... ./app/wire/... ./app/version/... ./app/springboardctl/...

# Under the race detector every program sleeps for a second at its end unless told otherwise, so that what is left of it may still race. There are hundreds of them in the tests.
export GORACE ?= atexit_sleep_ms=0

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: run
run: ## build, make a practice server, open the window on it (without a display: the same walk on the command line); YES=1 installs without asking
	@scripts/run $(if $(YES),--yes)

.PHONY: setup
setup: ## install the Debian packages that a build needs (says which, and asks)
	@scripts/setup --for build

.PHONY: build
build: $(BIN)/springboardctl $(BIN)/springboard ## build both programs into bin/

.PHONY: $(BIN)/springboardctl $(BIN)/springboard
$(BIN)/springboardctl:
	CGO_ENABLED=0 $(GO) build -o $@ ./app/springboardctl
$(BIN)/springboard:
	$(GO) build -o $@ ./app/springboard

.PHONY: test
test: ## everything that CI runs
	@scripts/setup --for test
	@$(MAKE) --no-print-directory format vet lint build test-plain test-ui test-window

.PHONY: format
format: ## fail when a file is not gofmt'ed
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); [ -z "$$unformatted" ] || { echo "not gofmt'ed:"; echo "$$unformatted"; exit 1; }

.PHONY: vet
vet: ## go vet for Linux and for Windows
	$(GO) vet ./...
	GOOS=windows CGO_ENABLED=0 $(GO) vet $(PLAIN)

$(LINT): tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	cd tools && $(GO) build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: lint
lint: $(LINT) ## golangci-lint, with the import rules
	$(LINT) run ./...

.PHONY: test-plain
test-plain: ## tests of the engine and the command line, under the race detector
	$(GO) test -race -timeout 25m $(PLAIN)

.PHONY: test-ui
test-ui: ## tests of the screens with Fyne's test driver; needs no display
	$(GO) test -race ./ui/...

.PHONY: test-window
test-window: build ## the real window, driven by keyboard and mouse under Xvfb
	scripts/with-display --own $(GO) test -count=1 ./app/springboard/...

.PHONY: test-windows
test-windows: ## tests of the engine as Windows programs under Wine, and the practice walk; needs wine, wine64, gcc-mingw-w64-x86-64
	scripts/test-windows

.PHONY: bench
bench: build ## the figures that issues name, each as a ratio against its peer in the same run
	scripts/bench

.PHONY: soak
soak: build ## the proofs that take minutes: each runs shorter in `make test`
	SPRINGBOARD_SOAK=1 $(GO) test -count=1 -timeout 60m -run Soak $(PLAIN)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (default 20s)
	scripts/fuzz $(or $(FUZZTIME),20s)

.PHONY: pictures
pictures: build ## pictures of every screen in both themes into docs/pictures
	scripts/pictures

.PHONY: notices
notices: ## THIRD_PARTY_NOTICES.md from the modules that the programs are built of
	scripts/notices

.PHONY: clean
clean: ## remove what was built, not the practice server
	rm -rf $(BIN) build
