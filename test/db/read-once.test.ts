import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOnce } from '#db/read-once';

test('a row is read once as long as it is the same, and anew when any column of it is another', () => {
  const seen: string[] = [];
  const read = readOnce(
    (row: { readonly id: string; readonly name: string; readonly more: number | null }) => {
      seen.push(`${row.id} ${row.name} ${row.more}`);
      return { ...row };
    },
  );
  const first = read({ id: 'a', name: 'Ada', more: null });
  assert.equal(read({ id: 'a', name: 'Ada', more: null }), first);
  read({ id: 'b', name: 'Ada', more: null });
  assert.equal(read({ id: 'a', name: 'Ada', more: null }), first);
  assert.deepEqual(read({ id: 'a', name: 'Ada', more: 1 }), { id: 'a', name: 'Ada', more: 1 });
  assert.deepEqual(seen, ['a Ada null', 'b Ada null', 'a Ada 1']);
});
