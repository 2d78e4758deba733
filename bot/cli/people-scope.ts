import { parseArgs } from 'node:util';
import { inventoryReader } from '#db/ledger/inventory';
import type { Ledger } from '#db/ledger/ledger';
import { SiteId } from '#policies/ids';
import type { Scope } from '#policies/scope';
import { readScope } from '#policies/scope-text';
import { outside } from '../cards/words.ts';
import type { BotSettings } from '../config.ts';
import { withPerson } from './find-person.ts';
import { putAccess } from './people-access.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';

/** The options that bind somebody; each may be given several times. */
export const SCOPE_OPTIONS = {
  pool: { type: 'string', multiple: true },
  guest: { type: 'string', multiple: true },
} as const;

/** How they are typed. */
export const SCOPE_USAGE = '[--pool [SITE/]POOL …] [--guest [SITE/]ID|ID-ID …]';

type Typed = { readonly pool?: readonly string[]; readonly guest?: readonly string[] };
type At = { readonly shell: Shell; readonly ledger: Ledger; readonly settings: BotSettings };

const sitesOf = ({ ledger, settings }: At): readonly SiteId[] => {
  const seen = inventoryReader(ledger)().map(({ site }) => site);
  return [...new Set([SiteId.parse(settings.site), ...seen])];
};

/** What was typed as a scope; undefined where nothing was, null where it was complained about. */
export const typedScope = (at: At, { pool = [], guest = [] }: Typed): Scope | undefined | null => {
  if (pool.length === 0 && guest.length === 0) return undefined;
  const read = readScope({ pools: pool, guests: guest }, sitesOf(at));
  if (read.ok) return read.value;
  const { text, expected } = read.error;
  at.shell.complain(said(at.shell, `cli.bad-scope-${expected}`, { text: outside(text) }));
  return null;
};

/** `people scope kim --pool web`: what was asked for or agreed to beyond it is taken back; `everything` binds to nothing. */
export const bindPerson: ShellCommand = {
  usage: `people scope PERSON everything | ${SCOPE_USAGE}`,
  run: (shell, args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: SCOPE_OPTIONS,
    });
    const [text, all] = positionals;
    const bound = (values.pool ?? values.guest) !== undefined;
    if (text === undefined || bound === (all === 'everything')) return misused(shell, bindPerson.usage);
    return withPerson(shell, text, (ledger, before, settings) => {
      const scope = bound ? typedScope({ shell, ledger, settings }, values) : ('everything' as const);
      return scope ? putAccess(shell, ledger, { before, after: { ...before, scope } }) : 1;
    });
  },
};
