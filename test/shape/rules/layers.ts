import { posix } from 'node:path';
import { importsOf } from '../imports.ts';
import { at, type Rule, type Source } from '../source.ts';

const rooms = ['policies', 'db', 'bot', 'worker', 'test'] as const;

type Room = (typeof rooms)[number];

/** DESIGN section 1 as data: which rooms, node modules and packages a room's files may import. */
const mayImport: Record<
  Room | 'top',
  { readonly rooms: readonly Room[]; readonly packages: readonly string[] }
> = {
  policies: { rooms: ['policies'], packages: ['zod', 'temporal-polyfill'] },
  db: {
    rooms: ['db', 'policies'],
    packages: ['node:', 'drizzle-orm', 'better-sqlite3', 'bullmq', 'ioredis', 'yaml', 'zod'],
  },
  bot: {
    rooms: ['bot', 'db', 'policies'],
    packages: ['node:', 'zod', 'pino', 'yaml', 'diff', 'intl-messageformat', 'hono'],
  },
  worker: {
    rooms: ['worker', 'db', 'policies'],
    packages: ['node:', 'zod', 'pino', 'yaml', 'diff', 'undici'],
  },
  top: { rooms: ['bot', 'worker', 'db', 'policies'], packages: ['node:'] },
  test: { rooms, packages: [] },
};

/** Packages that live in one place, or in the places named. The longest way to a file decides before its room does. */
const onlyIn: readonly { readonly packages: readonly string[]; readonly folder: string }[] = [
  { packages: ['grammy'], folder: 'bot/telegram/' },
  { packages: ['discord.js'], folder: 'bot/discord/' },
  { packages: ['@slack/bolt', '@slack/web-api', '@slack/types'], folder: 'bot/slack/' },
  { packages: ['execa', 'node:child_process'], folder: 'worker/shell/' },
  { packages: ['otpauth'], folder: 'worker/second-factor/' },
  { packages: ['koffi'], folder: 'worker/libc/' },
  { packages: ['better-sqlite3'], folder: 'db/' },
  // pmxcfs keeps its tree in SQLite: there a database is not ours but a thing of the host.
  { packages: ['better-sqlite3'], folder: 'worker/pmxcfs/' },
  { packages: ['unbash'], folder: 'worker/scripts/' },
  { packages: ['selfsigned'], folder: 'worker/simulator/' },
];

const roomOf = (path: string): Room | 'top' => rooms.find((room) => path.startsWith(`${room}/`)) ?? 'top';

const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const relativeFault = (path: string, specifier: string): string | undefined => {
  const target = posix.join(posix.dirname(path), specifier);
  if (roomOf(path) === 'test' && target === 'main.ts') return undefined;
  if (roomOf(path) !== 'top' && roomOf(target) !== roomOf(path)) return `${specifier} leaves its room`;
  if (roomOf(path) === 'top' && roomOf(target) !== 'top') return `${specifier} should be #${target}`;
  return /\.(ts|json)$/.test(specifier) ? undefined : `${specifier} needs its extension inside a room`;
};

const roomFault = (path: string, specifier: string): string | undefined => {
  const from = roomOf(path);
  const to = rooms.find((room) => specifier.startsWith(`#${room}/`));
  if (to === undefined || !mayImport[from].rooms.includes(to)) return `${from} must not import ${specifier}`;
  if (to === from && to !== 'test') return `${specifier} should be relative inside its room`;
  return specifier.endsWith('.ts') ? `${specifier} takes no extension across rooms` : undefined;
};

const packageFault = (path: string, specifier: string): string | undefined => {
  if (path.startsWith('test/') || path.endsWith('.config.ts')) return undefined;
  const name = packageOf(specifier);
  const places = onlyIn.flatMap(({ packages, folder }) => (packages.includes(name) ? [folder] : []));
  if (places.length > 0)
    return places.some((each) => path.startsWith(each))
      ? undefined
      : `${name} belongs in ${places.join(' and ')} only`;
  const { packages } = mayImport[roomOf(path)];
  const allowed = packages.some((each) => (each === 'node:' ? name.startsWith(each) : each === name));
  return allowed ? undefined : `${roomOf(path)} must not import ${name}`;
};

const faultOf = (path: string, specifier: string | undefined): string | undefined => {
  if (specifier === undefined)
    return path.startsWith('test/') ? undefined : 'an import must name what it imports';
  if (specifier.startsWith('.')) return relativeFault(path, specifier);
  return specifier.startsWith('#') ? roomFault(path, specifier) : packageFault(path, specifier);
};

const check = (source: Source) =>
  importsOf(source).flatMap(({ specifier, node }) => {
    const fault = faultOf(source.path, specifier);
    return fault === undefined ? [] : [at(source, node, fault)];
  });

/** Who may import whom, and how an import is spelled. */
export const layers: Rule = {
  name: 'layers',
  sentence: 'each room imports what the table of the design lets it import, and spells it so',
  check,
};
