import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical, digestOf, NotCanonical, sha256 } from '#db/canonical';

test('the same value has one text, whatever the order of its keys', () => {
  assert.equal(
    canonical({ b: [1, null, 'é'], a: { z: true, y: -0 } }),
    '{"a":{"y":0,"z":true},"b":[1,null,"é"]}',
  );
  assert.equal(digestOf({ a: 1, b: 2 }), digestOf({ b: 2, a: 1 }));
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('what JSON would lose or bend is refused with the place where it stands', () => {
  // Each is outside of Json on purpose: what a cast or a parser may let through.
  const bad = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '\ud800',
    new Date(0),
    () => 1,
    1n,
    new Array(1),
  ] as never[];
  for (const value of bad)
    assert.throws(
      () => canonical({ a: [0, value] }),
      (e) => e instanceof NotCanonical && e.at.startsWith('$.a[1]'),
    );
  assert.throws(() => canonical({ '\udc00': 1 }), NotCanonical);
});

const exact = (v: unknown): boolean =>
  typeof v === 'number'
    ? !Number.isInteger(v) || Number.isSafeInteger(v)
    : typeof v !== 'object' || v === null || Object.values(v).every(exact);

test('any JSON value with exact numbers survives the way there and back, in the text of the canonicalize package', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 4 }).filter(exact), (value) => {
      // fast-check's JSON values; only their type is spelt otherwise.
      const text = canonical(value as never);
      assert.equal(text, canonicalize(value));
      assert.equal(canonical(JSON.parse(text)), text);
    }),
  );
});

test('keys are ordered by UTF-16 code units, and a cycle is refused', () => {
  // The example of RFC 8785 section 3.2.3: the emoji is two surrogates, which come before U+FB33.
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
  assert.deepEqual(Object.keys(JSON.parse(canonical(Object.fromEntries(keys.map((key) => [key, 0]))))), [
    '1',
    '\r',
    '\u0080',
    '\u00f6',
    '\u20ac',
    '\u{1f600}',
    '\ufb33',
  ]);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  // No JSON, which is the point.
  assert.throws(() => canonical(cycle as never), /nested deeper than 200/);
});
