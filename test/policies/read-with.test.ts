import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { readWith } from '#policies/read-with';

/** Everything a schema may ask about a length, each of which would be compared with a number. */
const MEASURED: Readonly<Record<string, z.ZodType>> = {
  'at most': z.string().max(3),
  'at least': z.string().min(3),
  exactly: z.string().length(3),
  'a list': z.array(z.string()).max(3),
  either: z.union([z.int(), z.string().max(3)]),
  'a key': z.object({ inside: z.string().max(3).optional() }),
  'as text': z.coerce.string(),
};

/** All of these come through JSON. */
const HOSTILE = ['{"valueOf":1,"toString":1}', '{"toString":[]}', '[{"toString":null}]', '{"valueOf":{}}'];

const wrapped = (name: string, length: string): unknown => {
  const value: unknown = JSON.parse(`{"length":${length},"toString":1}`);
  return name === 'a key' ? { inside: value } : value;
};

describe('A value from outside', () => {
  for (const [name, schema] of Object.entries(MEASURED))
    for (const length of HOSTILE)
      it(`whose length is ${length} is refused and breaks nothing (${name})`, () => {
        const read = readWith(schema, wrapped(name, length));
        assert.equal(read.success, false);
        assert.ok(read.error.issues.length > 0);
      });

  it('is read as its schema reads it', () => {
    assert.deepEqual(readWith(z.string().max(3), 'abc'), { success: true, data: 'abc' });
    const told = readWith(z.string(), 1, { error: () => 'a word' });
    assert.deepEqual(
      told.error?.issues.map(({ message }) => message),
      ['a word'],
    );
  });

  it('does not hide what is broken in a schema itself', () => {
    const broken = z.string().refine(() => {
      throw new TypeError('broken');
    });
    assert.throws(() => readWith(broken, 'x'), /broken/);
  });
});
