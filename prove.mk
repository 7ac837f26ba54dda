# Proofs, by package. Each target prints the figure it proves; docs/benchmarks.md says what each is.

# tokenizer. PYTHON is an interpreter with the package tokenizers 0.23.3; without one, make builds it.
TOKENIZER_VENV ?= .venv/tokenizer
PYTHON ?= $(TOKENIZER_VENV)/bin/python

prove-tokenizer: ## every golden line, and KorQuAD decoded again (EXAONE_MODELS names the GGUF files)
	$(GO) test ./tokenizer -run 'TestGolden|TestKorQuADComesBack' -v -count=1

prove-tokenizer-speed: $(PYTHON) ## times faster than the package tokenizers, taking turns, one thread each
	EXAONE_PYTHON="$(abspath $(PYTHON))" $(GO) test ./tokenizer -run TestSpeedAgainstPeer -v -count=1

$(TOKENIZER_VENV)/bin/python:
	python3 -m venv $(TOKENIZER_VENV)
	$(TOKENIZER_VENV)/bin/pip install --quiet tokenizers==0.23.3
