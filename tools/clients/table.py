"""A table of calls: what was called, whether it went well, and what came of it."""

import sys
import time
import traceback


class Table:
    """Runs calls as they are defined, one row each. Those that fail do not stop the others."""

    def __init__(self, client: str):
        self.client, self.passed, self.failed = client, 0, 0

    def __call__(self, name: str):
        def run(call):
            began = time.monotonic()
            try:
                detail, good = call(), True
            except Exception as fault:
                detail, good = f"{type(fault).__name__}: {fault}", False
                traceback.print_exc()
            self.passed, self.failed = self.passed + good, self.failed + (not good)
            shown = " ".join(str(detail).split())
            print(f"{'pass' if good else 'FAIL':4} | {self.client:22} | {name:34} | {time.monotonic() - began:5.1f} s | {shown[:90]}", flush=True)
            return call

        return run

    def end(self):
        print(f"sum  | {self.client:22} | {self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(self.failed > 0)


def raises(kind, call):
    """Returns the error of a kind that a call ends with."""
    try:
        call()
    except kind as fault:
        return fault
    raise AssertionError(f"no {kind.__name__}")


WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Seoul", "Busan"]}},
    "required": ["city"],
    "additionalProperties": False,
}
ANSWER = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}, "sure": {"type": "boolean"}},
    "required": ["answer", "sure"],
    "additionalProperties": False,
}
