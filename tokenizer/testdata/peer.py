"""Encodes texts with the package tokenizers, on command, for a comparison of speed.

usage: peer.py TOKENIZER.json TEXTS.json

Commands come by line, answers go by line, as JSON: "ids" gives the ids of every text; "all" and "batch"
give the seconds that encoding all texts took, one by one or in one call. Special tokens in the texts are
plain text, as in the program it is compared with.
"""
import json
import sys
import time

import tokenizers

tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
tokenizer.encode_special_tokens = True
texts = json.load(open(sys.argv[2], encoding="utf-8"))
for line in sys.stdin:
    command = line.strip()
    if command == "ids":
        answer = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    else:
        start = time.perf_counter()
        if command == "all":
            for text in texts:
                tokenizer.encode(text, add_special_tokens=False)
        else:  # the fast form computes no offsets
            tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        answer = time.perf_counter() - start
    print(json.dumps(answer), flush=True)
