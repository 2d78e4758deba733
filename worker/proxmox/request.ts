/** Parameters of a call; lists are sent as the key repeated, booleans as 1 and 0, undefined not at all. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const word = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

/** `application/x-www-form-urlencoded` text of the parameters. */
export const formEncoded = (parameters: Parameters): string => {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) form.append(key, word(one));
  }
  return form.toString();
};

/** A path whose variable parts are single segments; throws RangeError on an empty part, "." and "..". */
export const api = (fixed: TemplateStringsArray, ...parts: readonly (string | number)[]): string =>
  fixed.reduce((path, text, at) => {
    const part = String(parts[at - 1]);
    if (part === '' || part === '.' || part === '..') throw new RangeError('not a segment of a path');
    return path + encodeURIComponent(part) + text;
  });
