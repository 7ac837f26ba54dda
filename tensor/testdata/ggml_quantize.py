"""Quantises with ggml's own code, for a test: ggml_quantize.py LIBRARY, then lines "TYPE COLUMNS IN OUT" on standard
input, TYPE being ggml's number. IN holds float32 rows, OUT receives the blocks; each line is answered by "ok"."""
import ctypes
import os
import sys

lib = ctypes.CDLL(sys.argv[1])
lib.ggml_quantize_chunk.restype = ctypes.c_size_t
lib.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
lib.ggml_row_size.restype = ctypes.c_size_t
lib.ggml_row_size.argtypes = [ctypes.c_int, ctypes.c_int64]
for line in sys.stdin:
    number, columns, source, out = line.split()
    number, columns = int(number), int(columns)
    rows = os.path.getsize(source) // (4 * columns)
    data = open(source, "rb").read()
    blocks = ctypes.create_string_buffer(lib.ggml_row_size(number, columns) * rows)
    lib.ggml_quantize_chunk(number, data, blocks, 0, rows, columns, None)
    open(out, "wb").write(blocks.raw)
    print("ok", flush=True)
