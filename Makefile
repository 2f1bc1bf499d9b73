# The verbs of the house. Each does all of its own set-up; `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ADAPTERS := $(wildcard adapters/*)
EDITABLE := -e . $(addprefix -e ,$(ADAPTERS))
FULL ?=
# Whole numbers of a run that tries other examples than the last: SEED=N repeats one.
ifndef SEED
SEED := $(if $(FULL),$(shell $(PYTHON) -c 'import secrets; print(secrets.randbelow(2**32))'))
endif
FRESH = --hypothesis-profile=fresh --hypothesis-seed=$(SEED)
WORKERS ?= 2
PAIRS ?= 2000000
FILES ?= 20000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test audit check cover bench soak scoreboard mutants shape docs format pins clean

help: ## List the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

demo: $(VENV)/.run ## Play the whole journey on real files (results in demo-out/)
	@$(BIN)/eduid demo --dir demo-out

test: $(VENV)/.test ## Run the suite; FULL=1 runs the long tests too, with fresh examples (SEED=N repeats them)
	@$(if $(FULL),echo "eduid: fresh examples; to repeat them: make test FULL=1 SEED=$(SEED)")
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(if $(FULL),$(FRESH),-m "not full") $(ARGS)

audit: $(VENV)/.audit ## Model checker, crash matrix, simulator, store laws, seeded defects (audit-report/)
	@$(BIN)/eduid audit --profile quick --out audit-report

check: $(VENV)/.work ## Format, lint, types, layers, generated pages, docs with warnings as errors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src $(wildcard adapters/*/src)
	@$(BIN)/lint-imports
	@$(BIN)/python tools/generate.py --check
	@$(BIN)/python tools/matching_tables.py --check
	@$(BIN)/python tools/docs_validation.py | cmp - docs/reference/validation.md
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/.work ## Build the docs into docs/_build
	@$(BIN)/sphinx-build -q -n -W --keep-going -b html docs docs/_build/html

cover: $(VENV)/.test ## Branch coverage of the core under the suite
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest -q -m "not full" $(ARGS)
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report

bench: $(VENV)/.work ## Every benchmark beside its peers in one run; writes bench/results.json
	@$(BIN)/python bench/run.py

soak: $(VENV)/.work ## Long fuzz of pairs, numbers, files, commands, rows, differences, by hand (PAIRS=, FILES=, SEED=N)
	@$(BIN)/python tests/fuzz/fuzz_matching.py --count $(PAIRS) $(if $(SEED),--seed $(SEED))
	@$(BIN)/python tests/fuzz/fuzz_validation.py --count $(PAIRS) $(if $(SEED),--seed $(SEED))
	@$(BIN)/python tests/fuzz/fuzz_files.py --count $(FILES) $(if $(SEED),--seed $(SEED))
	@$(BIN)/python tests/fuzz/fuzz_commands.py --count $(PAIRS) $(if $(SEED),--seed $(SEED))
	@$(BIN)/python -m tests.cli.tampering
	@$(BIN)/python bench/soak.py $(PAIRS) $(SEED)

scoreboard: $(VENV)/.work ## Who approves what differs: ours, exact comparison, Splink, recordlinkage
	@$(BIN)/python bench/scoreboard.py

mutants: $(VENV)/.work ## Measure the modules changed since their last mutation run; ARGS="matching.queue --minutes 20"
	@$(BIN)/python tools/mutants.py $(ARGS)

shape: $(VENV)/.test ## Print sizes of files and functions, words, names, circles, one journey
	@$(BIN)/python tools/shape.py

format: $(VENV)/.work ## Format and mend what can be mended by machine; write generated pages
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/python tools/generate.py
	@$(BIN)/python tools/matching_tables.py
	@$(BIN)/python tools/docs_validation.py > docs/reference/validation.md

pins: $(VENV)/.work ## Write requirements/*.txt again
	@cd requirements && for name in run audit test work; do ../$(BIN)/pip-compile -q --allow-unsafe --generate-hashes \
	  --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $$name.txt $$name.in; done

clean: ## Remove what was made
	@rm -rf $(VENV) demo-out audit-report docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# --- set-up: one virtual environment, four depths ----------------------------------------------------------
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("eduid: Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "eduid: install the package python3-venv (apt-get install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

define install
	@echo "eduid: installing requirements/$(1).txt into $(VENV) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/$(1).txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation $(EDITABLE)
endef

$(VENV)/.run: requirements/run.txt pyproject.toml $(wildcard adapters/*/pyproject.toml) | $(VENV)/bin/python
	$(call install,run)
	@touch $@

$(VENV)/.audit: requirements/audit.txt pyproject.toml $(wildcard adapters/*/pyproject.toml) | $(VENV)/bin/python
	$(call install,audit)
	@touch $@ $(VENV)/.run

$(VENV)/.test: requirements/test.txt pyproject.toml $(wildcard adapters/*/pyproject.toml) | $(VENV)/bin/python
	$(call install,test)
	@touch $@ $(VENV)/.audit $(VENV)/.run

$(VENV)/.work: requirements/work.txt pyproject.toml $(wildcard adapters/*/pyproject.toml) | $(VENV)/bin/python
	$(call install,work)
	@touch $@ $(VENV)/.test $(VENV)/.audit $(VENV)/.run
