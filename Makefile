# Two commands are enough for a newcomer: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
export PORT
# what Python compiled is kept: else every process of every run of the tests does that anew, for twenty seconds
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test check coverage unit unit-sqlite unit-postgresql browser demo-panel demo-draw demo-queue pictures translations bench-sortition bench-letters bench-web fault-web lock clean

help: ## Show what you can do
	@echo "Wat kunt u doen?"
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-18s %s\n", $$1, $$2}'

$(VENV)/.run: requirements.lock tools/venv.py
	@$(PYTHON) tools/venv.py $(VENV) requirements.lock
	@touch $@

$(VENV)/.test: requirements-test.lock tools/venv.py
	@$(PYTHON) tools/venv.py $(VENV) requirements-test.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## Start the site with the demo region on http://127.0.0.1:5000 (PORT=… for another port)
	@$(BIN)/python tools/run.py

test: check unit browser ## Run everything: lint, types, unit tests on SQLite and PostgreSQL, browser tests
	@echo "make test: alles is goed."

check: $(VENV)/.test translations ## Lint, types, import rules, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy civic & types=$$!; \
	$(BIN)/lint-imports && $(BIN)/djlint templates --lint --quiet && $(BIN)/python tools/catalogue.py check; rest=$$?; \
	wait $$types && exit $$rest

unit: unit-sqlite unit-postgresql ## Unit tests on both databases

unit-sqlite: $(VENV)/.test translations
	$(BIN)/python -m pytest tests --ignore=tests/browser -n 2 --database sqlite

coverage: $(VENV)/.test translations ## The unit tests once more, counting which lines they reach (a fifth slower)
	$(BIN)/python -m pytest tests --ignore=tests/browser -n 2 --database sqlite --cov --cov-report=term:skip-covered

# The lottery engine knows no database, nor do tests of files, of words or of the form of a page: once is enough.
# tests/web/test_matrix.py opens every page and posts every form on both; what runs beside something else, claims,
# counts or locks is tested on both. Who may not is told so before anything is read, the attacks on a draw are stopped
# by hashes and by constraints that both databases have, and what the pages of a panel say is the same: SQLite only.
NO_DATABASE := tests/browser tests/sortition tests/test_bench.py tests/house/test_canonical.py tests/house/test_documents.py \
	tests/house/test_merkle.py tests/web/test_architecture.py tests/web/test_b1.py tests/web/test_plain_dutch.py \
	tests/web/test_html.py tests/web/test_poison.py tests/web/test_tokens.py tests/web/test_wheel.py \
	tests/web/test_headers.py tests/web/test_csrf.py tests/web/test_url_map.py tests/web/test_statements.py \
	tests/panels/test_compute_public.py tests/panels/test_public_bundle.py tests/panels/test_typeset.py \
	tests/seal/test_entry.py tests/seal/test_merkle_consistency.py tests/seal/test_pages.py \
	$(wildcard tests/panels/test_public_draw_pages.py tests/panels/test_draws_public*.py) \
	tests/panels/test_seats_own.py tests/panels/test_seats_staff.py tests/panels/test_letters_text.py \
	tests/web/test_assets.py tests/web/test_templates.py tests/web/test_errors.py tests/web/test_page_cache.py \
	tests/initiatives/test_poster.py tests/initiatives/test_embed.py tests/initiatives/test_feed.py \
	tests/seal/test_script.py tests/seal/test_verify_log.py tests/panels/test_public_draw_attacks.py tests/panels/test_draws_check.py \
	tests/regions/test_rules_pages.py tests/files/test_check.py \
	$(addprefix tests/aanjaagteam/test_,$(addsuffix .py,states flow_twice rows_documented demo open_data \
	case_manual consult_policy figures public moves intake_wrongdoing start follow enter case case_plan causes meetings \
	nobody_ranked unit_labels brief flow_groups handoffs consult_answer \
	units_admin units_pages team_members $(addprefix queue_,board csv views lane due inbox) \
	improvement_mandate improvement_propose consult_quick ladder_states ladder_setup)) \
	$(addprefix tests/initiatives/test_,$(addsuffix .py,rows_documented vague sample_interval states tilemap demo \
	desk_before figures figures_steps)) \
	$(addprefix tests/house/test_,$(addsuffix .py,calendar charts config crypto smallnumbers)) \
	$(addprefix tests/panels/test_,$(addsuffix .py,composition composition_features composition_fix composition_property \
	composition_statistics preparation mandate level show index edit files excel request agreements invitations \
	extractions pool_diversity pool_import result registration_rules seats_noted registration_own freeze_checklist \
	letters_order seats_letters public_draw_ends public_draw_replacement registration waves objection shares receipt \
	freeze_correct)) \
	tests/jobs/test_status.py tests/accounts/test_setup.py tests/initiatives/test_read.py tests/initiatives/test_open_data.py
unit-postgresql: $(VENV)/.test translations
	$(BIN)/python -m pytest tests $(addprefix --ignore=,$(NO_DATABASE)) -n 2 --database postgresql \
		--deselect tests/web/test_matrix.py::test_who_may_not_gets_nothing \
		--deselect tests/web/test_matrix.py::test_staff_without_second_factor_get_nowhere \
		--deselect tests/web/test_matrix.py::test_get_is_refused_where_something_changes

browser: $(VENV)/.test translations ## Browser and accessibility tests in Chromium
	@$(BIN)/python tools/chromium.py
	$(BIN)/python -m pytest tests/browser -n 2

translations: $(VENV)/.run ## Compile the translations
	@$(BIN)/python tools/catalogue.py compile

demo-panel: $(VENV)/.run translations ## Walk a whole panel from mandate to frozen pool in the demo region, then `make run`
	@$(BIN)/python tools/demo_panel.py

demo-draw: $(VENV)/.run translations ## Draw that panel in public: rehearsal, draw, drop-outs, replacement, then `make run`
	@$(BIN)/python tools/demo_draw.py

demo-queue: $(VENV)/.run translations ## Tell what a year of the aanjaagteam looks like in the demo region, then `make run`
	@$(BIN)/python tools/demo_queue.py

pictures: $(VENV)/.test translations ## Make the screenshots in docs/pictures from a running demo
	@$(BIN)/python tools/chromium.py
	$(BIN)/python tools/pictures.py

bench-sortition: $(VENV)/.run ## Measure the lottery engine (POOLS="a b" chooses, PEER=0 without the peer, TIMES=3 repeats)
	@$(BIN)/python -m benchmarks.sortition

bench-letters: $(VENV)/.test ## Measure making letters, with a kill -9 half way (LETTERS=10000)
	@$(BIN)/python -m benchmarks.letters

bench-web: $(VENV)/.test translations ## Measure the web server on PostgreSQL, and ten minutes of a signing peak (needs wrk and postgresql; PEAK=0 without)
	@$(BIN)/python -m benchmarks.web

fault-web: $(VENV)/.test translations ## Kill web, jobs and database during a signing peak, and fill the disk: nothing acknowledged may be lost
	@$(BIN)/python -m benchmarks.fault

lock: ## Resolve the dependencies again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## Remove the virtual environment and the demo database
	rm -rf $(VENV) instance
