# Two commands do everything from a bare clone: `make book` and `make test`.
# `make` alone lists the others. Only Python (3.11 to 3.13) and make are needed to begin.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Runs a command without those of the caller's environment variables that would change its outputs.
STEADY := $(PY) -I -m cnncourse.steady
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
# LANGUAGE=it, said to make, is that of a site; of the same name is a variable of many systems.
ifeq ($(origin LANGUAGE),environment)
LANGUAGE :=
endif
# The site in English, and in each language that has catalogs, below it.
SITE := _build/.site-en
EDITIONS := $(patsubst locale/%/,_build/.site-%,$(wildcard locale/*/))
PAPERS := $(if $(LANGUAGE),$(LANGUAGE),$(patsubst _build/.site-%,%,$(SITE) $(EDITIONS)))
# Files that a page is made from, and folders, whose files may be added to or deleted.
SITE_SOURCES := $(shell find book cnncourse exercises -type f -not -name '*.pyc' -not -path '*/.*') \
	$(shell find book/ exercises/ -type d -not -path '*/.*') _config.yml THIRD-PARTY.md \
	$(wildcard licenses/*)

.DEFAULT_GOAL := help
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*[#][#] .*/\1/p' Makefile)

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

book: $(if $(LANGUAGE),_build/.site-$(LANGUAGE),$(SITE) $(EDITIONS))  ## build the site, executing every chapter, into _build/html (one language: LANGUAGE=it)
	@echo "The site is up to date: open _build/html/index.html"

book-paper: $(PAPERS:%=_build/.paper-%)  ## make a PDF and an EPUB of the built site, which then offers them (one language: LANGUAGE=it)
	@echo "They are up to date: _build/html/cnncourse.pdf and .epub, those of other languages below"

# Threads that wait do it asleep, as in cnncourse/steady.py; `make bench` keeps PyTorch's default.
grade: export OMP_WAIT_POLICY := PASSIVE

# Three processes for two cores: tests wait as well, for limits of time, browsers and servers.
WORKERS := 3

# The chapters' stored outputs are compared with the execution that the site was made of
# (tests/book/test_outputs.py), so nothing is executed twice; `make nbval` executes them afresh.
test: $(TOOLS) $(SITE)  ## run every test: library, notebooks, release, grading, site
	$(STEADY) $(PY) -m pytest -n $(WORKERS)
	@$(STEADY) $(PY) tests/needs.py

# The library and its checks, one submission in the sandbox, pages read and built: while one works.
QUICK := $(addprefix tests/,test_arithmetic.py test_operations.py test_checks.py test_compare.py \
	test_observe.py test_course.py test_front_door.py test_house.py grading/test_records.py \
	grading/examining/test_examiner.py::test_right_answers_get_everything \
	grading/running/test_reader.py site/test_site_extension.py)
quick: $(TOOLS)  ## the tests for while one works, under a minute and a half
	$(STEADY) $(PY) -m pytest -n 2 -q $(QUICK)

nbval: $(READY)  ## execute the chapters afresh and compare their outputs (one: make nbval NAME=lenet)
	$(STEADY) $(PY) -m pytest -n 2 --nbval --nbval-sanitize-with tests/nbval_sanitize.cfg $(or $(NAME:%=book/%.ipynb),book)

# With TESTS, these are added to what earlier tests have reached, and there is no floor.
coverage: $(TOOLS) $(SITE)  ## which lines and branches of the library the tests reach (more: TESTS=tests/site)
	$(if $(TESTS),,rm -rf _build/coverage)
	mkdir -p _build/coverage
	$(STEADY) $(PY) -m coverage run -m pytest -n $(WORKERS) $(TESTS)
	$(PY) -m coverage combine --append --quiet
	$(PY) -m coverage report $(if $(TESTS),--fail-under=0)

setup: $(READY)  ## get Chromium and bubblewrap for the tests; `make test` does this once
	tools/setup.sh tests $(PY) $(TOOLS)

serve: $(SITE)  ## show the site at http://localhost:8000
	$(PY) -m http.server --directory _build/html --bind 127.0.0.1 8000

lab: $(READY)  ## open chapters and exercises in JupyterLab
	$(VENV)/bin/jupyter lab

check: $(READY)  ## run the visible tests of a student's notebook: make check NAME=convolution
	@$(VENV)/bin/cnncourse check $(NAME)

data: $(READY)  ## fetch CIFAR-10 (170 MB) unless it is there
	$(VENV)/bin/cnncourse data

kit: $(READY)  ## pack what students get into _build/student-kit/ and an archive of it
	$(VENV)/bin/cnncourse kit

ranking: $(READY)  ## who trained best: bonus and ranking of graded lenet_cifar10.pt files
	$(VENV)/bin/cnncourse ranking

grade: $(READY)  ## grade grading/submitted/ (one assignment: make grade NAME=lenet_cifar10)
	$(VENV)/bin/cnncourse grade $(NAME)

soak: $(READY)  ## what takes too long for `make test`: whole classes, kills, machines that fail
	$(PY) -m pytest $(wildcard tests/*/soak_*.py tests/*/*/soak_*.py)

soak-vm: $(READY)  ## try the sandbox under control groups of version 2 (Debian's User Mode Linux)
	PYTHON=$(abspath $(PY)) tools/soak_vm.sh

bench: $(READY)  ## measure speed against the alternatives, into _build/benchmarks.json
	$(PY) -m benchmarks

try: $(READY)  ## try the assignments' tests with right and wrong answers and with slips (NAME=im2col)
	@for name in $(or $(NAME),$(notdir $(patsubst %/,%,$(wildcard solutions/*/)))); do \
	  $(STEADY) $(PY) -m cnncourse try $$name --keep || true; done

mutants: $(READY)  ## put small faults into the library, to see whether the tests notice (NAME=checks)
	$(PY) tools/mutants.py $(NAME)

refresh: $(READY)  ## re-execute the committed chapters (some: make refresh NAME="lenet")
	$(STEADY) $(PY) tools/refresh.py $(NAME)

release: $(READY)  ## generate exercises/ from solutions/
	$(STEADY) $(VENV)/bin/cnncourse release $(NAME)

# The figures' scripts are checked too where there is Node, which nothing else needs.
lint: $(READY) $(if $(shell command -v npm),types-js)  ## check format, style and types: ruff, mypy, tsc
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

types-js: $(READY) node_modules/.package-lock.json  ## check the types of the figures' scripts (needs Node)
	$(PY) tools/figure_types.py _build/states.d.ts
	node_modules/.bin/tsc

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund

lock:  ## choose versions for pyproject.toml's dependencies, into requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header --no-annotate $(addprefix --upgrade-package ,$(UPGRADE)) \
		--output-file requirements.lock pyproject.toml

calibrate: $(READY)  ## measure the accuracies behind the graded levels (NAME=resnet)
	$(PY) tools/calibrate.py $(or $(NAME),lenet_cifar10)

clean:  ## delete what was built, keep the environment and the data
	rm -rf _build

# The environment: made again when the lock or the package's own metadata changes; the mark is
# written last, so that an interrupted installation is never taken for a whole one. Compiled, as pip
# does by itself: a sandbox could not keep what it compiles, for two seconds each time it starts.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] < (3, 14) or sys.exit("cnncourse needs Python 3.11 to 3.13 and this is " + sys.version.split()[0] + ": name another one, as in  make PYTHON=python3.12 book")'
	@rm -f $@
	@if command -v uv >/dev/null; then \
		echo "Installing the environment into $(VENV) with uv"; \
		uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
		VIRTUAL_ENV=$(VENV) uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation --editable .; \
	else \
		$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || tools/setup.sh venv $(PYTHON) || exit 1; \
		echo "Installing the environment into $(VENV) with pip (some minutes)"; \
		$(PYTHON) -m venv $(VENV) && \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock && \
		$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@# Kernels of the build talk over the loopback interface; the warning about it is one a chapter.
	@mkdir -p $(VENV)/etc/ipython
	@echo 'get_config().IPKernelApp.log_level = "ERROR"' >$(VENV)/etc/ipython/ipython_kernel_config.py
	@$(VENV)/bin/cnncourse doctor --needed
	@touch $@

# What could not be installed for the tests, with the reason: an empty file where nothing is missing.
$(TOOLS): $(READY) tools/setup.sh
	@tools/setup.sh tests $(PY) $@

# This mark, younger than every source, says that nothing changed. Where only texts of pages did,
# Sphinx makes these pages anew, and all of them (--all) otherwise. It would hide on a second run
# what it warned of on the first, so a build that fails leaves nothing to go on from.
# Executed chapters are cached, keyed on the library's source (cnncourse/site).
$(SITE): $(READY) $(SITE_SOURCES)
	@rm -f $@
	$(STEADY) $(VENV)/bin/jupyter-book build book -W --keep-going --quiet \
		$(if $(filter-out book/%.ipynb book/%.md book/,$?),--all) || (rm -rf _build/.doctrees; exit 1)
	@touch $@

# Another language: its book is generated, built in a folder of its own and put below the English
# site. Texts that have no translation are counted and shown in English.
_build/.site-%: $(READY) $(SITE_SOURCES) $(shell find locale -name '*.po')
	@rm -f $@
	$(STEADY) $(PY) -m cnncourse translate generate $*
	$(STEADY) $(VENV)/bin/jupyter-book build _build/$*/book --path-output _build/$* -W --keep-going --all --quiet
	@mkdir -p _build/html && rm -rf _build/html/$* && mv _build/$*/_build/html _build/html/$*
	@touch $@

# From the pages of the site: no chapter is executed for it.
_build/.paper-%: _build/.site-%
	@rm -f $@
	$(STEADY) $(PY) tools/book_paper.py $*
	@touch $@
