# README's two commands are `make render` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
# Once, here: where PYTHONDONTWRITEBYTECODE is set, every start would compile all of it again.
COMPILE := $(BIN)/python -m compileall -q compiler
export PATH := $(CURDIR)/$(TOOLS):$(PATH)

.PHONY: render test check lint bench bench-peers bench-docs tools golden clean

render: $(VENV)/.installed
	$(BIN)/mtc render blueprints/guide.yaml -o out/

test: $(VENV)/.tested tools
	$(BIN)/pytest -n 2 --dist worksteal

# Everything that CI runs.
check: test lint

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What mtc costs, against the committed baseline: exit 1 where a case is 15 % worse. BENCH=quick: two minutes.
bench: $(VENV)/.tested
	$(BIN)/python -m bench $(if $(filter quick,$(BENCH)),--quick)

# The other tool that `make bench` runs beside mtc, in an environment of its own; see docs/performance.md.
bench-peers: $(TOOLS)/kapitan/.stamp

# Makes the last run of `make bench` the baseline, and writes the figures and the plot of docs/performance.md.
bench-docs: $(VENV)/.tested
	$(BIN)/python -m bench --page

$(TOOLS)/kapitan/.stamp:
	$(PYTHON) -m venv $(TOOLS)/kapitan
	$(TOOLS)/kapitan/bin/pip install --quiet 'kapitan[reclass-rs]==0.36.3' rapidyaml==0.15.2
	@touch $@

# The wrapped tool: kubeconform, built by Go. Without Go its tests skip and say so.
tools: $(TOOLS)/kubeconform.stamp $(TOOLS)/chromium.stamp $(TOOLS)/strace.stamp $(TOOLS)/language-server.stamp

$(TOOLS)/kubeconform.stamp:
	@mkdir -p $(TOOLS)
	@if command -v go >/dev/null; then \
	  GOBIN=$(CURDIR)/$(TOOLS) go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0; \
	else echo "no Go on this machine: the kubeconform tests will skip"; fi
	@touch $@

# What completes and underlines in editors. Without npm its tests skip and say so.
$(TOOLS)/language-server.stamp:
	@mkdir -p $(TOOLS)
	@if command -v npm >/dev/null; then \
	  npm install --prefix $(TOOLS) --no-save --no-audit --no-fund --ignore-scripts --silent yaml-language-server@1.19.2; \
	else echo "no npm on this machine: the editor tests will skip"; fi
	@touch $@

# Kills and watches the compiler from outside. Without it its tests skip and say so.
$(TOOLS)/strace.stamp:
	@mkdir -p $(TOOLS)
	@if command -v strace >/dev/null; then :; \
	  elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    { apt-get -qq update && apt-get -qq install -y strace; } >/dev/null || \
	      echo "strace could not be installed: the tests that kill a render at its system calls will skip"; \
	else echo "no strace on this machine: the tests that kill a render at its system calls will skip"; fi
	@touch $@

# The browser that reads the review's page. Without it, or the right to install it, its tests skip and say so.
$(TOOLS)/chromium.stamp:
	@mkdir -p $(TOOLS)
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update --quiet=2; \
	  apt-get install --yes --quiet=2 --no-install-recommends chromium >/dev/null || echo "chromium did not install"; \
	fi
	@command -v chromium >/dev/null || echo "no chromium on this machine: the tests of the page will skip"
	@touch $@

# Writes the expected outputs anew; read the difference before you commit it.
golden: $(VENV)/.tested
	MTC_GOLDEN=1 $(BIN)/pytest -q tests/test_cases.py tests/test_blueprints.py
	$(BIN)/mtc render blueprints/guide.yaml -o out/ --force

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/.tested: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[test]'
	@$(COMPILE)
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) $(TOOLS) .pytest_cache .mypy_cache .ruff_cache .hypothesis
