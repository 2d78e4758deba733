import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SiteId, Vmid } from '#policies/ids';
import { MODES, type Mode } from '#policies/mode';
import { calledAt, modeInForce, turnTo } from '#policies/rules/called-mode';
import { modeOf } from '#policies/rules/mode-of';

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
});
