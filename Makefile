# What one types here. The environment is made on the way, and renewed when the pins change.
# Windows has no make: README.md says what to type there.

VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
EXPERIMENTS = $(filter-out __init__ tables,$(basename $(notdir $(wildcard book/experiments/*.py))))
# Doctests, the tests named after a module, and two that are about all modules.
LIBRARY = minigrad $(wildcard $(patsubst minigrad/%,tests/test_%,$(wildcard minigrad/*.py))) \
    tests/test_import.py tests/test_misuse.py

# Else each of a hundred processes would compile NumPy and Matplotlib again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install book test test-browser pdf lighthouse coverage mutants bench notebooks experiments lab lock clean FORCE

help: ## List the targets
	@echo "make …"
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14 | sed 's/^/  /'

install: $(READY) ## Make the environment (the others do so themselves)

book: $(READY) ## Build the book and print where to open it (PYODIDE=local: with Python for its live cells)
	$(BIN)/jupyter-book build . --all -W -n --keep-going

test: $(READY) ## Prove everything: tests, gradients, every number of the book, the build
	$(BIN)/python -m pytest

test-browser: $(READY) ## Read the built book in Chromium as a reader does (needs Chromium)
	$(BIN)/python -m pytest tests/browser --dist=load

pdf: book ## Print the built book into one PDF, with bookmarks and page numbers (needs Chromium)
	cd tests && $(abspath $(BIN))/python -m browser.paper

lighthouse: book ## Let Lighthouse rate the built book (needs npm, its registry, and Chromium)
	cd tests && $(abspath $(BIN))/python -m browser.lighthouse $(PAGES)

coverage: $(READY) ## Name the lines and branches of minigrad that no test of the library reaches
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(LIBRARY)
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

mutants: $(READY) ## Plant faults in minigrad that tests must notice; MODULES="graph scalar" in these
	cd tests && $(abspath $(BIN))/python -m mutation $(MODULES)

bench: $(READY) ## Measure the speed against hand-written NumPy and installed peers
	cd tests && OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(abspath $(BIN))/python -m benchmarks

notebooks: $(READY) ## Execute all notebooks afresh
	$(BIN)/python book/execute.py

experiments: $(READY) ## Measure again what is not done yet, for the tables in book/experiments
	cd book && for name in $(EXPERIMENTS); do \
	    $(abspath $(BIN))/python -m experiments.$$name || exit 1; done

lab: $(READY) ## Open JupyterLab on the notebooks
	$(BIN)/python -m jupyterlab book

lock: ## Pin again what pyproject.toml asks for (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	    --no-annotate --output-file requirements.txt --quiet

clean: ## Remove what was built (the environment stays: rm -r .venv)
	rm -rf _build .coverage* .hypothesis .ipython .mypy_cache .pytest_cache .ruff_cache
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python that is asked for by name must be the one that runs, so the script looks each time.
$(READY): requirements.txt pyproject.toml .ci/environment $(if $(PYTHON),FORCE)
	@PYTHON='$(PYTHON)' sh .ci/environment '$(VENV)'
	@touch $@
