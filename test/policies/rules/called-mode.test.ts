import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SiteId, Vmid } from '#policies/ids';
import { MODES, type Mode } from '#policies/mode';
import { no, ok } from '#policies/result';
import { calledAt, modeInForce, turnTo } from '#policies/rules/called-mode';
import { modeOf } from '#policies/rules/mode-of';
import type { Rules } from '#policies/rules/schema';

const HOME = SiteId.parse('home');
const FARM = SiteId.parse('farm');
const mode = fc.constantFrom<Mode>(...MODES);
const reach = fc.constantFrom(null, HOME, FARM);
const files = fc
  .record({ mode, own: mode })
  .map(({ mode, own }) => ({ mode, sites: { [HOME]: { mode: own } } }));
const switches = fc.uniqueArray(fc.record({ site: reach, mode }), { selector: ({ site }) => site });
const care = (one: Mode): number => -MODES.indexOf(one);

describe('A mode that was set in chat', () => {
  it('is never looser than the file, for everything and for each site, whatever is set', () => {
    fc.assert(
      fc.property(files, switches, reach, (file, called, site) => {
        const now = modeInForce(file, called, site);
        assert.ok(care(now) >= care(modeInForce(file, [], site)));
        assert.ok(care(now) >= care(calledAt(called, site)));
        const target = { kind: 'guest', site: site ?? FARM, vmid: Vmid.parse(101) } as const;
        if (site !== null) assert.equal(modeOf(file, target, calledAt(called, site)), now);
      }),
    );
  });

  it('is tighter or looser exactly as what is in force becomes, and a no leaves a way that is said', () => {
    fc.assert(
      fc.property(files, switches, reach, mode, (file, called, site, wanted) => {
        const before = modeInForce(file, called, site);
        const after = modeInForce(
          file,
          [...called.filter((one) => one.site !== site), { site, mode: wanted }],
          site,
        );
        const turned = turnTo(file, called, { site, mode: wanted });
        if (turned.ok) assert.equal(turned.value, care(after) > care(before) ? 'tighter' : 'looser');
        if (turned.ok) assert.equal(after, wanted);
        else if (turned.error.no === 'mode-as-is') assert.equal(before, wanted);
        else assert.ok(care(turned.error.mode) > care(wanted));
      }),
    );
  });

  it('is as it is where it is in force already, and the no says which', () => {
    for (const mode of MODES) {
      const file = { mode, sites: {} };
      for (const site of [null, HOME])
        assert.deepEqual(turnTo(file, [], { site, mode }), no({ no: 'mode-as-is', mode }));
    }
  });

  it('is held by the file where the file alone is more careful, and the no says by which mode', () => {
    const file: Pick<Rules, 'mode' | 'sites'> = {
      mode: 'standard',
      sites: { [HOME]: { mode: 'read_only' } },
    };
    for (const called of [[], [{ site: HOME, mode: 'production' as const }]])
      assert.deepEqual(
        turnTo(file, called, { site: HOME, mode: 'standard' }),
        no({ no: 'mode-held', than: 'file', mode: 'read_only' }),
      );
    assert.deepEqual(turnTo(file, [], { site: FARM, mode: 'read_only' }), ok('tighter'));
    assert.deepEqual(
      turnTo({ mode: 'production', sites: {} }, [], { site: null, mode: 'standard' }),
      no({ no: 'mode-held', than: 'file', mode: 'production' }),
    );
  });

  it('is held by the mode of everything where that was set, and given back where only its own held it', () => {
    const file = { mode: 'standard', sites: {} } as const;
    const everything = { site: null, mode: 'read_only' } as const;
    const own = { site: HOME, mode: 'read_only' } as const;
    assert.deepEqual(
      turnTo(file, [everything, own], { site: HOME, mode: 'standard' }),
      no({ no: 'mode-held', than: 'everything', mode: 'read_only' }),
    );
    assert.deepEqual(turnTo(file, [own], { site: HOME, mode: 'standard' }), ok('looser'));
    assert.deepEqual(turnTo(file, [everything], { site: null, mode: 'production' }), ok('looser'));
    // What was set for one site holds nothing of everything.
    assert.deepEqual(turnTo(file, [own], { site: null, mode: 'production' }), ok('tighter'));
  });

  it('for everything is not taken from a site whose name is null', () => {
    const file = { mode: 'standard', sites: { [SiteId.parse('null')]: { mode: 'read_only' } } } as const;
    assert.equal(modeInForce(file, [], null), 'standard');
    assert.equal(modeInForce(file, [], SiteId.parse('null')), 'read_only');
  });

  it('of a site is the more careful of its own and that of everything', () => {
    const called = [
      { site: null, mode: 'production' },
      { site: HOME, mode: 'read_only' },
    ] as const;
    assert.deepEqual(
      [null, HOME, FARM].map((site) => calledAt(called, site)),
      ['production', 'read_only', 'production'],
    );
    assert.equal(calledAt([], HOME), 'standard');
  });
});
