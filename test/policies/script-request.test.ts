import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptedIn, answersIn, ScriptRequest, SHORTFALLS } from '#policies/script-request';

const isRead = (more: object): boolean => ScriptRequest.safeParse({ script: 'own', ...more }).success;

describe('What is asked of a script', () => {
  it('names it, and may hold nothing else', () => {
    assert.deepEqual(ScriptRequest.parse({ script: 'own' }), { script: 'own' });
    for (const script of ['', 'Own', '../own', 'own.sh', '__proto__'])
      assert.equal(isRead({ script }), false);
    assert.equal(isRead({ sha256: 'a' }), false);
  });

  it('holds answers, each for the first dialog with its words: a word of its own for each button, any other text as typed', () => {
    assert.deepEqual(answersIn('Use ZFS?=yes; Size (a=b)=4096;Go on=No;Leave=escape;'), [
      { matches: 'Use ZFS?', code: 0 },
      { matches: 'Size (a=b)', code: 0, text: '4096' },
      { matches: 'Go on', code: 1 },
      { matches: 'Leave', code: 255 },
    ]);
    for (const answers of ['', ' ; ', 'yes', '=yes', 'Use ZFS?=', 'a=yes; no', 'x'.repeat(2001)])
      assert.equal(isRead({ answers }), false, answers);
    assert.equal(isRead({ answers: 'Use ZFS?=yes' }), true);
  });

  it('accepts shortfalls by their names, each once, and no other word', () => {
    assert.deepEqual(acceptedIn('left-out,failed'), ['left-out', 'failed']);
    assert.equal(isRead({ accept: SHORTFALLS.join(',') }), true);
    for (const accept of ['', 'all', 'left-out,all', 'failed,failed', 'failed, unseen'])
      assert.equal(isRead({ accept }), false, accept);
  });
});
