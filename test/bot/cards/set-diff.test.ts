import { join } from 'node:path';
import { test } from 'node:test';
import { planDiff } from '#bot/cards/plan-diff';
import { checkLines } from '#bot/cards/plan-lines';
import { stepLines } from '#bot/cards/step';
import { plain, wordsOf } from '#bot/cards/words';
import type { ChangeSetEffect } from '#policies/change-set';
import { samplePlan } from '#test/db/journal/sample';
import { PVE1 } from '#test/worker/jobs/site';
import { invertedSet } from '#worker/scripts/inverted-set';

const entry = (path: string, more: object) => ({
  path,
  before: null,
  after: 'file 0644 0:0, 9 bytes',
  diff: null,
  unshown: null,
  ...more,
});

/** One of each that a change set can hold. */
const EFFECT: ChangeSetEffect = {
  kind: 'changeset',
  tx: 'a',
  way: 'there',
  digest: 'd'.repeat(64),
  mounts: [{ path: '/', profile: 'posix' }],
  paths: ['/etc/hosts', '/etc/shadow', '/usr/bin/htop'],
  packages: [{ name: 'htop:amd64', before: null, after: '3.3.0-4' }],
  accounts: [{ name: 'passwd nas', before: null, after: 'nas:x:1000:1000::/home/nas:/bin/sh' }],
  units: [{ name: 'rpcbind.socket', before: 'sockets.target.wants', after: null }],
  entries: [
    entry('/etc/hosts', {
      before: 'file 0644 0:0, 46 bytes',
      diff: ['@@ -1,2 +1,2 @@', ' 127.0.0.1 localhost', '-192.0.2.1 nas', '+192.0.2.9 nas'],
    }),
    entry('/etc/mode', { before: 'file 0600 0:0, 9 bytes', unshown: 'same-content' }),
    entry('/etc/shadow', { before: 'file 0640 0:42, 9 bytes', unshown: 'secret' }),
    entry('/etc/blob', { unshown: 'binary' }),
    entry('/etc/large', { unshown: 'large' }),
    entry('/etc/unread', { unshown: 'unavailable' }),
    entry('/etc/gone', { before: 'symlink to /x, 0:0', after: null, unshown: 'not-a-file' }),
    entry('/usr/bin/htop', { unshown: 'package' }),
  ],
  jobs: [{ job: 'daemon-reload' }, { job: 'try-restart', unit: 'web.service' }],
  rehearsed: {
    script: 'own',
    path: '/root/own.sh',
    sha256: 'e'.repeat(64),
    args: ['--all'],
    answers: 'Go on=yes',
    text: '#!/bin/sh\nsystemctl restart chrony\n',
    labels: [
      { label: 'units', lines: [2] },
      { label: 'access', lines: [] },
    ],
    code: 1,
    short: [
      { of: 'left-out', what: ['systemctl restart chrony'] },
      { of: 'failed', what: ['exit 1'] },
    ],
    unseen: ['/mnt/nfs: hidden, a network file system could hang the rehearsal'],
  },
};

for (const language of ['en', 'es'])
  test(`a change set is said whole in ${language}, there and back`, (t) => {
    const words = wordsOf(language);
    const back = invertedSet(EFFECT);
    const effects = [EFFECT, ...(back ? [back] : [])];
    const plan = samplePlan('a', { target: PVE1, effects });
    const text = [
      planDiff(plan, words),
      ...stepLines(words, plan, { step: 0, at: 'now' }).map(plain),
      ...checkLines(words, [
        { check: 'rehearsal', state: 'warn', facts: { 'left-out': 'systemctl restart chrony' } },
        { check: 'rehearsal', state: 'warn', facts: { unanswered: 'pvesh get /nodes' } },
        { check: 'rehearsal', state: 'warn', facts: { failed: 'exit 1' } },
        { check: 'rehearsal', state: 'warn', facts: { unseen: '/etc/blob' } },
      ]).map(plain),
    ].join('\n');
    t.assert.fileSnapshot(text, join(import.meta.dirname, `../../golden/cards/change-set.${language}.txt`), {
      serializers: [String],
    });
  });
