import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inForce, normal, shown, storedTags } from '#worker/actions/setting';

test('tags are sorted, joined with ";" and there once, as a real node stored them', () => {
  assert.equal(storedTags('web;prod;new'), 'new;prod;web');
  assert.equal(storedTags('prod,web'), 'prod;web');
  assert.equal(storedTags('b,a;b a'), 'a;b');
  assert.equal(storedTags(''), '');
});

test('normal values stay as they are when they are normalised again', () => {
  const key = fc.constantFrom('tags', 'memory', 'onboot', 'cores');
  fc.assert(
    fc.property(key, fc.string(), (name, value) => {
      const once = normal(name, value);
      assert.equal(normal(name, once), once);
    }),
  );
});

test('the newline that a container brings back after its description is no change', () => {
  assert.equal(normal('description', 'two\nlines\n'), 'two\nlines');
  assert.equal(normal('memory', 'current=2048'), '2048');
});

test('an absent setting counts as its default where it has one', () => {
  assert.equal(inForce('onboot', null), '0');
  assert.equal(inForce('cores', null), null);
  assert.equal(inForce('onboot', '1'), '1');
});

test('secrets are masked, and an absent one is absent', () => {
  for (const key of ['cipassword', 'sshkeys', 'args']) {
    assert.equal(shown(key, 'hidden'), '•••');
    assert.equal(shown(key, null), null);
  }
  assert.equal(shown('memory', '2048'), '2048');
});
