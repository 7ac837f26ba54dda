"""Runs llama.cpp for a test, through the C API of the libraries in a folder (npm's @node-llama-cpp/linux-x64 has them).

llama.py FOLDER, then lines of JSON on standard input, each answered by a line of JSON:
  {"logits": MODEL, "ids": [...], "out": FILE}      float32 [ids, vocabulary]
  {"quantize": MODEL, "type": FTYPE, "out": FILE}   FTYPE as llama.cpp numbers them

Structures that llama.h passes by value are taken as stretches of bytes longer than they are in any version, and only
members are set whose places have not changed for years.
"""
import ctypes
import glob
import json
import os
import sys

folder = sys.argv[1]


def library(name):
    return ctypes.CDLL(sorted(glob.glob(os.path.join(folder, name + "*")))[0], mode=ctypes.RTLD_GLOBAL)


base, ggml, llama = library("libggml-base"), library("libggml.v"), library("libllama.v")
ggml.ggml_backend_load_all_from_path.argtypes = [ctypes.c_char_p]
LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
said = []
quiet = LOG(lambda level, text, data: said.append(text.decode("utf-8", "replace")) if level >= 4 else None)
llama.llama_log_set(quiet, None)
ggml.ggml_backend_load_all_from_path(folder.encode())
llama.llama_backend_init()


class Params(ctypes.Structure):
    _fields_ = [("words", ctypes.c_uint32 * 128)]


class Batch(ctypes.Structure):
    _fields_ = [("n", ctypes.c_int32), ("token", ctypes.POINTER(ctypes.c_int32)), ("embd", ctypes.c_void_p),
                ("pos", ctypes.POINTER(ctypes.c_int32)), ("n_seq", ctypes.POINTER(ctypes.c_int32)),
                ("seq", ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))), ("logits", ctypes.POINTER(ctypes.c_int8))]


pointer = ctypes.c_void_p
llama.llama_model_default_params.restype = Params
llama.llama_context_default_params.restype = Params
llama.llama_model_quantize_default_params.restype = Params
llama.llama_model_load_from_file.restype = pointer
llama.llama_model_load_from_file.argtypes = [ctypes.c_char_p, Params]
llama.llama_init_from_model.restype = pointer
llama.llama_init_from_model.argtypes = [pointer, Params]
llama.llama_model_get_vocab.restype = pointer
llama.llama_model_get_vocab.argtypes = [pointer]
llama.llama_vocab_n_tokens.argtypes = [pointer]
llama.llama_batch_init.restype = Batch
llama.llama_batch_init.argtypes = [ctypes.c_int32] * 3
llama.llama_decode.argtypes = [pointer, Batch]
llama.llama_get_logits_ith.restype = ctypes.POINTER(ctypes.c_float)
llama.llama_get_logits_ith.argtypes = [pointer, ctypes.c_int32]
llama.llama_set_n_threads.argtypes = [pointer, ctypes.c_int32, ctypes.c_int32]
llama.llama_free.argtypes = [pointer]
llama.llama_model_free.argtypes = [pointer]
llama.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Params)]
llama.llama_model_quantize.restype = ctypes.c_uint32


def logits(path, ids, out):
    model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
    if not model:
        return "".join(said) or "not loaded"
    params = llama.llama_context_default_params()
    for i, n in enumerate([len(ids), len(ids), len(ids), 1]):  # n_ctx, n_batch, n_ubatch, n_seq_max
        params.words[i] = n
    context = llama.llama_init_from_model(model, params)
    if not context:
        return "".join(said) or "no context"
    llama.llama_set_n_threads(context, 2, 2)
    batch = llama.llama_batch_init(len(ids), 0, 1)
    batch.n = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq[i], batch.logits[i] = token, i, 1, 1
        batch.seq[i][0] = 0
    if llama.llama_decode(context, batch) != 0:
        return "".join(said) or "not decoded"
    size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
    with open(out, "wb") as f:
        for i in range(len(ids)):
            f.write(ctypes.string_at(llama.llama_get_logits_ith(context, i), 4 * size))
    llama.llama_free(context)
    llama.llama_model_free(model)
    return ""


def quantize(path, ftype, out):
    params = llama.llama_model_quantize_default_params()
    params.words[0], params.words[1] = 2, ftype  # nthread, ftype
    ctypes.cast(params.words, ctypes.POINTER(ctypes.c_uint8))[16] = 1  # allow_requantize
    return "" if llama.llama_model_quantize(path.encode(), out.encode(), ctypes.byref(params)) == 0 else "".join(said) or "not quantised"


for line in sys.stdin:
    said.clear()
    job = json.loads(line)
    if "logits" in job:
        fault = logits(job["logits"], job["ids"], job["out"])
    else:
        fault = quantize(job["quantize"], job["type"], job["out"])
    print(json.dumps({"fault": fault}), flush=True)
