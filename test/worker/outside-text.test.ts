import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outsideText } from '#worker/outside-text';

test('what cannot be seen is shown by its number, and half a surrogate pair becomes a replacement', () => {
  assert.equal(outsideText('\u001b[31mred\u0007', 50), '\\u{1b}[31mred\\u{7}');
  assert.equal(outsideText('a\u202eb\nc', 50), 'a\\u{202e}b\\u{a}c');
  assert.equal(outsideText('x\ud800y', 50), 'x\ufffdy');
});

test('a text that is too long is cut and says how much was left out', () => {
  assert.equal(outsideText('x'.repeat(1300), 300), `${'x'.repeat(300)}… (+1000)`);
  assert.equal(outsideText(`${'x'.repeat(299)}😀end`, 300), `${'x'.repeat(299)}… (+5)`);
});

test('whatever comes from outside is well-formed, bounded and holds no control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat(40), (text, most) => {
      const said = outsideText(text, most);
      assert.ok(said.isWellFormed());
      assert.doesNotMatch(said, /\p{Cc}/u);
      assert.ok(said.length <= most * 10 + 12);
    }),
  );
});
