// Peer drives one build of libllama for exaone bench --peer: it loads a model and answers lines on standard input, so
// that the program that measures can let the two take turns within a minute.
//
//   peer MODEL THREADS CONTEXT KV   ->  ready SECONDS NAME...
//   prefill N                       ->  ok SECONDS        N tokens into an empty cache, logits of the last
//   decode N C                      ->  ok SECONDS        N tokens one by one behind C others, each the likeliest
//   streams S N                     ->  ok SECONDS        N steps of S sequences together
//   memory                          ->  ok PEAK ANONYMOUS FILE   in bytes
//
// KV is f16, q8_0 or q4_1. With -DIK it is written for ik_llama.cpp's header, else for llama.cpp's. Each library gets what
// it calls its best: repacked weights, flash attention, physical batches of 512.
#include "llama.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct llama_model *model;
static struct llama_context *ctx;
static int32_t vocab;
static uint64_t state = 88172645463325252ull;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// draw returns an id that is neither a mark nor a byte in the vocabularies that exaone synth makes.
static llama_token draw(void) {
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (llama_token)(700 + state % (uint64_t)(vocab - 700));
}

static llama_token likeliest(int32_t row) {
	const float *logits = llama_get_logits_ith(ctx, row);
	llama_token best = 0;
	for (llama_token i = 1; i < vocab; i++)
		if (logits[i] > logits[best])
			best = i;
	return best;
}

static void fail(const char *what) {
	printf("failed %s\n", what);
	fflush(stdout);
	exit(1);
}

static void clear(void) {
#ifdef IK
	llama_kv_cache_clear(ctx);
#else
	llama_memory_clear(llama_get_memory(ctx), false);
#endif
}

// share gives sequence i what sequence 0 has read.
static void share(int i) {
#ifdef IK
	llama_kv_cache_seq_cp(ctx, 0, i, -1, -1);
#else
	llama_memory_seq_cp(llama_get_memory(ctx), 0, i, -1, -1);
#endif
}

static void ignore(enum ggml_log_level level, const char *text, void *user) {
	(void)user;
	if (level == GGML_LOG_LEVEL_ERROR)
		fputs(text, stderr);
}

static void load(const char *path, int threads, int context, const char *kv) {
	struct llama_model_params m = llama_model_default_params();
	struct llama_context_params c = llama_context_default_params();
	// A header of another version than the library's shows here, before anything is written through it.
	if (c.n_ctx != 512 || c.n_batch != 2048 || c.n_ubatch != 512 || c.type_k != GGML_TYPE_F16 || c.abort_callback)
		fail("the library's defaults are not what the header says: versions differ");
	m.n_gpu_layers = 0;
#ifdef IK
	m.repack_tensors = true; // its -rtr
	m.use_mmap = false;      // which that implies
	m.flash_attn = true;
	c.flash_attn = true;
#endif
	c.n_ctx = (uint32_t)context;
	c.n_batch = 2048;
	c.n_ubatch = 512;
	c.n_seq_max = 16;
	c.n_threads = threads;
	c.n_threads_batch = threads;
	c.type_k = c.type_v = !strcmp(kv, "q8_0") ? GGML_TYPE_Q8_0 : !strcmp(kv, "q4_1") ? GGML_TYPE_Q4_1 : GGML_TYPE_F16;
#ifdef IK
	m.type_k = m.type_v = c.type_k;
	model = llama_model_load_from_file(path, m);
	if (model)
		ctx = llama_init_from_model(model, c);
#else
	c.kv_unified = true; // one cache for however many sequences there are
	model = llama_model_load_from_file(path, m);
	if (model)
		ctx = llama_init_from_model(model, c);
#endif
	if (!ctx)
		fail("the model was not loaded");
#ifdef IK
	vocab = llama_n_vocab(model);
#else
	vocab = llama_vocab_n_tokens(llama_model_get_vocab(model));
#endif
}

static struct llama_batch batch;

static void put(llama_token id, int pos, int seq, int wanted) {
	int i = batch.n_tokens++;
	batch.token[i] = id;
	batch.pos[i] = pos;
	batch.n_seq_id[i] = 1;
	batch.seq_id[i][0] = seq;
	batch.logits[i] = (int8_t)wanted;
}

static void run(void) {
	if (llama_decode(ctx, batch))
		fail("llama_decode");
	batch.n_tokens = 0;
}

// prefill reads n ids of sequence seq in batches of at most 2,048.
static void prefill(int n, int seq) {
	for (int at = 0; at < n;) {
		for (int i = 0; i < 2048 && at < n; i++, at++)
			put(draw(), at, seq, at == n - 1);
		int last = batch.n_tokens - 1;
		run();
		if (at == n)
			likeliest(last);
	}
}

static double decode(int n, int before) {
	clear();
	prefill(before, 0);
	llama_token id = draw();
	double start = now();
	for (int i = 0; i < n; i++) {
		put(id, before + i, 0, 1);
		run();
		id = likeliest(0);
	}
	return now() - start;
}

static double streams(int s, int n) {
	const int before = 16;
	llama_token id[64];
	clear();
	prefill(before, 0); // all begin alike: ik_llama.cpp's attention stops at a block in which one sees nothing
	for (int i = 0; i < s; i++) {
		if (i > 0)
			share(i);
		id[i] = draw();
	}
	double start = now();
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < s; k++)
			put(id[k], before + i, k, 1);
		run();
		for (int k = 0; k < s; k++)
			id[k] = likeliest(k);
	}
	return now() - start;
}

static void memory(void) {
	long long peak = 0, anonymous = 0, file = 0, n;
	char line[256];
	FILE *f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "VmHWM: %lld", &n) == 1)
			peak = n << 10;
		else if (sscanf(line, "RssAnon: %lld", &n) == 1)
			anonymous = n << 10;
		else if (sscanf(line, "RssFile: %lld", &n) == 1)
			file = n << 10;
	}
	if (f)
		fclose(f);
	printf("ok %lld %lld %lld\n", peak, anonymous, file);
}

int main(int argc, char **argv) {
	if (argc != 5) {
		fprintf(stderr, "usage: peer MODEL THREADS CONTEXT f16|q8_0|q4_1\n");
		return 2;
	}
	llama_log_set(ignore, NULL);
	double start = now();
#ifndef IK
	ggml_backend_load_all_from_path(BACKENDS); // the best of those that lie there, by processor
#endif
	llama_backend_init();
	load(argv[1], atoi(argv[2]), atoi(argv[3]), argv[4]);
	batch = llama_batch_init(2048, 0, 1);
	printf("ready %.6f %s\n", now() - start, llama_print_system_info());
	fflush(stdout);
	char line[256];
	while (fgets(line, sizeof line, stdin)) {
		int a, b;
		if (sscanf(line, "prefill %d", &a) == 1) {
			clear();
			double t = now();
			prefill(a, 0);
			printf("ok %.6f\n", now() - t);
		} else if (sscanf(line, "decode %d %d", &a, &b) == 2) {
			printf("ok %.6f\n", decode(a, b));
		} else if (sscanf(line, "streams %d %d", &a, &b) == 2 && a <= 16) {
			printf("ok %.6f\n", streams(a, b));
		} else if (!strncmp(line, "memory", 6)) {
			memory();
		} else {
			fail("a line that is not understood");
		}
		fflush(stdout);
	}
	llama_free(ctx);
#ifdef IK
	llama_free_model(model);
#else
	llama_model_free(model);
#endif
	return 0;
}
