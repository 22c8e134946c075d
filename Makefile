# Targets of infolinia. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help provide build run test check chaos bench clean

GO ?= go
INSTANCES ?= 1

## help: list these targets
help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST) | sed 's/: /\t/' | expand -t 20

## provide: put in place what the line needs: packages as root, Asterisk as anybody
provide:
	@asterisk/provide

## build: bundle the desk's scripts and build bin/infolinia
build:
	@$(GO) run ./ivr/console/bundle
	@$(GO) build -o bin/infolinia ./cmd/infolinia

## run: install what is missing, start the whole line here and stay until Ctrl-C (INSTANCES=2: with a second daemon that stands by)
run: provide build
	@bin/infolinia up --instances $(INSTANCES)

## test: all tests with a real Asterisk and Redis on free ports, race detector on
test:
	@asterisk/provide test
	@$(GO) run ./ivr/console/bundle
	$(GO) vet ./...
	$(GO) test -race -p 2 -timeout 12m $$($(GO) list ./... | grep -vE "/cmd/infolinia(-chaos)?\$$")
	@# Thousands of calls through random trouble; a seed that fails is named and replays.
	$(GO) test -timeout 12m ./ivr/call -run Random -runs 2000 -first 1000
	$(GO) test -timeout 12m ./ivr/desk -run 'Random|Every' -runs 10000 -depth 6
	@# Whole calls, with their own clocks: they get the machine to themselves.
	$(GO) test -race -p 1 -timeout 20m ./cmd/infolinia ./cmd/infolinia-chaos

## check: what is wrong with the call flows and articles, and their transcripts
check: build
	bin/infolinia check
	bin/infolinia test

## chaos: break what the line stands on while people call, and say what held (CHAOS="-run redis", -short)
chaos:
	@asterisk/provide test
	@$(GO) run ./cmd/infolinia-chaos $(CHAOS)

## bench: what the line costs beside Asterisk's own dialplan, 35 minutes (BENCH=-quick: two; BENCH="-soak 30m": for leaks)
bench: provide
	@$(GO) run ./cmd/infolinia-bench $(BENCH)

## clean: forget what was built; calls, prompts and passwords in var/ stay
clean:
	rm -rf bin
