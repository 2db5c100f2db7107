# Handover: the few commands a person needs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test bench audit sbom pins run-till run-site

PYTHON := .venv/bin/python
SCREEN := -screen 0 1366x768x24

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## prepare .venv and the system libraries; quick when nothing changed
	@packaging/setup

demo: setup ## the demo shop: on a screen to try by hand, without one as a walk-through into var/demo
	@mkdir -p var/demo
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  exec .venv/bin/handover-till --demo; \
	else \
	  exec xvfb-run --auto-servernum --server-args='$(SCREEN)' .venv/bin/handover-till --demo --walk-through var/demo; \
	fi

test: setup ## the whole gate: format, lint, types, arrows, tests, coverage
	@tests/gate

bench: setup ## measure, each figure against a peer of the same run
	@$(PYTHON) -m tests.bench

audit: setup var/audit/tools ## look every library up in the lists of known weaknesses; asks an index
	@var/audit/bin/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

sbom: setup var/audit/tools ## write what is installed, with licences, into var/sbom.json (CycloneDX)
	@var/audit/bin/cyclonedx-py environment $(PYTHON) --output-reproducible --output-file var/sbom.json
	@echo "var/sbom.json"

pins: var/audit/tools ## write constraints.txt anew after pyproject.toml changed; PINS=--upgrade takes the newest
	@var/audit/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 $(PINS) \
	  --custom-compile-command "make pins" --extra dev pyproject.toml packaging/build-tools.txt --output-file constraints.txt

var/audit/tools: packaging/audit-tools.txt
	@python=$$(packaging/find-python) && "$$python" -m venv --clear var/audit
	@var/audit/bin/python -m pip install --quiet --disable-pip-version-check --requirement packaging/audit-tools.txt
	@touch var/audit/tools

run-till: setup ## start the till
	@exec .venv/bin/handover-till

run-site: setup ## start the site service on loopback with its own SQLite file
	@mkdir -p var
	@exec .venv/bin/handover-site serve --database sqlite:///var/site.sqlite --port 8700
