# Everything is run from here. Python 3.11 and its venv module are all that is needed beforehand;
# tests with a browser, an antivirus or a client in JavaScript install what they need when they may.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
CLAMD := $(shell command -v clamd)
NPM := $(shell command -v npm)
FHIR_KIT := fhir-kit-client@2.0.3
MAY_APT := $(shell [ "$$(id -u)" = 0 ] && echo apt-get || (sudo -n true 2>/dev/null && echo sudo -n apt-get))
# Three for two cores: who runs the stories mostly waits for the browser and the server.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadgroup

.PHONY: install demo test test-long check bench lock clean chromium clamd npm
.DEFAULT_GOAL := demo

install: $(VENV)/.base

demo: install
	$(BIN)/carnet demo $(if $(PERSONS),--persons $(PERSONS)) $(if $(PORT),--port $(PORT))

test: $(VENV)/.test chromium clamd npm
	$(PYTEST)

test-long: $(VENV)/.test chromium clamd npm
	CARNET_LONG=1 $(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=carnet.config.settings.sandbox \
	  $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

bench: $(VENV)/.test
	for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

# Versions and hashes of everything, for Python 3.11 on Linux.
lock:
	$(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --group test -o requirements/test.txt
	$(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --group test --group check --group tools -o requirements/dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info

# Each set of packages leaves a mark, newer than what it was installed from.
$(VENV)/.base: requirements/base.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(link_sources)
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# The sources are used where they stand: a path file and a launcher, so that nothing is built or fetched.
define link_sources
$(BIN)/python -c 'import pathlib, sys, sysconfig; \
  pathlib.Path(sysconfig.get_path("purelib"), "carnet-sources.pth").write_text(str(pathlib.Path("src").resolve()) + "\n"); \
  launcher = pathlib.Path(sysconfig.get_path("scripts"), "carnet"); \
  launcher.write_text("#!/bin/sh\nexec \"" + sys.executable + "\" -m carnet.config.cli \"$$@\"\n"); \
  launcher.chmod(0o755)'
endef

chromium:
ifeq ($(CHROMIUM),)
ifneq ($(MAY_APT),)
	$(MAY_APT) update -q && $(MAY_APT) install -q -y --no-install-recommends chromium
else
	@echo "Chromium manque : les parcours dans un navigateur seront sautés (apt install chromium)."
endif
endif

# The antivirus itself, without its lists: tests give it a signature of their own.
clamd:
ifeq ($(CLAMD),)
ifneq ($(MAY_APT),)
	$(MAY_APT) update -q && $(MAY_APT) install -q -y --no-install-recommends clamav-daemon
else
	@echo "clamd manque : les essais avec un antivirus seront sautés (apt install clamav-daemon)."
endif
endif

# A client in JavaScript that others wrote: only the tests that deposit with it need it.
npm: $(VENV)/.base
ifeq ($(NPM),)
ifneq ($(MAY_APT),)
	$(MAY_APT) update -q && $(MAY_APT) install -q -y --no-install-recommends nodejs npm
else
	@echo "npm manque : les essais d'un logiciel en JavaScript seront sautés (apt install nodejs npm)."
endif
endif
	@test -d $(VENV)/node/node_modules/fhir-kit-client || ! command -v npm >/dev/null || \
	  npm install --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
	    --prefix $(VENV)/node $(FHIR_KIT) || \
	  echo "$(FHIR_KIT) n'a pas pu être installé : ses essais seront sautés."
