import type { NetworkEffect } from '#policies/effect';
import { applyNetwork } from '#worker/network/apply';
import type { NetworkHost } from '#worker/network/network-host';
import { hostAt } from './rig.ts';

/** Where it kills itself: before a program is begun, while it runs, right after it, or when all of it is done. */
export type KilledAt = { readonly when: 'before' | 'during' | 'after'; readonly program: string } | 'the end';

// A worker that puts a network change in force and is gone without a word. The parent of this process wrote the argument.
const [root, pid, effect, at] = JSON.parse(process.argv[2] ?? '') as [
  string,
  number,
  NetworkEffect,
  KilledAt,
];

const die = (): boolean => process.kill(process.pid, 'SIGKILL');

const host = hostAt(root, pid);
const run: NetworkHost['run'] = async (file, args, options) => {
  if (at === 'the end' || file !== at.program) return host.run(file, args, options);
  if (at.when === 'before') die();
  const ended = host.run(file, args, options);
  if (at.when === 'during') setTimeout(die, 50);
  await ended;
  die();
  return ended;
};

const ended = await applyNetwork({ ...host, run }, effect);
process.stdout.write(`${JSON.stringify(ended)}\n`);
die();
