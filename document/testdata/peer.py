"""Reads the text of documents with other programs' packages, on command, for a comparison of speed.

usage: peer.py KIND FILE...      KIND is hwp (pyhwp), hwpx (python-hwpx) or docx (python-docx)

Commands come by line, answers go by line, as JSON: "able" gives how many characters of text each file has, null for one
that the package cannot read; a list of numbers of files, as JSON, gives the seconds that reading those took: of the clock, and
of the processor. Imports are done before.
"""
import contextlib
import io
import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)
kind, files = sys.argv[1], sys.argv[2:]

if kind == "hwp":
    from hwp5.hwp5txt import TextTransform
    from hwp5.xmlmodel import Hwp5File

    transform = TextTransform()

    def read(path):
        out = io.BytesIO()
        with contextlib.closing(Hwp5File(path)) as document:
            transform.transform_hwp5_to_text(document, out)
        return len(out.getvalue().decode("utf-8"))

elif kind == "hwpx":
    from hwpx import TextExtractor

    def read(path):
        with TextExtractor(path) as extractor:
            return len(extractor.extract_text())

else:
    import docx
    from docx.table import Table

    def text(container):
        n = 0
        for block in container.iter_inner_content():
            if isinstance(block, Table):
                for row in block.rows:
                    n += sum(text(cell) for cell in row.cells)
            else:
                n += len(block.text)
        return n

    def read(path):
        return text(docx.Document(path))


def able(path):
    try:
        return read(path)
    except Exception:
        return None


for line in sys.stdin:
    command = line.strip()
    if command == "able":
        answer = [able(path) for path in files]
    else:
        chosen = [files[i] for i in json.loads(command)]
        start, busy = time.perf_counter(), time.process_time()
        for path in chosen:
            read(path)
        answer = [time.perf_counter() - start, time.process_time() - busy]
    print(json.dumps(answer), flush=True)
