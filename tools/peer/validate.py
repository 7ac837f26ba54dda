"""Judges answers with the package jsonschema (draft 2020-12), formats included.

Reads lines {"seed": n, "schema": …, "text": "…"} from standard input and writes {"valid": n, "invalid": [{"seed", "why"}]}.
Numbers are decimal, so that 0.3 is a multiple of 0.1. A member that comes twice makes a text invalid.
"""
import decimal
import json
import re
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

decimal.getcontext().prec = 2000


def members(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member comes twice")
    return found


def number(text):
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:  # an exponent that is out of all proportion
        return float(text)


def read(text):
    return json.loads(text, parse_float=number, object_pairs_hook=members)


wanted = {"date", "time", "date-time", "email", "ipv4", "ipv6", "uuid", "uri", "duration"}
checker = Draft202012Validator.FORMAT_CHECKER
missing = wanted - set(checker.checkers)
if missing:
    sys.exit(f"jsonschema does not check {sorted(missing)}: install jsonschema[format-nongpl]")



# Python has neither the year 0 nor a 60th second; RFC 3339 has both.
def lenient(check):
    def checked(value):
        if isinstance(value, str):
            value = re.sub(r":60(?=\D)", ":59", re.sub(r"^0000-", "0400-", value))
        return check(value)

    return checked


for name in ("date", "time", "date-time"):
    check, raises = checker.checkers[name]
    checker.checkers[name] = (lenient(check), raises)

valid, invalid = 0, []
for line in sys.stdin:
    item = json.loads(line, parse_float=decimal.Decimal)
    try:
        Draft202012Validator(item["schema"], format_checker=checker).validate(read(item["text"]))
        valid += 1
    except (ValueError, ValidationError) as error:
        invalid.append({"seed": item["seed"], "why": str(error).splitlines()[0]})
print(json.dumps({"valid": valid, "invalid": invalid}))
