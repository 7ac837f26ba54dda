"""Runs lm-eval twice, over a server's /v1/completions and on its own backend, and compares what both say.

usage: compare.py BASE_URL FOLDER QUESTIONS

FOLDER has the model that the server serves, as transformers reads it; QUESTIONS are lines of JSON with a question, its
choices and the index of the right one. Log-likelihoods may differ by TOLERANCE; which continuation is the greedy one may
not differ where they do not.
"""

import json
import logging
import sys
import urllib.request

import lm_eval

TOLERANCE = 1e-3


def tasks(questions: str) -> list[dict]:
    """A task of likelihoods of choices, and one of likelihoods of whole texts."""
    data = {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": questions}}, "test_split": "test"}
    return [
        data | {
            "task": "choices", "output_type": "multiple_choice", "doc_to_text": "Question: {{question}}\nAnswer:",
            "doc_to_choice": "choices", "doc_to_target": "answer", "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}],
        },
        data | {
            "task": "texts", "output_type": "loglikelihood_rolling", "doc_to_text": "",
            "doc_to_target": "{{question}} {{choices[answer]}}", "metric_list": [{"metric": "bits_per_byte"}],
        },
    ]


def evaluate(questions: str, backend: str, **args) -> dict:
    found = lm_eval.simple_evaluate(model=backend, model_args=args, tasks=tasks(questions), log_samples=True, bootstrap_iters=0)
    if not found or not found["samples"]:
        raise SystemExit(f"{backend}: no samples")
    return found


def main(base: str, folder: str, questions: str) -> None:
    logging.getLogger().setLevel(logging.ERROR)
    with urllib.request.urlopen(base + "/models") as reply:
        name = json.load(reply)["data"][0]["id"]
    theirs = evaluate(questions, "hf", pretrained=folder, dtype="float32", device="cpu", batch_size=8)
    ours = evaluate(
        questions, "local-completions", model=name, base_url=base + "/completions", tokenizer=folder,
        tokenizer_backend="huggingface", tokenized_requests=True, num_concurrent=2, batch_size=4, max_length=2048)
    for task, expected in theirs["samples"].items():
        worst, count, greedy = 0.0, 0, 0
        for a, b in zip(expected, ours["samples"][task], strict=True):
            assert a["doc_id"] == b["doc_id"], (a["doc_id"], b["doc_id"])
            for want, got in zip(a["resps"], b["resps"], strict=True):
                want, got = want[0], got[0]
                if isinstance(want, (tuple, list)):
                    greedy += want[1] == got[1]
                    want, got = want[0], got[0]
                else:
                    greedy += 1
                worst, count = max(worst, abs(float(want) - float(got))), count + 1
        print(f"{task}: {count} log-likelihoods differ by {worst:.1e} at most, {count - greedy} greedy ones differ")
        numbers = [(k, theirs["results"][task][k], ours["results"][task][k]) for k in sorted(theirs["results"][task])
                   if isinstance(theirs["results"][task][k], float)]
        for metric, want, got in numbers:
            print(f"{task}: {metric} {got:.6f}, theirs {want:.6f}")
        if not count or worst > TOLERANCE or greedy != count:
            raise SystemExit(f"{task}: want at most {TOLERANCE:.0e}, and no difference of greedy ones")


if __name__ == "__main__":
    main(*sys.argv[1:])
