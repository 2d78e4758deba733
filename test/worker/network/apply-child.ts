import type { NetworkEffect } from '#policies/effect';
import { applyNetwork } from '#worker/network/apply';
import { hostAt } from './rig.ts';

// A worker that puts a network change in force and is gone without a word, from wherever it is when the parent kills it.
// The parent of this process wrote the argument.
const [root, pid, effect] = JSON.parse(process.argv[2] ?? '') as [string, number, NetworkEffect];
process.stdout.write('begun\n');
const ended = await applyNetwork(hostAt(root, pid), effect);
process.stdout.write(`${JSON.stringify(ended)}\n`);
process.kill(process.pid, 'SIGKILL');
