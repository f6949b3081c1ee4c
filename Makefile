# One visible command per target; `make help` lists them.
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
REQUIREMENTS := requirements.txt requirements-dev.txt
# Pins keep their extras: the pip of Python 3.11 does not find the pin of `pyjwt` when something asks for `pyjwt[crypto]`.
LOCK := --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: pythons browser languages docs nightly help picture setup up down preview refresh drift prove serve test check format lock bench fleet clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/installed: $(REQUIREMENTS)
	@echo "python          making .venv from the hashed requirements; about a minute the first time ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed, $(PYTHON) is older; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

setup: .venv/installed ## Make .venv from the pinned and hashed requirements

up: setup ## Try it: a tenant on this machine, `pulumi up`, and the proof that mail opens
	@$(BIN)/python -m sandbox up

down: setup ## Destroy the association in the sandbox tenant
	@$(BIN)/python -m sandbox down

preview: setup ## `pulumi preview` in the sandbox
	@$(BIN)/python -m sandbox exec -- pulumi preview --diff

refresh: setup ## `pulumi refresh` in the sandbox, changing nothing: Error 7 means drift
	@$(BIN)/python -m sandbox exec -- pulumi refresh --preview-only --expect-no-changes --diff

drift: setup ## The documented drift check, both commands, in the sandbox, and the report about what they found
	@$(BIN)/python -m sandbox drift

prove: setup ## Remove each part of the association in turn and show the error that the real service gives
	@$(BIN)/python -m sandbox prove

serve: setup ## Keep the sandbox tenant running to look around
	@$(BIN)/python -m sandbox serve

test: setup ## Every test, the engine tests included
	$(BIN)/python -m sandbox setup
	$(BIN)/pytest -n auto --dist loadgroup

browser: ## Install headless Chromium and its driver, for the tests of the report's page (Debian; root or sudo)
	@if command -v chromium && command -v chromedriver; then exit; fi >/dev/null; \
	command -v apt-get >/dev/null || { echo "no apt-get here: put chromium and chromedriver on PATH; without them the tests of the page are skipped"; exit 1; }; \
	as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends chromium chromium-driver

pythons: setup ## The tests that need no engine on Python 3.11 to 3.14, as far as they are found
	@$(BIN)/python -m tests.pythons

languages: setup ## Build the language host for YAML programs, which examples/yaml needs where Pulumi was built with Go
	@$(BIN)/python -m sandbox languages

check: setup ## Format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## Write the generated tables
	@$(BIN)/python docs/tables.py
	@$(BIN)/python -m tests.guard.documents
	@$(BIN)/python -m tests.errors.documents

picture: setup ## Run the sandbox and draw the README's pictures from what it prints and what the report makes of it
	@$(BIN)/python -m tests.docs.picture
	@$(BIN)/python -m tests.report.picture

lock: ## Pin and hash the requirements again (needs uv)
	uv pip compile $(LOCK) pyproject.toml --group program-test --output-file requirements.txt
	uv pip compile $(LOCK) pyproject.toml --group program-test --group sandbox --group test --group dev --constraint requirements.txt --output-file requirements-dev.txt
	uv pip compile $(LOCK) --group vectors --no-deps --output-file requirements-vectors.txt

nightly: setup languages ## The long tests: 10,000 examples for each property of the certificate reader, cryptography's own vectors, SDKs in other languages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-vectors.txt
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n auto tests/certificates
	$(BIN)/pytest -n auto --dist loadgroup -m nightly tests

bench: setup ## Measure up, preview, refresh and destroy, beside the azuread provider alone
	$(BIN)/python -m sandbox bench

fleet: setup ## 25 tenants, one stack each: deploy, change three, check and report all, and measure it; 5 to 7 minutes
	@$(BIN)/python -m sandbox fleet

clean: ## Remove the sandbox, the virtual environment and the caches
	rm -rf .venv .sandbox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
