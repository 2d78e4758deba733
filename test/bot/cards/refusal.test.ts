import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exampleOf } from '#bot/cards/example';
import { refusalCard, refusalText, workerRefusalText } from '#bot/cards/refusal';
import { plain, wordsOf } from '#bot/cards/words';
import { COMMANDS } from '#bot/commands/table';
import { readLine } from '#bot/commands/words-of-line';
import { ACTIONS } from '#policies/actions';
import { Zone } from '#policies/calendar/zone';
import { ChangeId, PersonId } from '#policies/ids';
import type { Refusal } from '#policies/refusal';
import { WorkerRefusal } from '#policies/worker-refusal';

/** One refusal of each kind: a new kind without a row here does not compile. */
const REFUSALS: { readonly [N in Refusal['no']]: Extract<Refusal, { no: N }> } = {
  'person-disabled': { no: 'person-disabled' },
  'own-request': { no: 'own-request' },
  'out-of-scope': { no: 'out-of-scope' },
  'fits-no-slot': {
    no: 'fits-no-slot',
    role: 'viewer',
    needs: [
      { count: 2, role: 'admin' },
      { count: 1, group: 'net' },
    ],
  },
  'already-voted': { no: 'already-voted' },
  'role-too-low': { no: 'role-too-low', role: 'viewer', needs: 'admin' },
  'requester-disabled': { no: 'requester-disabled' },
  'type-target': { no: 'type-target', command: 'approve', change: 12 },
  'no-break-glass': { no: 'no-break-glass' },
  'nothing-missing': { no: 'nothing-missing' },
  'glass-spent': { no: 'glass-spent', count: 3, until: 1_790_000_000_000 },
  'reviews-owed': { no: 'reviews-owed', owed: 2 },
  'own-glass': { no: 'own-glass' },
  'nothing-to-review': { no: 'nothing-to-review' },
  'nothing-to-confirm': { no: 'nothing-to-confirm' },
  'reason-required': { no: 'reason-required' },
  'already-chosen': { no: 'already-chosen', choice: 'keep', by: PersonId.parse('ada'), at: 1 },
  'too-late-to-choose': { no: 'too-late-to-choose' },
  'own-change': { no: 'own-change' },
  'not-a-keeper': { no: 'not-a-keeper', role: 'viewer', needs: [{ count: 1, role: 'admin' }] },
  'cannot-be-taken-back': { no: 'cannot-be-taken-back', steps: [0, 2] },
  'nobody-may-keep': { no: 'nobody-may-keep' },
  'too-early': { no: 'too-early' },
  'never-opens': { no: 'never-opens', windows: ['night', 'weekend'] },
  'closed-then': { no: 'closed-then', at: 1, windows: ['night'], opens: 2 },
  'no-node-for-code': { no: 'no-node-for-code' },
  'rests-beyond': { no: 'rests-beyond', at: 1, cooldown: 600_000 },
  'votes-too-old': { no: 'votes-too-old', at: 1, holds: 3_600_000 },
  'at-past': { no: 'at-past', at: 1, zone: Zone.parse('Europe/Berlin') },
  'at-too-far': { no: 'at-too-far', at: 1, zone: Zone.parse('UTC'), most: 604_800_000 },
  'no-rule': { no: 'no-rule' },
  'only-tags': { no: 'only-tags', rules: ['lab'] },
  'not-in-group': { no: 'not-in-group', group: 'net' },
  frozen: { no: 'frozen', freeze: 'xmas', text: 'nobody is there', until: 1 },
  'read-only': { no: 'read-only' },
  'not-named': { no: 'not-named', action: 'guest.destroy' },
  denied: { no: 'denied', rule: 'night', text: 'Not at night' },
  'fact-unknown': { no: 'fact-unknown', rule: 'tagged' },
  'impossible-quorum': { no: 'impossible-quorum', needs: [{ count: 3, role: 'admin' }] },
  'keeps-drifting': { no: 'keeps-drifting', times: 3 },
  drifted: { no: 'drifted' },
  'not-possible': { no: 'not-possible', state: 'denied', event: 'vote' },
  'plan-changed': { no: 'plan-changed' },
  expired: { no: 'expired' },
  'unknown-command': { no: 'unknown-command', command: '/stpo' },
  'line-too-long': { no: 'line-too-long', length: 9999, most: 4096 },
  'missing-argument': { no: 'missing-argument', command: 'stop', argument: 'guest' },
  'bad-argument': { no: 'bad-argument', command: 'set', argument: 'cores', expected: 'cores' },
  'no-such-guest': { no: 'no-such-guest', text: 'x' },
  'ambiguous-guest': { no: 'ambiguous-guest', text: 'db', vmids: [102, 103] },
  'mode-as-is': { no: 'mode-as-is', mode: 'read_only' },
  'mode-held': { no: 'mode-held', than: 'file', mode: 'production' },
  'no-way-back': { no: 'no-way-back', why: { no: 'no-rule' } },
  'no-such-site': { no: 'no-such-site', text: 'farm', sites: ['home'] },
  'no-such-node': { no: 'no-such-node', text: 'pve9', nodes: ['pve1', 'pve2'] },
  'no-such-change': { no: 'no-such-change', text: '77' },
  'second-factor': { no: 'second-factor', change: 12 },
  'not-enrolled': { no: 'not-enrolled', person: PersonId.parse('ada'), worker: 'node.home.pve1' },
  'no-code-asked': { no: 'no-code-asked', change: 12 },
  'code-not-private': { no: 'code-not-private' },
  code: { no: 'code', verdict: 'wrong' },
  'not-linked': { no: 'not-linked' },
  'link-code': { no: 'link-code' },
  'account-taken': { no: 'account-taken' },
  'stale-button': { no: 'stale-button' },
  'private-chat-only': { no: 'private-chat-only' },
  'inventory-unknown': { no: 'inventory-unknown' },
  'no-worker': { no: 'no-worker', target: 'home/101' },
  'already-asked': { no: 'already-asked', change: 7 },
  capped: { no: 'capped', cap: 'open_per_person', most: 5 },
  'target-busy': { no: 'target-busy', target: 'home/101', change: 7 },
  'not-in-this-chat': { no: 'not-in-this-chat', target: 'home/101' },
  'plan-not-shown': { no: 'plan-not-shown' },
  'no-link-request': { no: 'no-link-request' },
  'link-elsewhere': { no: 'link-elsewhere', person: 'kim' },
  'not-waiting': { no: 'not-waiting' },
  'about-yourself': { no: 'about-yourself' },
  'no-such-person': { no: 'no-such-person', person: 'kim' },
  'person-exists': { no: 'person-exists', person: 'kim' },
  'already-so': { no: 'already-so' },
  'last-admin': { no: 'last-admin' },
  'own-end': { no: 'own-end' },
  'may-still-begin': { no: 'may-still-begin', until: 1 },
  worker: { no: 'worker', refusal: { no: 'nothing-to-do' } },
};

const WORKERS: { readonly [N in WorkerRefusal['no']]: Extract<WorkerRefusal, { no: N }> } = {
  'checks-failed': {
    no: 'checks-failed',
    checks: [{ check: 'lock', state: 'stop', facts: { lock: 'backup' } }],
  },
  'guest-not-found': { no: 'guest-not-found', vmid: 101 },
  'wrong-kind': { no: 'wrong-kind', action: 'guest.suspend', kind: 'lxc' },
  'nothing-to-do': { no: 'nothing-to-do' },
  'unknown-recipe': { no: 'unknown-recipe', recipe: 'x', known: ['apt-no-translations'] },
  'recipe-not-for-this-host': { no: 'recipe-not-for-this-host', recipe: 'x', why: 'no apt' },
  'unknown-script': { no: 'unknown-script', script: 'x', known: ['tune-journal'] },
  'script-changed': { no: 'script-changed', script: 'x', path: '/root/x.sh', sha256: 'a' },
  'script-unusable': { no: 'script-unusable', script: 'x', why: '/root/x.sh: a file' },
  'no-sandbox': { no: 'no-sandbox', why: 'no bubblewrap' },
  'script-stopped': { no: 'script-stopped', script: 'x', by: 'time' },
  'script-asks': { no: 'script-asks', script: 'x', dialogs: ['whiptail --yesno Really?'] },
  'script-falls-short': {
    no: 'script-falls-short',
    script: 'x',
    short: [{ of: 'left-out', what: ['systemctl restart chrony'] }],
  },
  'script-not-carried-out': { no: 'script-not-carried-out', script: 'x', why: 'hard linked /etc/x' },
  'no-actor-token': { no: 'no-actor-token' },
  'forbidden-by-proxmox': { no: 'forbidden-by-proxmox', path: '/vms/101', privilege: 'VM.PowerMgmt' },
  'proxmox-refused': { no: 'proxmox-refused', status: 500, message: 'got no answer' },
  'proxmox-unreachable': { no: 'proxmox-unreachable', message: 'ECONNREFUSED' },
  'no-such-run': { no: 'no-such-run', change: 'a' },
  'cannot-undo': { no: 'cannot-undo', why: 'data-is-gone' },
  'cannot-revert': { no: 'cannot-revert', steps: [0] },
  'undo-stopped': {
    no: 'undo-stopped',
    stop: { change: ChangeId.parse('b'.repeat(20)), what: 'memory', why: 'did-not-succeed', checks: [] },
    older: 2,
  },
  'no-such-plan': { no: 'no-such-plan' },
  ticket: { no: 'ticket', why: 'used' },
  'not-here': { no: 'not-here', about: 'lab/101', here: 'home/pve1' },
  'node-policy': { no: 'node-policy', rule: 'frozen', risk: 'high', needs: 1 },
  'no-second-factor': { no: 'no-second-factor', people: [PersonId.parse('ada')] },
  'node-policy-unreadable': {
    no: 'node-policy-unreadable',
    why: '/etc/quorate/node-policy.yaml: expected x',
  },
  absolute: { no: 'absolute', rule: 'own-files', fact: '/etc/quorate' },
  'target-locked': { no: 'target-locked', by: 'change 3' },
  'worker-broken': { no: 'worker-broken', message: 'out of memory' },
};

const HOSTILE = '\u202e\u001b[31m@everyone';

/** What came from a node or a person; all else is one of our own names. */
const FOREIGN = ['text', 'message', 'fact', 'by', 'recipe', 'group', 'path', 'privilege'];

/** The same refusal with something hostile in every text that came from outside. */
const hostile = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      FOREIGN.includes(key) && typeof inner === 'string' ? HOSTILE : inner,
    ),
  );

for (const locale of ['en', 'es']) {
  const words = wordsOf(locale);
  describe(`refusals in ${locale}`, () => {
    for (const refusal of Object.values(REFUSALS))
      it(`"${refusal.no}" is one whole sentence`, () => {
        const said = plain(refusalText(words, refusal));
        assert.match(said, /^[A-ZÁÉÍÓÚ/#0-9¡¿a-z].*[.!?0-9a-z]$/u);
        assert.doesNotMatch(said, /undefined|\[object|\{|\}| {2}|\n/);
        assert.deepEqual(refusalCard(words, refusal).buttons, []);
      });
    for (const refusal of Object.values(WORKERS))
      it(`the worker’s "${refusal.no}" is one whole sentence without identifiers`, () => {
        const said = plain(workerRefusalText(words, WorkerRefusal.parse(refusal)));
        assert.match(said, /\.$/);
        assert.doesNotMatch(said, /undefined|\[object|\{|\}| {2}|own-files|data-is-gone|qemu|lxc|frozen/);
      });
    it('text from outside is marked as such in all of them', () => {
      const lines = [
        ...Object.values(REFUSALS).map((refusal) => refusalText(words, hostile(refusal))),
        ...Object.values(WORKERS).map((refusal) => workerRefusalText(words, hostile(refusal))),
      ];
      for (const span of lines.flat())
        assert.ok(span.span === 'outside' || span.span === 'time' || !span.text.includes('@everyone'));
    });
  });
}

it('the example of each command is a line that names this command and fills all it needs', () => {
  for (const { name, usage } of COMMANDS) {
    const example = readLine(exampleOf(name));
    assert.equal(example?.command, name);
    const wanted = usage
      .split(' ')
      .slice(1)
      .filter((word) => !word.startsWith('[') && /^[A-Z]+$/.test(word));
    assert.ok((example?.args.length ?? 0) >= wanted.length, `${exampleOf(name)} for ${usage}`);
  }
});

it('what an argument should be is said in the language of the reader, with the bounds that the catalogue has', () => {
  const asked = { no: 'bad-argument', command: 'set', argument: 'memory', expected: 'memory' } as const;
  const said = plain(refusalText(wordsOf('es'), asked));
  assert.equal(
    said,
    '/set: en memory se espera MiB, un número entero de 16 a 4178944. Ejemplo: /set 101 memory=4096 cores=2',
  );
  const { args } = ACTIONS['config.set'];
  for (const locale of ['en', 'es'])
    for (const argument of ['memory', 'cores'] as const) {
      const words = plain(wordsOf(locale).say(`expected.${argument}`));
      const [least = 0, most = 0] = [...words.matchAll(/\d+/g)].map(([number]) => Number(number));
      const takes = (value: number): boolean => args.safeParse({ [argument]: value }).success;
      assert.deepEqual([least - 1, least, most, most + 1].map(takes), [false, true, true, false], words);
    }
});
