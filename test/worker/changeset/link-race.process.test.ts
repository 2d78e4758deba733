import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { recover, undo } from '#worker/changeset/undo';
import { memory, Rehearsal, unable } from './rehearse.ts';

const CHILD = join(import.meta.dirname, 'link-race-child.ts');
const ROUNDS = 400;
/** Where the attacker has a processor for itself it may win the first rounds one and all; so many it does not. */
const MOST = 40_000;

test('a directory that is flipped to a link while a change set is applied leads nothing out of the tree', {
  skip: unable,
}, async () => {
  using rehearsal = new Rehearsal('mkdir dir; echo 1 > dir/one', memory);
  const victim = join(rehearsal.folder, 'victim');
  mkdirSync(victim);
  writeFileSync(join(victim, 'one'), '1\n');
  const sealed = rehearsal.sealed('echo 2 > dir/one; echo new > dir/new');
  const attacker = fork(CHILD, [rehearsal.root, victim]);
  let applied = 0;
  try {
    await once(attacker, 'message');
    for (let round = 0; round < ROUNDS || (applied === 0 && round < MOST); round += 1) {
      const id = `t${round}`;
      if (apply(rehearsal.shop, sealed, id).ok) applied += 1;
      // An undo that met the link leaves its paths; the next apply then finds drift, which is no harm here.
      undo(rehearsal.shop, id);
      recover(rehearsal.shop);
      assert.deepEqual(readdirSync(victim), ['one']);
    }
  } finally {
    attacker.kill('SIGKILL');
    await once(attacker, 'exit');
  }
  assert.ok(applied > 0, 'the attacker let nothing through');
});
