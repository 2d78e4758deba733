import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invertEffect } from '#worker/effects/table';
import { actionOf } from '#worker/guard/done-by';
import { CASES } from '../actions/cases.ts';
import { onSite, plan } from '../actions/site.ts';

test('what every action of the catalogue sends is known by its name', () =>
  onSite(async (site) => {
    for (const wanted of CASES.filter(({ before }) => !before)) {
      const made = await plan(site, wanted);
      assert.ok(made.ok, wanted.title);
      assert.deepEqual(made.value.effects.map(actionOf), [wanted.action], wanted.title);
    }
  }));

test('what takes an action back is known by the name of what it does', () =>
  onSite(async (site) => {
    const does = new Map<string, string | undefined>();
    for (const wanted of CASES.filter(({ before }) => !before)) {
      const made = await plan(site, wanted);
      const inverse = made.ok ? made.value.effects.map(invertEffect)[0] : null;
      if (inverse) does.set(wanted.action, actionOf(inverse));
    }
    assert.deepEqual(Object.fromEntries(does), {
      'guest.start': 'guest.shutdown',
      'guest.shutdown': 'guest.start',
      'guest.stop': 'guest.start',
      'guest.suspend': 'guest.resume',
      'snapshot.create': 'snapshot.delete',
      'config.set': 'config.set',
      'guest.migrate': 'guest.migrate',
    });
  }));
