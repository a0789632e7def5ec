# The commands of Signet. What is missing on this machine is installed first, see tools/setup.

.DEFAULT_GOAL := help
.PHONY: help run build dev test bench fuzz screenshots lint fmt

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build the release and start Signet on http://127.0.0.1:3000, with its data in ./data
	@exec env -u SIGNET_TOOLS_DIR target/release/signet serve

build: ## build the release: target/release/signet and target/site
	@tools/setup run
	@tools/build

dev: ## start Signet from a debug build, again after every change
	@tools/setup run
	@tools/dev

test: ## run every test
	@tools/setup test
	@tools/test

bench: ## measure the validator, the pages, the REST API and calls
	@tools/setup bench
	@tools/bench

fuzz: ## try for half an hour to make the validator fall over
	@tools/setup fuzz
	@tools/fuzz

screenshots: build ## take the pictures in end2end/screenshots of the real pages
	@tools/setup test
	@cd end2end && node_modules/.bin/playwright test --project=screenshots

lint: ## check format and lints only
	@tools/setup run
	@tools/test scripts lockfile format lint lint-wasm

fmt: ## format the sources
	@cargo fmt --all
	@cargo fmt --manifest-path app/fuzz/Cargo.toml
