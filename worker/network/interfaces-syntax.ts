/** What is wrong in an interfaces file. `line` counts from 1; null where the program that found it did not say. */
export type SyntaxComplaint = { readonly line: number | null; readonly what: string };

/** Words that begin a stanza or stand alone: interfaces(5) of ifupdown2 3.0.0. */
const STANZA =
  /^(iface|auto|allow-\S+|source|source-directory|mapping|vlan|no-auto-down|no-scripts|template)$/;

const ADDRESS = /^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(\/[0-9]{1,3})?$/;

/** Options whose value is checked here; ifupdown2 warns of some of them only, and without a line. */
const VALUES: Readonly<Record<string, { readonly fits: (value: string) => boolean; readonly want: string }>> =
  {
    address: { fits: (value) => ADDRESS.test(value), want: 'an address such as 192.0.2.1/24' },
    gateway: { fits: (value) => ADDRESS.test(value) && !value.includes('/'), want: 'an address without /' },
    mtu: {
      fits: (value) => /^\d+$/.test(value) && Number(value) >= 68 && Number(value) <= 65_535,
      want: '68 to 65535',
    },
    'bridge-fd': { fits: (value) => /^\d+(\.\d+)?$/.test(value), want: 'seconds' },
    'bridge-stp': { fits: (value) => /^(on|off|yes|no|0|1)$/.test(value), want: 'on or off' },
  };

const ofStanza = (word: string, rest: readonly string[]): string | undefined => {
  const name = rest[0];
  if (name === undefined) return `${word} without a name`;
  // IFNAMSIZ of linux/if.h counts the zero at the end.
  return word === 'iface' && name.length > 15 ? `${name}: a name of more than 15 characters` : undefined;
};

const ofOption = (key: string, value: string): string | undefined => {
  if (value === '') return `${key} without a value`;
  const rule = Object.hasOwn(VALUES, key) ? VALUES[key] : undefined;
  return rule && !rule.fits(value) ? `${key} ${value}: it must be ${rule.want}` : undefined;
};

/** An option that starts its line, in a file whose options are indented: ifupdown2 takes it for an option without a word. */
const MISTYPED = /^(ifa|fac|aut|sour|allow|map)/;

type Row = {
  readonly line: number;
  readonly word: string;
  readonly rest: readonly string[];
  readonly indented: boolean;
};

/** The lines that say something, without comments and without the rest of a line that a backslash continues. */
const rowsOf = (text: string): Row[] => {
  const lines = text.split('\n');
  return lines.flatMap((raw, index) => {
    const [word, ...rest] = raw.replace(/\\$/, '').trim().split(/\s+/);
    const isRest = lines[index - 1]?.endsWith('\\') ?? false;
    if (isRest || !word || word.startsWith('#')) return [];
    return [{ line: index + 1, word, rest, indented: /^\s/.test(raw) }];
  });
};

/** Looks through an interfaces file as far as lines go; what they mean together is for the rehearsal. */
export const syntaxComplaints = (text: string): SyntaxComplaint[] => {
  const found: SyntaxComplaint[] = [];
  let inStanza = false;
  const complaintAbout = ({ word, rest, indented }: Row): string | undefined => {
    if (STANZA.test(word)) {
      inStanza = /^(iface|mapping|vlan)$/.test(word);
      return ofStanza(word, rest);
    }
    const isStray = !inStanza || (!indented && MISTYPED.test(word));
    return isStray ? `${word}: no word that begins a stanza` : ofOption(word, rest.join(' '));
  };
  for (const row of rowsOf(text)) {
    const what = complaintAbout(row);
    if (what !== undefined) found.push({ line: row.line, what });
  }
  return found;
};

/** What ifupdown2 itself says of a file, with the line where it names one. Notes about missing programs are left out. */
export const saidComplaints = (stderr: string): SyntaxComplaint[] =>
  stderr
    .split('\n')
    .filter((line) => /^(error|warning): /.test(line) && !line.includes(' missing - '))
    .map((what) => ({ line: Number(/\bline ?(\d+)/.exec(what)?.[1] ?? Number.NaN), what }))
    .map(({ line, what }) => ({ line: Number.isNaN(line) ? null : line, what }));
