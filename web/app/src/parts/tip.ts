// One tooltip for the page: it shows the label of whatever has data-tip and is pointed at or focused by keyboard.

import { keyText } from "../keys";

export function startTips(): void {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.popover = "manual";
  tip.setAttribute("aria-hidden", "true"); // it says no more than aria-label does
  document.body.append(tip);
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    if (tip.matches(":popover-open")) tip.hidePopover();
  };
  const show = (el: HTMLElement) => {
    if (!el.isConnected || el.getAttribute("aria-expanded") === "true") return;
    tip.replaceChildren(el.dataset.tip ?? "");
    if (el.dataset.tipKeys) {
      const keys = document.createElement("kbd");
      keys.textContent = keyText(el.dataset.tipKeys);
      tip.append(keys);
    }
    if (!tip.matches(":popover-open")) tip.showPopover();
    const at = el.getBoundingClientRect();
    const side = el.dataset.tipSide;
    let left = at.left + at.width / 2 - tip.offsetWidth / 2;
    let top = side === "top" ? at.top - tip.offsetHeight - 6 : at.bottom + 6;
    if (side === "right") { left = at.right + 6; top = at.top + at.height / 2 - tip.offsetHeight / 2; }
    if (top + tip.offsetHeight > innerHeight - 4) top = at.top - tip.offsetHeight - 6;
    tip.style.left = Math.max(6, Math.min(left, innerWidth - tip.offsetWidth - 6)) + "px";
    tip.style.top = Math.max(4, top) + "px";
  };
  const target = (e: Event) => (e.target instanceof Element ? e.target.closest<HTMLElement>("[data-tip]") : null);
  document.addEventListener("pointerover", (e) => {
    if (e.pointerType === "touch") return;
    const el = target(e);
    hide();
    if (el) timer = window.setTimeout(show, 450, el);
  });
  let tabbed = false;
  document.addEventListener("keydown", (e) => { tabbed = e.key === "Tab"; }, true);
  document.addEventListener("pointerdown", () => { tabbed = false; }, true);
  document.addEventListener("focusin", (e) => {
    const el = target(e);
    if (el && tabbed) show(el); // not where a dialog puts the focus by itself
  });
  for (const kind of ["focusout", "pointerdown", "scroll"]) document.addEventListener(kind, hide, true);
}
