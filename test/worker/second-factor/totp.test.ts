import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { enrolmentUri, SECRET_BYTES, secretText, stepOfCode } from '#worker/second-factor/totp';
import { codeAt, RFC_SECRET } from './authenticator.ts';

/** RFC 6238, appendix B, SHA-1: the time in seconds and the last six of its eight digits, which are the code of six. */
const VECTORS = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

describe('A code', () => {
  for (const [seconds, code] of VECTORS)
    it(`is ${code} at ${seconds} s, as in RFC 6238`, () => {
      assert.equal(codeAt(RFC_SECRET, seconds * 1000), code);
      assert.equal(stepOfCode(RFC_SECRET, code, seconds * 1000), Math.floor(seconds / 30));
    });

  it('is taken one step before and after its own, and named by its own', () => {
    const code = '279037';
    const step = Math.floor(2_000_000_000 / 30);
    const at = (steps: number) => stepOfCode(RFC_SECRET, code, (step + steps) * 30_000);
    assert.deepEqual([-2, -1, 0, 1, 2].map(at), [null, step, step, step, null]);
  });

  it('is taken up to the last millisecond of the step after its own', () => {
    const end = (Math.floor(2_000_000_000 / 30) + 2) * 30_000;
    assert.notEqual(stepOfCode(RFC_SECRET, '279037', end - 1), null);
    assert.equal(stepOfCode(RFC_SECRET, '279037', end), null);
  });

  it('is six digits and nothing else', () => {
    for (const code of ['', '27903', '2790370', '27903x', ' 279037', '-79037'])
      assert.equal(stepOfCode(RFC_SECRET, code, 2_000_000_000_000), null, code);
  });
});

describe('An enrolment', () => {
  it('says in its URI what an app has to know', () => {
    const secret = secretText(new Uint8Array(SECRET_BYTES).fill(255));
    assert.match(secret, /^[A-Z2-7]{32}$/);
    const uri = new URL(enrolmentUri(secret, { issuer: 'Quorate node.home.pve1', label: 'ada' }));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(decodeURIComponent(uri.pathname), '/Quorate node.home.pve1:ada');
    const { secret: shown, algorithm, digits, period } = Object.fromEntries(uri.searchParams);
    assert.deepEqual([shown, algorithm, digits, period], [secret, 'SHA1', '6', '30']);
  });
});
