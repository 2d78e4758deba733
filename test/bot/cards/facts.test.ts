import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { factsText, sawText } from '#bot/cards/facts';
import { isKey, plain, wordsOf } from '#bot/cards/words';
import type { Check } from '#policies/check';
import type { Seen } from '#policies/probe';

const root = join(import.meta.dirname, '../../..');
const es = wordsOf('es');

/** Names of the facts that a worker's checks are written with. */
const factNames = (): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const file of globSync('worker/{actions,recipes,jobs}/*.ts', { cwd: root }))
    for (const [, facts = ''] of readFileSync(join(root, file), 'utf8').matchAll(
      /check: '[a-z-]+',\s*state:[^{]*?facts: \{([^{}]*)\}/g,
    ))
      for (const [, name = ''] of facts.matchAll(/(?:^|,)\s*([a-zA-Z]+)(?=\s*[:,]|\s*$)/g)) names.add(name);
  return names;
};

describe('facts and what probes saw, in words', () => {
  it('every fact that a check is written with has a name in words', () => {
    const names = [...factNames()];
    assert.ok(names.length > 20, `saw ${names.join()}`);
    assert.deepEqual(
      names.filter((name) => !isKey(`fact.${name}`)),
      [],
    );
  });

  const facts: readonly (readonly [Check['facts'], string])[] = [
    [{ status: 'stopped', needs: 'running, paused' }, ' (estado parado, necesita en marcha, en pausa)'],
    [{ managed: true, state: 'started' }, ' (gestionado sí, estado started)'],
    [{ ageHours: 216, storage: 'none' }, ' (de hace 216 h, almacenamiento none)'],
    [{ name: 'stopped', exists: false }, ' (nombre stopped, existe no)'],
    [{ quorum: 'unknown' }, ' (quórum no se sabe)'],
    [{ novel: 'running' }, ' (novel running)'],
    [{}, ''],
  ];
  for (const [given, said] of facts)
    it(`${JSON.stringify(given)} is said in Spanish, but no name of a thing is`, () => {
      assert.equal(plain(factsText(es, given)), said);
    });

  const seen: readonly (readonly [Seen, string])[] = [
    [{ probe: { probe: 'guest-status', want: 'running' }, ok: false, saw: 'stopped' }, 'parado'],
    [{ probe: { probe: 'guest-gone' }, ok: true, saw: 'gone' }, 'ya no existe'],
    [{ probe: { probe: 'setting', key: 'description', want: null }, ok: false, saw: 'gone' }, 'gone'],
    [{ probe: { probe: 'guest-on-node', node: 'a' }, ok: false, saw: 'running' }, 'running'],
  ];
  for (const [given, said] of seen)
    it(`what ${given.probe.probe} saw, ${given.saw}, is ${said} in Spanish`, () => {
      assert.equal(plain(sawText(es, given)), said);
    });
});
