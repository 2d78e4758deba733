import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply } from '#worker/changeset/apply';
import { settle, undo } from '#worker/changeset/undo';
import { memory, Rehearsal, unable } from './rehearse.ts';
import { treeState } from './tree-state.ts';

const TREE = `mkdir -p a/b c/d e; for f in a/x a/b/y c/d/z e/w; do echo $f > $f; done; ln -s x a/l
  setfacl -m u:9:r a/x; setfacl -d -m g:8:rx c; chmod 3775 e`;

/** Few names, so that operations meet. */
const place = fc.constantFrom(
  'a',
  'a/x',
  'a/b',
  'a/b/y',
  'a/l',
  'c',
  'c/d',
  'c/d/z',
  'e',
  'e/w',
  'e/n',
  'n',
  'n/m',
  "'n m\n'",
  "a/$(printf '\\377')",
);
const two = (form: (one: string, other: string) => string): fc.Arbitrary<string> =>
  fc.tuple(place, place).map(([one, other]) => form(one, other));

/** Directories are not moved: those of the lower cannot be renamed in an overlay, and the copy that mv makes is not the same. */
const operation = fc.oneof(
  place.map((at) => `[ -p ${at} ] || echo more >> ${at}`),
  place.map((at) => `[ -p ${at} ] || echo new > ${at}`),
  place.map((at) => `rm -rf ${at}`),
  place.map((at) => `mkdir -p ${at}`),
  place.map((at) => `rmdir ${at}`),
  place.map((at) => `mkfifo ${at}`),
  place.map((at) => `chmod 4751 ${at}`),
  place.map((at) => `chmod 2700 ${at}`),
  place.map((at) => `chown -h 3:4 ${at}`),
  place.map((at) => `setfattr -n user.q -v z ${at}`),
  place.map((at) => `setfacl -m u:5:rwx ${at}`),
  place.map((at) => `touch ${at}`),
  two((one, other) => `[ -d ${one} ] || mv -T ${one} ${other}`),
  two((one, other) => `cp -a ${one} ${other}`),
  two((one, other) => `ln ${one} ${other}`),
  two((one, other) => `ln -sfn ${one} ${other}`),
);

test('any script does the same by rehearsal and apply as it does bare, and the undo of it is exact', {
  skip: unable,
}, () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 12 }), (operations) => {
      using rehearsal = new Rehearsal(TREE, memory);
      const script = `exec 2>/dev/null\n${operations.join('\n')}`;
      const twin = rehearsal.twin();
      const old = treeState(rehearsal.root);
      const sealed = rehearsal.sealed(script);
      assert.deepEqual(treeState(rehearsal.root), old);
      rehearsal.bare(script, twin);
      assert.deepEqual(apply(rehearsal.shop, sealed, 'one'), { ok: true, value: true });
      assert.deepEqual(undo(rehearsal.shop, 'one'), { ok: true, value: { left: [] } });
      assert.deepEqual(treeState(rehearsal.root), old);
      assert.ok(apply(rehearsal.shop, sealed, 'two').ok && settle(rehearsal.shop, 'two').ok);
      assert.deepEqual(treeState(rehearsal.root), treeState(twin));
      assert.deepEqual(rehearsal.scanned(':').changes, []);
    }),
    { numRuns: 40 },
  );
});
