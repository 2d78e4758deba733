const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** The character reference at `at`; undefined when it is none, and then the ampersand stands for itself. */
export const decodeReference = (source: string, at: number): { char: string; next: number } | undefined => {
  const reference = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/iy;
  reference.lastIndex = at;
  const [, hex, decimal, name] = reference.exec(source) ?? [];
  const next = reference.lastIndex;
  if (name !== undefined) return NAMED[name] === undefined ? undefined : { char: NAMED[name], next };
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code < 0x10ffff ? { char: String.fromCodePoint(code), next } : undefined;
};

/** All references of an attribute's value replaced. */
export const decodeReferences = (value: string): string =>
  value.replace(/&[#\w]+;?/g, (found) => {
    const decoded = decodeReference(found, 0);
    return decoded === undefined ? found : decoded.char + found.slice(decoded.next);
  });
