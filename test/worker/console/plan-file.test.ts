import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { loadPlan, savePlan } from '#worker/console/plan-file';
import { memory, Rehearsal, unable } from '../changeset/rehearse.ts';

/** On one disk contents are taken into the store as links, from another they are copied. */
const PLACES = { 'as a link': tmpdir(), 'as a copy': memory };

describe('A saved plan', { skip: unable }, () => {
  const before = process.env['TMPDIR'];
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });

  for (const [how, place] of Object.entries(PLACES))
    it(`whose content was altered is refused, and the honest one is taken from then on all the same (${how})`, () => {
      using rehearsal = new Rehearsal(':', tmpdir());
      const sealed = rehearsal.sealed('echo one > a; echo two > b');
      const plan = { sealed, root: '/', command: ['true'], mounts: [] };
      const folder = mkdtempSync(join(tmpdir(), 'quorate-saved-'));
      try {
        const [honest, altered, store] = ['honest', 'altered', 'store'].map((name) => join(folder, name)) as [
          string,
          string,
          string,
        ]; // three names in, three paths out
        savePlan(honest, rehearsal.shop.store, plan);
        const text = readFileSync(honest, 'utf8');
        writeFileSync(
          altered,
          text.replace(Buffer.from('one\n').toString('base64'), Buffer.from('bad\n').toString('base64')),
        );
        assert.notEqual(readFileSync(altered, 'utf8'), text);
        process.env['TMPDIR'] = place;
        const refused = loadPlan(altered, store);
        assert.ok(!refused.ok && refused.error.file === 'incomplete', JSON.stringify(refused));
        assert.equal(refused.error.problem.problem, 'content-altered');
        assert.deepEqual(
          readdirSync(join(store, 'content')).filter((name) => name.endsWith('.draft')),
          [],
        );
        const taken = loadPlan(honest, store);
        assert.ok(taken.ok, JSON.stringify(taken));
        assert.equal(taken.value.sealed.digest, sealed.digest);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
