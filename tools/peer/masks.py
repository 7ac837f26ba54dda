"""Computes the masks of schemas with llguidance, on command, for a comparison of speed.

usage: masks.py TOKENIZER.json VOCABULARY END ITEMS.jsonl

A line of ITEMS is {"schema": "…", "texts": [[ids], …]}; VOCABULARY is the number of ids, END the id that ends a text. Commands come by line, answers
go by line, as JSON. {"from": i, "to": j, "only": [items] or null} walks the texts of items i to j-1 and answers, in
nanoseconds of the process's time and one after another: "compile" per item that was made, up to a matcher; "first" per item, a matcher's
first mask; "mask" and "step" per token; and "accepted": the items whose texts were all let through to the end.

The grammar allows no white space between tokens of JSON, as ours. Turning the schema into what the matcher takes is not
timed, though ours is; the collector of Python does not run.
"""
import ctypes
import gc
import json
import sys
from time import process_time_ns as now

from llguidance import LLMatcher, LLTokenizer

gc.disable()
size = int(sys.argv[2])
with open(sys.argv[1], encoding="utf-8") as f:
    tokenizer = LLTokenizer(f.read(), n_vocab=size, eos_token=int(sys.argv[3]), slices=LLTokenizer.json_slices())
with open(sys.argv[4], encoding="utf-8") as f:
    items = [json.loads(line) for line in f]
for item in items:
    item["grammar"] = LLMatcher.grammar_from_json_schema(item["schema"], overrides={"whitespace_flexible": False})

words = (tokenizer.vocab_size + 31) // 32
mask = (ctypes.c_uint32 * words)()
address, length = ctypes.addressof(mask), 4 * words


def walk(matcher, ids, masks, steps):
    for i in ids:
        began = now()
        matcher.unsafe_compute_mask_ptr(address, length)
        masked = now()
        if not mask[i >> 5] >> (i & 31) & 1:
            return False
        stepping = now()
        fine = matcher.consume_token(i)
        steps.append(now() - stepping)
        masks.append(masked - began)
        if not fine:
            return False
    return matcher.is_accepting()


for line in sys.stdin:
    command = json.loads(line)
    answer = {"compile": [], "first": [], "mask": [], "step": [], "accepted": []}
    for i in range(command["from"], command["to"]):
        if command["only"] is not None and i not in command["only"]:
            continue
        began = now()
        matcher = LLMatcher(tokenizer, items[i]["grammar"], log_level=0)
        compiled = now()
        if matcher.is_error():
            continue
        first = now()
        matcher.unsafe_compute_mask_ptr(address, length)
        answer["first"].append(now() - first)
        answer["compile"].append(compiled - began)
        fine = True
        for ids in items[i]["texts"]:
            fine = walk(matcher.deep_copy(), ids, answer["mask"], answer["step"]) and fine
        if fine:
            answer["accepted"].append(i)
    print(json.dumps(answer), flush=True)
