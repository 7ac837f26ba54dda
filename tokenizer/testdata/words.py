"""Writes words.jsonl: random hard strings, and where the package tokenizers cuts them.

usage: words.py COUNT > words.jsonl

Each line is {"text", "gpt2", "exaone", "llama3", "qwen2"}; a cut is the number of characters of each word.
"""
import json
import random
import sys

from tokenizers import Regex, pre_tokenizers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
cutters = {
    "gpt2": byte_level,
    "exaone": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level]),
    "llama3": pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
    "qwen2": pre_tokenizers.Split(Regex(LLAMA3.replace("{1,3}", "")), "isolated"),
}
# Characters of each class, and those that the expressions name.
ALPHABETS = [
    "ab Z가각힣漢ñßſǅʰ", "0 1 9²½Ⅷ٣৪①", " \t\n\r\v\f\u0085\u00a0\u1680\u2003\u2028\u202f\u3000",
    "'stmdrvelSTMDRVELſK", ".,-_!?/\\|[]{}<>$€+=~^`", "\u0301\u0300\u1100\u1161\u11a8\u200b\u200d\ufeff\u180e\ufffd",
    "😀👩\u200d💻🇰🇷", "\x00\x1c\x1f\x7f", "   ", "\n\n", "'s", "'RE", "  \n",
]


def text(r):
    out = ""
    for _ in range(r.randint(1, 14)):
        alphabet = r.choice(ALPHABETS)
        if r.random() < 0.2:
            out += r.choice(alphabet) * r.randint(2, 5)
        else:
            out += r.choice(alphabet)
    return out


r = random.Random(1)
for _ in range(int(sys.argv[1])):
    line = {"text": text(r)}
    for name, cutter in cutters.items():
        line[name] = [end - start for _, (start, end) in cutter.pre_tokenize_str(line["text"])]
    print(json.dumps(line, separators=(",", ":")))
