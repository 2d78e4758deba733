import type { z } from 'zod';
import type { SCRIPT_REFUSALS } from '#policies/script-refusal';
import type { No } from './no.ts';
import { code, listed, outside, type Words } from './words.ts';

type ScriptRefusal = z.infer<(typeof SCRIPT_REFUSALS)[number]>;
type Short = Extract<ScriptRefusal, { no: 'script-falls-short' }>['short'];

/** So many things of one kind are named in a sentence; the console of the node shows them all. */
const NAMED = 8;

const someOf = (what: readonly string[]): string =>
  [...what.slice(0, NAMED), ...(what.length > NAMED ? [`+${what.length - NAMED}`] : [])].join('; ');

const shortText = (words: Words, short: Short) =>
  listed(
    short.map(({ of, what }) => words.say(`short.${of}`, { what: outside(someOf(what)) })),
    '. ',
  );

/** The words for every "no" to a script. */
export const SCRIPT_TEXTS: No<ScriptRefusal> = {
  'unknown-script': (words, { script, known }) =>
    words.say('worker.unknown-script', { script: outside(script), known: outside(known.join(', ')) }),
  'script-changed': (words, { script, path, sha256 }) =>
    words.say('worker.script-changed', {
      script: outside(script),
      path: outside(path),
      sha256: outside(sha256),
    }),
  'script-unusable': (words, { script, why }) =>
    words.say('worker.script-unusable', { script: outside(script), why: outside(why) }),
  'no-sandbox': (words, { why }) => words.say('worker.no-sandbox', { why: outside(why) }),
  'script-stopped': (words, { script, by }) =>
    words.say('worker.script-stopped', { script: outside(script), by: outside(by) }),
  'script-asks': (words, { script, dialogs }) =>
    words.say('worker.script-asks', {
      script: outside(script),
      dialogs: outside(someOf(dialogs)),
      example: [code('answers="…=yes; …=…"')],
    }),
  'script-falls-short': (words, { script, short }) =>
    words.say('worker.script-falls-short', {
      script: outside(script),
      short: shortText(words, short),
      example: [code(`accept=${short.map(({ of }) => of).join(',')}`)],
    }),
  'script-not-carried-out': (words, { script, why }) =>
    words.say('worker.script-not-carried-out', { script: outside(script), why: outside(why) }),
};
