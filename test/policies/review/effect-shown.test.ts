import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SiteId } from '#policies/ids';
import { mayBeLooser, type RulesEffect, rulesEffect } from '#policies/review/rules-effect';
import { EMPTY } from '#policies/rules/built-in';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';

const base = { at: Date.UTC(2026, 10, 25, 12), people: [], recorded: [], sites: [] };
const effect = (old: Rules, next: Rules, sites: readonly string[] = []): RulesEffect =>
  rulesEffect([old, next], { ...base, sites: sites.map((site) => SiteId.parse(site)) });

const stop = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
const free = { ...stop, need: [] };

const directions = ({ rows }: RulesEffect): readonly string[] => [
  ...new Set(rows.map(({ direction }) => direction)),
];

/** A file with a section that this version of Quorate does not know, as one of a later version would leave it. */
const withSection = (rules: Rules, section: object): Rules => ({ ...rules, ...section });

describe('The effect of a rule file that takes the place of another', () => {
  it('is nothing where it says the same', () => {
    assert.deepEqual(effect(ruleFile([stop]), ruleFile([stop])), {
      rows: [],
      caps: [],
      whole: true,
      beyond: [],
    });
  });

  it('shows on a site that only its mode tells apart', () => {
    const sites = { lab: { mode: 'production' } };
    const [careful, easy] = [ruleFile([free], { sites }), ruleFile([free])];
    assert.deepEqual(directions(effect(careful, easy)), ['looser']);
    assert.deepEqual(directions(effect(easy, careful)), ['tighter']);
    const on = { sites: { lab: { mode: 'read_only' } } };
    assert.deepEqual(directions(effect(ruleFile([stop], on), ruleFile([stop]))), ['looser']);
  });

  it('shows on the sites there are that a rule or a freeze names, for all that happens on them', () => {
    const deny = { id: 'no', match: { site: ['home'], pool: ['db'] }, deny: 'no' };
    const pools = (sites: readonly string[], next = ruleFile([stop])) =>
      effect(ruleFile([stop, deny]), next, sites).rows.map(({ where }) => where);
    const where = { site: 'home', pool: 'db' };
    for (const sites of [[], ['home']]) {
      assert.ok(pools(sites).length > 0);
      for (const one of pools(sites)) assert.deepEqual(one, where);
    }
    assert.deepEqual(pools(['lab']), pools([]));
    const frozen = {
      zone: 'UTC',
      freezes: [{ id: 'x', from: '2026-11-01', until: '2026-12-20', reason: 'x', match: { site: ['home'] } }],
    };
    const rows = (sites: readonly string[]) => effect(ruleFile([stop], frozen), ruleFile([stop]), sites).rows;
    assert.ok(rows(['home']).some(({ where }) => Object.keys(where).length === 0));
    assert.ok(!rows([]).some(({ where }) => Object.keys(where).length === 0));
  });

  it('is tried on a site of no name that a file could have used', () => {
    const only = (site: string) => ruleFile([{ ...free, match: { ...free.match, site: [site] } }]);
    for (const site of ['somewhere-1', 'home']) {
      const rows = effect(ruleFile([]), only(site)).rows;
      assert.deepEqual(
        rows.map(({ where }) => where),
        [{ site }, { site }],
        site,
      );
    }
    const two = { ...free, match: { ...free.match, site: ['somewhere-1', 'somewhere-2'] } };
    assert.ok(
      effect(ruleFile([]), ruleFile([two])).rows.every(({ where }) =>
        where['site']?.startsWith('somewhere-'),
      ),
    );
  });

  it('is told of caps and of real requests too', () => {
    const { caps, rows } = effect(
      ruleFile([stop], { caps: { open: 5 } }),
      ruleFile([stop], { caps: { open: 6 } }),
    );
    assert.deepEqual(caps, [{ cap: 'open', before: 5, after: 6, direction: 'looser' }]);
    assert.deepEqual(rows, []);
    const [asked] = effect(ruleFile([]), ruleFile([free])).rows;
    assert.equal(asked?.action, 'guest.stop');
  });

  it('is beyond what can be tried where a section differs that nobody here knows', () => {
    const [old, next] = [withSection(EMPTY, { shoe: 1 }), withSection(EMPTY, { shoe: 2 })];
    assert.deepEqual(effect(old, next).beyond, ['shoe']);
    assert.deepEqual(effect(EMPTY, next).beyond, ['shoe']);
    assert.deepEqual(effect(old, EMPTY).beyond, ['shoe']);
    assert.deepEqual(effect(old, old).beyond, []);
  });

  it('is never beyond where only sections differ whose every difference is tried', () => {
    const next = ruleFile([stop], {
      mode: 'production',
      sites: { lab: { mode: 'read_only' } },
      zone: 'UTC',
      groups: { net: ['ada'] },
      windows: { night: { from: '22:00', until: '05:00' } },
      freezes: [{ id: 'x', from: '2026-12-01', until: '2026-12-20', reason: 'x' }],
      caps: { open: 7 },
      break_glass: { who: { role: 'admin' } },
      stand_ins: [{ for: 'ada', by: 'omar', until: '2026-12-24' }],
    });
    assert.deepEqual(effect(EMPTY, next).beyond, []);
    assert.deepEqual(effect(next, EMPTY).beyond, []);
  });

  it('is the same for a file of before there was a section as for one that leaves it empty', () => {
    const { stand_ins: _, ...before } = ruleFile([stop]);
    const old = before as Rules; // as the ledger keeps one that was read before there were any
    assert.deepEqual(effect(old, ruleFile([stop])), { rows: [], caps: [], whole: true, beyond: [] });
  });
});

describe('An edited rule file waits for people', () => {
  const nothing: RulesEffect = { rows: [], caps: [], whole: true, beyond: [] };

  it('where a request or a cap is looser, or it could not be tried whether one is', () => {
    assert.equal(mayBeLooser(effect(ruleFile([stop]), ruleFile([free]))), true);
    assert.equal(
      mayBeLooser({ ...nothing, caps: [{ cap: 'open', before: 1, after: 2, direction: 'looser' }] }),
      true,
    );
    assert.equal(mayBeLooser({ ...nothing, whole: false }), true);
    assert.equal(mayBeLooser({ ...nothing, beyond: ['shoe'] }), true);
  });

  it('and not where all that is different is tighter', () => {
    assert.equal(mayBeLooser(nothing), false);
    assert.equal(mayBeLooser(effect(ruleFile([free]), ruleFile([stop]))), false);
    assert.equal(
      mayBeLooser({ ...nothing, caps: [{ cap: 'open', before: 2, after: 1, direction: 'tighter' }] }),
      false,
    );
  });

  it('where so much is changed at once that it was not tried on one of the sites', () => {
    const many = (need: readonly object[]) =>
      ruleFile(
        Array.from({ length: 40 }, (_, no) => ({
          id: `r${no}`,
          match: { action: ['rules.change'], tag: [`t${no}`] },
          need,
        })),
      );
    assert.equal(effect(many([]), many([{ count: 1, role: 'admin' }])).whole, false);
  });
});
