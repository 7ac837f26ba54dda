import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Finger, standingOf, turns, watch } from "../src/markdown/card";

describe("a finger on a chip", () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });
  const rest = () => {
    const finger = new Finger(), show = vi.fn();
    finger.down("touch", show);
    vi.advanceTimersByTime(500);
    return { finger, show };
  };
  test("that rests opens the card, and the click of its lifting opens nothing", () => {
    const { finger, show } = rest();
    expect(show).toHaveBeenCalledOnce();
    finger.up();
    expect(finger.rests).toBe(true);
    expect([finger.click(), finger.click()]).toEqual([false, true]);
    expect(finger.touched).toBe(true); // the card is still a finger's: it closes when the page is scrolled
  });
  test("that has rested keeps no key and no later press from opening the source", () => {
    const { finger } = rest();
    finger.up();
    finger.other(); // a key
    expect([finger.rests, finger.touched]).toEqual([false, false]);
    const later = rest().finger;
    later.up();
    vi.advanceTimersByTime(500);
    expect(later.rests).toBe(false);
  });
  test("that taps, or goes on to scroll, opens no card", () => {
    const finger = new Finger(), show = vi.fn();
    finger.down("touch", show);
    vi.advanceTimersByTime(200);
    finger.up();
    vi.advanceTimersByTime(2000);
    finger.down("mouse", show);
    vi.advanceTimersByTime(2000);
    expect(show).not.toHaveBeenCalled();
    expect([finger.rests, finger.touched]).toEqual([false, false]);
  });
});

describe("an open card", () => {
  const open = () => {
    const window = new EventTarget(), card = new EventTarget(), pressed = vi.fn(), scrolled = vi.fn(), left = vi.fn(() => true);
    const stop = watch(window, (n) => n === card, { pressed, scrolled, left });
    const happens = (name: string, on: EventTarget, more: object = {}) => {
      const e = Object.assign(new Event(name, { cancelable: true }), more);
      Object.defineProperty(e, "target", { value: on });
      const passedOn = vi.spyOn(e, "stopPropagation");
      window.dispatchEvent(e);
      return passedOn.mock.calls.length === 0 && !e.defaultPrevented;
    };
    return { card, elsewhere: new EventTarget(), pressed, scrolled, left, stop, happens };
  };
  test("is told of a press outside it, and not of one in it", () => {
    const { card, elsewhere, pressed, happens } = open();
    happens("pointerdown", card);
    expect(pressed).not.toHaveBeenCalled();
    happens("pointerdown", elsewhere);
    expect(pressed).toHaveBeenCalledOnce();
  });
  test("is told when what is under it is scrolled, and not when it is itself; and of nothing once it is closed", () => {
    const { card, elsewhere, pressed, scrolled, stop, happens } = open();
    happens("scroll", card);
    expect(scrolled).not.toHaveBeenCalled();
    happens("scroll", elsewhere);
    expect(scrolled).toHaveBeenCalledOnce();
    stop();
    happens("scroll", elsewhere);
    happens("pointerdown", elsewhere);
    expect([scrolled.mock.calls.length, pressed.mock.calls.length]).toEqual([1, 0]);
  });
  test("is closed by Escape wherever the focus is, which then does nothing else, unless something over it wants that", () => {
    const { elsewhere, left, stop, happens } = open();
    expect(happens("keydown", elsewhere, { key: "a" })).toBe(true);
    expect(happens("keydown", elsewhere, { key: "Escape", shiftKey: true })).toBe(true);
    expect(happens("keydown", elsewhere, { key: "Escape", isComposing: true })).toBe(true);
    expect(left).not.toHaveBeenCalled();
    expect(happens("keydown", elsewhere, { key: "Escape" })).toBe(false);
    left.mockReturnValue(false); // a dialog
    expect(happens("keydown", elsewhere, { key: "Escape" })).toBe(true);
    stop();
    happens("keydown", elsewhere, { key: "Escape" });
    expect(left).toHaveBeenCalledTimes(2);
  });
  test("is beside its chip and in the window, and leaves its picture out where there is no room for it with the words", () => {
    const card = { width: 320, height: 200 }, at = (top: number) => ({ left: 500, top, bottom: top + 20 });
    const tall = standingOf(at(500), card, { width: 1280, height: 900 }, true);
    expect(tall).toMatchObject({ above: true, bottom: 406, roomy: true });
    expect(standingOf(at(60), card, { width: 1280, height: 900 }, true)).toMatchObject({ above: false, top: 86, roomy: true });
    const short = standingOf(at(180), card, { width: 640, height: 360 }, true); // 200 % of a small window
    expect(short).toMatchObject({ above: true, left: 312, roomy: false });
    expect(short.length).toBeLessThanOrEqual(180);
  });
  test("that is longer than there is room for is read to its end by keys, which then are the page's again", () => {
    const card = { scrollTop: 0, scrollHeight: 220, clientHeight: 150 };
    expect(turns(card, "ArrowUp")).toBe(false);
    expect([turns(card, "ArrowDown"), turns(card, "ArrowDown"), turns(card, "ArrowDown")]).toEqual([true, true, false]);
    expect(card.scrollTop).toBe(70);
    expect([turns(card, "PageUp"), card.scrollTop, turns(card, "Enter")]).toEqual([true, 0, false]);
    expect(turns({ scrollTop: 0, scrollHeight: 150, clientHeight: 150 }, "ArrowDown")).toBe(false);
  });
});
