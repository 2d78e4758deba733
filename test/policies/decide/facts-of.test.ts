import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide } from '#policies/decide/decide';
import { factsOf } from '#policies/decide/facts-of';
import type { NotKnown } from '#policies/inventory';
import { Inventory } from '#policies/inventory';
import { Target } from '#policies/target';
import { someInventory } from '../../fake/worker.ts';
import { asked, ruleFile, target } from './asked.ts';

const AT = Date.UTC(2026, 10, 25, 12);
const HOUR = 3_600_000;

const known = <T>(value: T) => ({ known: true as const, value });
const unknown = (why: NotKnown) => ({ known: false as const, why });

/** What is seen of guest 101 with these parts of the inventory. */
const seen = (more: object, of = target) => factsOf(of, [someInventory(AT, more)], AT);

const guests = (...rows: readonly object[]) => {
  const { guests: seen } = someInventory(AT);
  const [sample] = seen.known ? seen.value : [];
  return known(rows.map((row) => ({ ...sample, vmid: 101, ...row })));
};

const backup = (age: number, vmid = 101) => ({
  vmid,
  storage: 'backup',
  volid: `backup:${vmid}-${age}`,
  at: AT - age,
  size: null,
  protected: false,
});

describe('what rules may look at', () => {
  it('is all unknown of a site that nobody has looked at, and of a guest that is not there', () => {
    const facts = {
      quorum: 'unknown',
      node_online: 'unknown',
      guest_kind: 'unknown',
      power: 'unknown',
      last_backup: 'unknown',
    };
    const nothing = { node: null, pool: null, tags: null, registeredTags: [] };
    assert.deepEqual(factsOf(target, [], AT), { ...nothing, facts });
    const elsewhere = Target.parse({ ...target, site: 'away' });
    assert.deepEqual(factsOf(elsewhere, [someInventory(AT)], AT), { ...nothing, facts });
    assert.deepEqual(seen({ guests: guests({ vmid: 100 }) }).tags, null);
    assert.deepEqual(seen({ guests: unknown('forbidden') }).facts, { ...facts, quorum: 'yes' });
  });

  it('is what the inventory of the site says of a guest', () => {
    const row = { kind: 'lxc', status: 'paused', pool: 'lab', tags: ['web'] };
    assert.deepEqual(seen({ guests: guests({ vmid: 100 }, row) }), {
      node: 'pve1',
      pool: 'lab',
      tags: ['web'],
      registeredTags: [],
      facts: {
        quorum: 'yes',
        node_online: 'yes',
        guest_kind: 'lxc',
        power: 'paused',
        last_backup: 'never',
      },
    });
    assert.equal(seen({}).pool, '', 'a guest that is in no pool');
  });

  it('is no guest, no pool and no tag of a node, and whether that node answers', () => {
    const node = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
    const { facts, ...place } = seen({}, node);
    assert.deepEqual(place, { node: 'pve1', pool: '', tags: [], registeredTags: [] });
    assert.deepEqual(facts, {
      quorum: 'yes',
      node_online: 'yes',
      guest_kind: 'none',
      power: 'none',
      last_backup: 'none',
    });
    const off = known([{ node: 'pve1', online: false, cpu: null, memory: null, maxMemory: null }]);
    assert.equal(seen({ nodes: off }, node).facts.node_online, 'no');
    const other = Target.parse({ kind: 'node', site: 'home', node: 'pve2' });
    assert.equal(seen({}, other).facts.node_online, 'unknown');
    const lost = known({ standalone: false, quorate: false, nodes: 1, online: 1 });
    assert.equal(seen({ quorum: lost }).facts.quorum, 'no');
    assert.equal(seen({ quorum: unknown('unreachable') }).facts.quorum, 'unknown');
    assert.equal(seen({ nodes: unknown('forbidden') }, node).facts.node_online, 'unknown');
  });

  it('is no place of what is about Quorate itself: no node, no pool, no tag, and a guest that is none', () => {
    for (const own of [Target.parse({ kind: 'rules' }), Target.parse({ kind: 'person', person: 'omar' })])
      assert.deepEqual(seen({}, own), {
        node: null,
        pool: '',
        tags: [],
        registeredTags: [],
        facts: {
          quorum: 'unknown',
          node_online: 'unknown',
          guest_kind: 'none',
          power: 'none',
          last_backup: 'none',
        },
      });
  });

  it('is the age of the newest backup of the guest itself, to the millisecond', () => {
    const age = (...backups: readonly object[]) => seen({ backups: known(backups) }).facts.last_backup;
    assert.equal(age(), 'never');
    assert.equal(age(backup(HOUR, 100)), 'never');
    assert.equal(age(backup(24 * HOUR)), 'within-a-day');
    assert.equal(age(backup(24 * HOUR + 1)), 'within-a-week');
    assert.equal(age(backup(7 * 24 * HOUR)), 'within-a-week');
    assert.equal(age(backup(7 * 24 * HOUR + 1)), 'older');
    assert.equal(age(backup(9 * 24 * HOUR), backup(HOUR), backup(8 * 24 * HOUR)), 'within-a-day');
    assert.equal(seen({ backups: unknown('forbidden') }).facts.last_backup, 'unknown');
  });

  it('a tag that anybody can give grants nothing, a registered one does', () => {
    const rules = ruleFile([{ id: 'lab', match: { tag: ['lab'] }, need: [] }]);
    const verdict = (registeredTags?: unknown) => {
      const tagged = guests({ tags: ['lab', 'web'] });
      const inventory = someInventory(AT, {
        guests: tagged,
        ...(registeredTags === undefined ? {} : { registeredTags }),
      });
      const decision = decide(rules, asked({ at: AT, ...factsOf(target, [inventory], AT) }));
      return decision.verdict === 'refuse' ? decision.refusal.no : decision.verdict;
    };
    assert.equal(verdict(known(['lab', 'prod'])), 'allow');
    assert.equal(verdict(known([])), 'only-tags');
    assert.equal(verdict(known(['web'])), 'only-tags', 'another tag of the guest is registered');
    assert.equal(verdict(known(['Lab'])), 'only-tags', 'Proxmox tells tags apart by case');
    assert.equal(verdict(unknown('forbidden')), 'only-tags');
    assert.equal(verdict(), 'only-tags', 'a worker from before tags were read');
    const read = Inventory.parse({ ...someInventory(AT), registeredTags: undefined });
    assert.deepEqual(read.registeredTags, unknown('not-read'));
  });
});
