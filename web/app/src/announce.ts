// What a screen reader is told of that nobody has moved to: one polite region for the whole page.

let region: HTMLElement | null = null;
export function setRegion(el: HTMLElement | null): void { region = el; }

/** announce says a text once. The same text said again is said again. */
export function announce(text: string): void {
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { if (region) region.textContent = text; }, 30);
}
