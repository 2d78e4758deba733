import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, fileOf, freeze, glassed, good, matching, night, rule, ruled } from './file.ts';

describe('The parts of a rule file', () => {
  const noGroup = 'a group of "groups"; there is no "storage"';

  it('use an id once: a second rule or freeze of that name would hide behind the first', () => {
    assert.equal(
      complaint(fileOf({ rules: [rule, { ...rule, id: 'x' }, rule] })),
      'rules.2.id: an id used once; "stop" is there twice',
    );
    assert.equal(
      complaint(fileOf({ freezes: [freeze, freeze] })),
      'freezes.1.id: an id used once; "xmas" is there twice',
    );
  });

  it('name no group that is not there: nobody would be in it, and nobody who reads the rule would see that', () => {
    const storage = { count: 1, group: 'storage' };
    assert.equal(complaint(matching({ group: ['net', 'storage'] })), `rules.0.match.group.1: ${noGroup}`);
    assert.equal(complaint(ruled({ who: { group: 'storage' } })), `rules.0.who.group: ${noGroup}`);
    assert.equal(complaint(ruled({ need: [...rule.need, storage] })), `rules.0.need.1.group: ${noGroup}`);
    assert.equal(complaint(glassed({ who: { group: 'storage' } })), `break_glass.who.group: ${noGroup}`);
    const deny = { id: 'no', match: { group: ['storage'] }, deny: 'no' };
    assert.equal(complaint(fileOf({ rules: [rule, deny] })), `rules.1.match.group.0: ${noGroup}`);
  });

  it('may name groups that are there, in all these places', () => {
    const net = { who: { group: 'net' }, match: { group: ['net'] }, need: [{ count: 1, group: 'net' }] };
    good(fileOf({ break_glass: { who: { group: 'net' } }, rules: [{ ...rule, ...net }] }));
  });

  it('name no window that is not there', () => {
    assert.equal(
      complaint(ruled({ window: 'night' })),
      'rules.0.window: a window of "windows"; there is no "night"',
    );
  });

  it('have a time zone as soon as one of them reads a clock', () => {
    const says = 'zone: a time zone, since there are windows, freezes or stand-ins, such as "Europe/Berlin"';
    const zoneless = { version: 1, rules: [rule] };
    const away = { for: 'ada', by: 'omar', until: '2026-12-24' };
    assert.equal(complaint({ ...zoneless, windows: { night } }), says);
    assert.equal(complaint({ ...zoneless, freezes: [freeze] }), says);
    assert.equal(complaint({ ...zoneless, stand_ins: [away] }), says);
    assert.equal(complaint({ ...zoneless, freezes: [freeze], stand_ins: [away] }), says);
  });

  it('end after they begin, be it by a minute', () => {
    const says = 'until: a time after "from"';
    const times = (from: string, until: string) => ({ from, until });
    const same = times('2026-12-24T10:00', '2026-12-24T10:00');
    const minute = times('2026-12-24T10:00', '2026-12-24T10:01');
    const away = { for: 'ada', by: 'omar' };
    assert.equal(complaint(fileOf({ freezes: [{ ...freeze, ...same }] })), `freezes.0.${says}`);
    assert.equal(complaint(fileOf({ stand_ins: [{ ...away, ...same }] })), `stand_ins.0.${says}`);
    good(fileOf({ freezes: [{ ...freeze, ...minute }], stand_ins: [{ ...away, ...minute }] }));
    good(fileOf({ stand_ins: [{ ...away, until: '2026-12-24' }] }));
  });

  it('let nobody stand in for themselves', () => {
    assert.equal(
      complaint(fileOf({ stand_ins: [{ for: 'ada', by: 'ada', until: '2026-12-24' }] })),
      'stand_ins.0.by: somebody else',
    );
  });
});
