# One command per wish. `make` alone lists them.
PYTHON ?= python3
ARGS ?=
FUZZ_SECONDS ?= 60

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
BUILD_TOOLS := scikit-build-core nanobind cmake ninja
KERNEL_FILES := $(shell find kernel cmake -name '*.[ch]pp' -o -name CMakeLists.txt -o -name '*.cmake' 2>/dev/null)
WEB_FILES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

# Hundreds of processes are started by the tests: without bytecode each would compile every module it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-kernel test-web test-python check check-python check-web check-kernel fmt gen snapshots fuzz bench soak sdist clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up -----------------------------------------------------------------------------------------------------
# Stamps keep a second run quick: Python packages follow the pins, the build follows the kernel and the page.

.venv/.created:
	@sh scripts/prerequisites.sh "$(PYTHON)"
	@echo "glassboard: making the virtual environment in .venv"
	@"$(PYTHON)" -m venv .venv
	@touch $@

.venv/.tools: .venv/.created constraints.txt
	@$(PIP) install -c constraints.txt $(BUILD_TOOLS)
	@touch $@

# The kernel and the page are compiled into an editable install; Python files are used in place.
.venv/.demo: .venv/.tools pyproject.toml CMakeLists.txt $(KERNEL_FILES) $(WEB_FILES)
	@echo "glassboard: building the kernel and the page, installing what the demo needs (a few minutes the first time)"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) install -c constraints.txt --no-build-isolation -e '.[demo,projector]'
	@touch $@

.venv/.dev: .venv/.demo
	@echo "glassboard: installing what the tests need"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

.venv/browser: .venv/.dev scripts/find_browser.py
	@$(BIN)/python scripts/find_browser.py > $@.new && mv $@.new $@

setup: .venv/.dev ## install everything into .venv and build

# --- use --------------------------------------------------------------------------------------------------------

demo: .venv/.demo ## train the walkthrough and watch it at http://localhost:6006 (ARGS="--quick --no-serve")
	@$(BIN)/glassboard demo $(ARGS)

dev: .venv/.dev ## the gallery and the page with hot reload; the API comes from a server on port 6006
	cd web && npm run dev -- --open /gallery.html

# --- prove ------------------------------------------------------------------------------------------------------

test: test-kernel test-web test-python ## every test

test-kernel: .venv/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" cmake -S kernel -B build/kernel-tests -G Ninja -DCMAKE_BUILD_TYPE=Release \
	  -DGLASSBOARD_TESTS=ON -DPython_EXECUTABLE="$(CURDIR)/$(BIN)/python" > build/kernel-tests.log || { cat build/kernel-tests.log; exit 1; }
	@PATH="$(CURDIR)/$(BIN):$$PATH" cmake --build build/kernel-tests
	@cd build/kernel-tests && $(CURDIR)/$(BIN)/ctest --output-on-failure

test-web: .venv/.dev
	@cd web && npm test

test-python: .venv/.dev .venv/browser
	@GLASSBOARD_BROWSER="$$(cat .venv/browser)" $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(ARGS)

check: .venv/.dev ## formatting, lint, types, layers
	@$(MAKE) --no-print-directory --jobs 2 check-python check-web check-kernel

check-python: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/architecture

check-web: .venv/.dev
	@cd web && npm run check

check-kernel: .venv/.dev
	@$(BIN)/clang-format --dry-run --Werror $$(find kernel -name '*.[ch]pp')

fmt: .venv/.dev ## format everything
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/clang-format -i $$(find kernel -name '*.[ch]pp')

gen: .venv/.dev ## regenerate the kernel's stub and the page's API types
	@$(BIN)/python kernel/stub.py
	@cd web && npm run gen

snapshots: .venv/.dev .venv/browser ## renew the pictures of the gallery's components; look at them before they go into git
	@GLASSBOARD_RENEW_SNAPSHOTS=1 GLASSBOARD_BROWSER="$$(cat .venv/browser)" $(BIN)/python -m pytest -q tests/browser/test_gallery.py -k looks

fuzz: .venv/.dev ## fuzz the kernel under sanitizers (FUZZ_SECONDS=60)
	@PATH="$(CURDIR)/$(BIN):$$PATH" cmake -S kernel -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	  -DGLASSBOARD_FUZZ=ON -DPython_EXECUTABLE="$(CURDIR)/$(BIN)/python" > /dev/null
	@PATH="$(CURDIR)/$(BIN):$$PATH" cmake --build build/fuzz
	@build/fuzz/fuzz_scanner $(FUZZ_SECONDS)

bench: .venv/.dev ## measure against TensorBoard; figures in benchmarks/results (ten minutes, 1.2 GB in build/bench-data)
	@$(BIN)/python -m benchmarks.make_data build/bench-data
	@$(BIN)/python -m benchmarks.bench_ingest build/bench-data
	@$(BIN)/python -m benchmarks.bench_server build/bench-data
	@$(BIN)/python -m benchmarks.bench_writer
	@$(BIN)/python -m benchmarks.bench_evaluation
	@GLASSBOARD_BROWSER="$${GLASSBOARD_BROWSER:-$$($(BIN)/python scripts/find_browser.py)}" $(BIN)/python -m benchmarks.bench_page_charts
	@GLASSBOARD_BROWSER="$${GLASSBOARD_BROWSER:-$$($(BIN)/python scripts/find_browser.py)}" $(BIN)/python -m benchmarks.bench_graph
	@GLASSBOARD_BROWSER="$${GLASSBOARD_BROWSER:-$$($(BIN)/python scripts/find_browser.py)}" $(BIN)/python -m benchmarks.bench_hparams_page
	@GLASSBOARD_BROWSER="$${GLASSBOARD_BROWSER:-$$($(BIN)/python scripts/find_browser.py)}" $(BIN)/python -m benchmarks.bench_page build/bench-data
	@GLASSBOARD_BROWSER="$${GLASSBOARD_BROWSER:-$$($(BIN)/python scripts/find_browser.py)}" $(BIN)/python -m benchmarks.bench_projector

soak: .venv/.dev ## millions of points, 64 threads, forks, 200 kills, a full disk (ten minutes; ARGS="kills --scale 0.1")
	@$(BIN)/python -m benchmarks.soak_writer $(ARGS)

sdist: .venv/.dev ## source distribution with the built page, and a wheel from it, in dist/
	@$(BIN)/python -m build

clean: ## remove everything that was built or installed
	rm -rf .venv build dist web/node_modules src/glassboard/static src/glassboard/_kernel*.so
