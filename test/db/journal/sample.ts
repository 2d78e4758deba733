import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '#db/journal/journal';
import { openDatabase } from '#db/open';
import { ChangeId, NodeName, PersonId, SiteId, Vmid } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { Ticket } from '#policies/ticket';
import { SCRATCH } from '#test/fixture/scratch';

/** A journal in a folder of its own; `close` removes both. */
export const tempJournal = (
  now: () => number = Date.now,
): { journal: Journal; folder: string; close: () => void } => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-journal-'));
  const db = openDatabase({ path: join(folder, 'journal.db'), migrations: 'journal', now });
  const close = (): void => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { journal: { db, now, random: randomBytes, address: 'node.home.pve1' }, folder, close };
};

/** A change id made of one letter. */
export const changeId = (letter: string): ChangeId => ChangeId.parse(letter.repeat(20));

/** A small plan about guest 101: one API call. */
export const samplePlan = (letter: string, rest: Partial<Plan> = {}): Plan => ({
  change: changeId(letter),
  action: 'guest.stop',
  target: { kind: 'guest', site: SiteId.parse('home'), vmid: Vmid.parse(101) },
  node: NodeName.parse('pve1'),
  params: {},
  name: 'web',
  basis: [],
  effects: [
    {
      kind: 'api',
      call: { method: 'POST', path: '/nodes/pve1/qemu/101/status/stop', params: {} },
      answer: 'task',
      diff: [],
      inverse: null,
    },
  ],
  probes: [],
  checks: [],
  blast: [],
  risk: 'high',
  undo: { possible: false, why: 'already-happened' },
  madeAt: 1,
  ...rest,
});

/** A ticket for a plan, not signed. */
export const sampleTicket = (plan: Plan, hash: Ticket['plan'], rest: Partial<Ticket> = {}): Ticket => ({
  change: plan.change,
  worker: 'node.home.pve1',
  plan: hash,
  requester: PersonId.parse('omar'),
  finishBy: null,
  revert: null,
  votes: [{ person: PersonId.parse('ada'), role: 'admin', at: 1 }],
  risk: plan.risk,
  glass: null,
  secondFactor: false,
  rules: 'rules',
  issued: 1,
  expires: 10_000,
  nonce: `nonce-${plan.change}`,
  ...rest,
});
