// What is a formula in a text: $x$ as Pandoc reads it, so that money stays money, and \(x\) and \[x\] as models write them.

import type { Code, Construct, Effects, Extension, State, TokenizeContext } from "micromark-util-types";

declare module "micromark-util-types" {
  interface TokenTypeMap { mathText: "mathText"; mathTextData: "mathTextData"; mathTextSequence: "mathTextSequence" }
}

const dollar = 36, backslash = 92;
const eol = (code: Code): boolean => code !== null && code < -2;
const space = (code: Code): boolean => code === null || code === 32 || code < 0;
const digit = (code: Code): boolean => code !== null && code >= 48 && code <= 57;
const letter = (code: Code): boolean => code !== null && (code | 32) >= 97 && (code | 32) <= 122;

/** mark reads the signs that begin or end a formula; then says what may follow. */
const mark = (signs: number[], then: (code: Code) => boolean): Construct => ({
  tokenize(effects, ok, nok) {
    let at = 0;
    const next: State = (code) => {
      if (at === signs.length) {
        effects.exit("mathTextSequence");
        return then(code) ? ok(code) : nok(code);
      }
      if (code !== signs[at]) return nok(code);
      if (at++ === 0) effects.enter("mathTextSequence");
      effects.consume(code);
      return next;
    };
    return next;
  },
});

/** formula reads from one mark to another. one is a single dollar. */
function formula(open: Construct, close: Construct, one: boolean): Construct["tokenize"] {
  return function (this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
    const { previous } = this; // of which micromark tells a construct, and leaves it to that what follows
    let before: Code = null, data = false;
    const leave = () => { if (data) effects.exit("mathTextData"); data = false; };
    const end: State = (code) => { effects.exit("mathText"); return ok(code); };
    const take: State = (code) => {
      if (!data) effects.enter("mathTextData");
      data = true;
      effects.consume(code);
      before = code;
      return code === backslash ? escaped : next;
    };
    // What follows a backslash belongs to it: \$ ends nothing, nor does the second of \\.
    const escaped: State = (code) => (code === null || eol(code) ? next(code) : (effects.consume(code), before = code, next));
    const next: State = (code) => {
      if (code === null) return nok(code);
      if (eol(code)) {
        leave();
        effects.enter("lineEnding");
        effects.consume(code);
        effects.exit("lineEnding");
        before = code;
        return next;
      }
      if (one && code === dollar) {
        if (space(before)) return nok(code);
        leave();
        return effects.attempt(close, end, nok)(code);
      }
      if (!one && code === backslash) {
        leave();
        return effects.attempt(close, end, take)(code);
      }
      return take(code);
    };
    return (code) => {
      if (one && (previous === dollar || letter(previous))) return nok(code);
      effects.enter("mathText");
      return effects.attempt(open, next, nok)(code);
    };
  };
}

const any = () => true;
// "$5 and $10" and "US$5" are amounts: no space within beside a dollar, no digit after the last, no letter before the first.
const single: Construct = {
  name: "mathText",
  tokenize: formula(mark([dollar], (code) => !space(code) && code !== dollar), mark([dollar], (code) => !digit(code) && code !== dollar), true),
};
const round: Construct = { name: "mathText", tokenize: formula(mark([backslash, 40], any), mark([backslash, 41], any), false) };
const square: Construct = { name: "mathText", tokenize: formula(mark([backslash, 91], any), mark([backslash, 93], any), false) };

/** formulas are an extension of micromark, beside that of remark-math, which reads $$x$$. */
export const formulas: Extension = { text: { [dollar]: single, [backslash]: [round, square] } };
