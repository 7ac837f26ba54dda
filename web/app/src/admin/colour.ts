// Whether white letters can be read on a colour: the page writes them on the one that a company chooses.

/** luminance is that of WCAG 2, from 0 to 1, of a colour such as #a50034. */
export function luminance(colour: string): number {
  const part = (at: number) => {
    const v = parseInt(colour.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

/** contrastWithWhite is from 1 (white itself) to 21 (black). */
export const contrastWithWhite = (colour: string): number => 1.05 / (luminance(colour) + 0.05);

/** legible is what WCAG asks of text: 4.5 to 1. */
export const legible = (colour: string): boolean => contrastWithWhite(colour) >= 4.5;
