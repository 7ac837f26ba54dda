# What there is to do. Each target's line after ## is its help.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
GO ?= go
TOOL = $(GO) tool -modfile=tools/go.mod
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS = -s -w -X main.version=$(VERSION)
FUZZ_EACH := $(or $(FUZZTIME),10s)
PKG ?= ./...
PLATFORMS = linux/amd64 linux/arm64 windows/amd64 darwin/amd64 darwin/arm64
export CGO_ENABLED ?= 0

.PHONY: help run build ui check test race fuzz bench cross dist pictures kernels notice prove
.DEFAULT_GOAL := help

help: ## what there is to do
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' Makefile prove.mk

run: ## go run . serve
	$(GO) run . serve

build: ## the program, ./exaone
	$(GO) build -trimpath -ldflags "$(LDFLAGS)" -o exaone .

ui: ## the page, web/dist from web/app (needs node and npm; a clone builds without)
	cd web/app && npm ci --no-audit --no-fund && npm run build

check: ## gofmt, go vet, staticcheck, and the tests of the tree itself
	@bad=$$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ ! -f "$$f" ] || echo "$$f"; done | xargs gofmt -l); \
	  if [ -n "$$bad" ]; then echo "gofmt would change:"; echo "$$bad"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	cd tools && $(GO) vet ./... && $(GO) run ./kernels -check -out ../tensor
	$(GO) test -run '^TestTree' -count=1 .

test: ## every test; says at the end which were skipped, and why
	@.ci/test $(PKG)

race: ## the tests under the race detector (needs a C compiler), but for what takes minutes and has no concurrency of ours
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m $(if $(SKIP),-skip '$(SKIP)') $(PKG)

fuzz: ## every fuzz target, FUZZTIME (10s) each
	@.ci/fuzz $(FUZZ_EACH) $(PKG)

bench: ## benchmarks, ten times, into bench/NEW.txt
	@mkdir -p bench
	$(GO) test -run '^$$' -bench . -count 10 $(PKG) | tee bench/NEW.txt

cross: ## build for every platform an archive is made for
	@for p in $(PLATFORMS); do \
	  echo "build $$p"; GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -o /dev/null . ; \
	  GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) vet . ; \
	done

dist: ## archives for every platform, with sums, in dist/
	cd tools && $(GO) run ./dist -root .. -version '$(VERSION)' $(PLATFORMS)

pictures: build ## the pictures of the documents, docs/pictures, of a real server in Chromium
	EXAONE_PROGRAM="$(CURDIR)/exaone" EXAONE_SCREENSHOTS="$(CURDIR)/docs/pictures" $(GO) test . -run '^TestPictures$$' -v -count=1

kernels: ## write the assembly of tensor again, from its description in tools/kernels
	cd tools && $(GO) run ./kernels -out ../tensor

notice: ## write NOTICE again from the modules in the program
	cd tools && $(GO) run ./notice -root .. > ../NOTICE.new && mv ../NOTICE.new ../NOTICE

# Proofs: each prints the figure it proves. docs/benchmarks.md says what each is.
include prove.mk
PROOFS := $(shell sed -n 's/^\(prove-[a-z0-9-]*\):.*/\1/p' prove.mk)
.PHONY: $(PROOFS)
prove: $(filter-out $(EXCEPT),$(PROOFS)) ## every proof, but for those named in EXCEPT
