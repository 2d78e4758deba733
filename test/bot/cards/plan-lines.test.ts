import assert from 'node:assert/strict';
import { it } from 'node:test';
import { blastLine } from '#bot/cards/plan-lines';
import { plain, wordsOf } from '#bot/cards/words';
import type { Blast } from '#policies/plan';

/** One of each kind: a new kind without a row here does not compile. */
const SAID: { readonly [B in Blast['blast']]: readonly [Extract<Blast, { blast: B }>, string] } = {
  'guest-stops': [{ blast: 'guest-stops', vmid: 101, name: 'web' }, 'web (101) se detiene'],
  'guest-interrupted': [{ blast: 'guest-interrupted', vmid: 101, name: 'web' }, 'web (101) se interrumpe'],
  'data-lost': [
    { blast: 'data-lost', what: 'scsi0 local:vm-101-disk-0 (32G)' },
    'Se pierde para siempre: scsi0 local:vm-101-disk-0 (32G)',
  ],
  'snapshots-lost': [{ blast: 'snapshots-lost', count: 2 }, 'Se pierden 2 instantáneas para siempre'],
  'job-place-lost': [
    { blast: 'job-place-lost', job: 'nightly' },
    'Se pierde para siempre: su lugar en la tarea de copias nightly',
  ],
  'snapshot-lost': [{ blast: 'snapshot-lost', name: 'old' }, 'Se pierde para siempre: la instantánea old'],
  'since-snapshot-lost': [
    { blast: 'since-snapshot-lost', name: 'old' },
    'Se pierde para siempre: todo lo posterior a la instantánea old',
  ],
  'after-restart': [
    { blast: 'after-restart', key: 'memory' },
    'memory tendrá efecto tras reiniciar el invitado',
  ],
  'after-reboot': [
    { blast: 'after-reboot', what: '/etc/default/grub' },
    '/etc/default/grub tendrá efecto tras reiniciar el host',
  ],
  'service-interrupted': [
    { blast: 'service-interrupted', node: 'pve1', service: 'pveproxy' },
    'pveproxy en pve1 se interrumpe',
  ],
};

it('what else feels a change is said in the language of the card, whole', () => {
  const words = wordsOf('es');
  for (const [blast, said] of Object.values(SAID)) assert.equal(plain(blastLine(words, blast)), said);
  assert.equal(
    plain(blastLine(words, { blast: 'snapshots-lost', count: 1 })),
    'Se pierde 1 instantánea para siempre',
  );
});
