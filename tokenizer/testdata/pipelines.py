"""Writes pipelines.jsonl: small tokenizer.json files of many kinds, and what the package tokenizers makes of texts.

usage: pipelines.py > pipelines.jsonl
"""
import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

TEXT = (pathlib.Path(__file__).parent / "tiny.txt").read_text(encoding="utf-8").splitlines()
BYTES = [f"<0x{b:02X}>" for b in range(256)]
EXAONE_MOE = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}"
              r"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+")
SPACES = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
ADDED = [AddedToken("<s>", special=True), AddedToken("<l>", lstrip=True), AddedToken("<r>", rstrip=True),
         AddedToken("<b>", lstrip=True, rstrip=True, normalized=True), AddedToken("word", single_word=True, normalized=False),
         AddedToken("Ａb", normalized=True), AddedToken("  ", normalized=False), AddedToken("wo", normalized=False),
         AddedToken("<x>", special=True, normalized=True)]


def make(name, normalizer=None, pre=None, decoder=None, size=330, fallback=False, added=ADDED, **options):
    t = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=fallback, **options))
    if normalizer:
        t.normalizer = normalizer
    if pre:
        t.pre_tokenizer = pre
    if decoder:
        t.decoder = decoder
    alphabet = pre_tokenizers.ByteLevel.alphabet() if "byte" in name else []
    special = ["<unk>"] + (BYTES if fallback else [])
    t.train_from_iterator(TEXT[:20], trainers.BpeTrainer(
        vocab_size=size + len(special), special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    data = json.loads(t.to_str())
    data["added_tokens"] = [a for a in data["added_tokens"] if a["content"] == "<unk>"]
    data["model"].update(byte_fallback=fallback, **options)
    t = Tokenizer.from_str(json.dumps(data))
    t.add_tokens(added)
    t.add_special_tokens([a for a in added if a.special])
    return name, t


def tokenizers():
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    yield make("byte, prefix space", None, pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel())
    yield make("byte, NFC, ignore_merges", normalizers.NFC(), pre_tokenizers.ByteLevel(add_prefix_space=False),
               decoders.ByteLevel(), ignore_merges=True)
    yield make("byte, expressions", normalizers.Sequence([normalizers.NFKC(), normalizers.Strip()]), pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Split(Regex(EXAONE_MOE), "isolated"), byte_level]), decoders.ByteLevel())
    yield make("byte, deepseek", None, pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}{1,3}"), "isolated"), pre_tokenizers.Split(Regex("[一-龥가-힣]+"), "isolated"),
        pre_tokenizers.Split(Regex(r"[\r\n]"), "contiguous"), byte_level]), decoders.ByteLevel())
    # The package prepends to normalized added tokens as well, so that they match at the start of a piece alone.
    yield make("llama 2", normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None,
               SPACES, fallback=True, added=[a for a in ADDED if not a.normalized], fuse_unk=True)
    yield make("gemma", normalizers.Replace(" ", "▁"), pre_tokenizers.Split(" ", "merged_with_previous"), SPACES,
               fallback=True, fuse_unk=True)
    yield make("metaspace first", None, pre_tokenizers.Metaspace(prepend_scheme="first"), decoders.Metaspace(prepend_scheme="first"), fuse_unk=True)
    yield make("metaspace always, unsplit", normalizers.NFD(), pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
               decoders.Metaspace(prepend_scheme="always"))
    for behavior in ("removed", "merged_with_next", "contiguous"):
        for invert in (False, True):
            yield make(f"split {behavior} {invert}", None, pre_tokenizers.Split(Regex("[aeo]"), behavior, invert))


PARTS = ["<s>", "<l>", "<r>", "<b>", "<x>", "word", "wo", "Ａb", "Ab", "  ", " ", "\n", "안녕", "하세요", "the ", "letter", "3", "12", "각", "é", "é", "ﬁ", "½",
         "😀", "▁", "토큰", ".", "'s", "\t", "aeo", "aa", "漢字", "x_", "<unk>", "<0x41>"]


def texts(r):
    yield ""
    for line in TEXT[:3]:
        yield line
    for _ in range(40):
        yield "".join(r.choice(PARTS) for _ in range(r.randint(1, 8)))


for name, t in tokenizers():
    cases = []
    for text in texts(random.Random(name)):
        for special in (True, False):
            t.encode_special_tokens = not special
            cases.append([text, special, t.encode(text, add_special_tokens=False).ids])
    print(json.dumps({"name": name, "file": json.loads(t.to_str()), "cases": cases}, separators=(",", ":"), ensure_ascii=False))
