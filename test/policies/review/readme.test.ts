import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { outcomeText } from '#bot/cards/decision';
import { needsText } from '#bot/cards/refusal';
import { plain, wordsOf } from '#bot/cards/words';
import { parseConfig } from '#db/config/read-config';
import type { Decision } from '#policies/decide/decision';
import { SiteId } from '#policies/ids';
import { Cases, peopleOf, requestOf } from '#policies/review/cases';
import { localMoment } from '#policies/review/local-moment';
import { simulate } from '#policies/review/simulate';
import { Rules } from '#policies/rules/schema';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const section = readme.split('## Rules by example')[1]?.split('\n## ')[0] ?? '';
const examples = [...section.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

const LINE =
  /^# (\S+) (\S+) by (\w+)(?: (\{.*\}))? -> ([^;]+)(?:; (taken back [^;]+))?(?:; filled by ([^;]+))?(?:; not by (.+))?$/;
const names = (text: string | undefined): readonly string[] => text?.split(', ') ?? [];

/** A line as a case; of a table only the request and the votes are read. */
const readLine = (line: string) => {
  const [, action, target, as, more, said, revert, filled, not] =
    line.match(LINE) ?? assert.fail(`no verdict: ${line}`);
  const request = { action, target, as, ...parse(more ?? '{}') };
  const table = Cases.parse({
    version: 1,
    people: { omar: { role: 'operator' }, ada: { role: 'admin' }, ivan: { role: 'admin' } },
    cases: [{ name: line, request, expect: 'ask', filled_by: names(filled), not_filled_by: names(not) }],
  });
  return { one: table.cases[0] ?? assert.fail(), people: peopleOf(table.people ?? {}), said, revert };
};

const revertOf = (decision: Decision): string | null => {
  if (decision.verdict === 'refuse' || decision.revert === null) return null;
  const stays = { ...decision, revert: null };
  return plain(outcomeText(wordsOf('en'), decision, stays)).replace(/^.*(?=taken back)/, '');
};

const saysOf = (rules: Rules, line: string) => {
  const { one, people, said, revert } = readLine(line);
  const requester = people.find(({ id }) => id === one.request.as) ?? assert.fail();
  const at = localMoment(one.request.at ?? '2026-11-25T12:00', rules) ?? assert.fail();
  const request = requestOf(one.request, { site: SiteId.parse('home'), at, requester }) ?? assert.fail();
  const played = (votes: typeof one.filled_by) => simulate(rules, { request, votes: votes ?? [], people });
  const { decision } = played([]);
  const words =
    decision.verdict === 'refuse'
      ? `no (${decision.refusal.no})`
      : `${plain(needsText(wordsOf('en'), decision.needs)) || 'nobody'}${decision.secondFactor ? ', with a code' : ''}`;
  const reverts = { said: revert ?? null, words: revertOf(decision) };
  return { said, words, reverts, filled: played(one.filled_by), not: played(one.not_filled_by), one };
};

describe('Rules by example in the README', () => {
  it('has examples with verdicts', () => {
    assert.ok(examples.length >= 3);
    assert.ok(section.split('\n').length < 110, 'one page');
  });

  for (const text of examples) {
    const rules = parseConfig(text, Rules);
    for (const line of text.split('\n').filter((one) => one.startsWith('# ')))
      it(line.slice(2), () => {
        assert.ok(rules.ok, JSON.stringify(rules));
        const { said, words, reverts, filled, not, one } = saysOf(rules.value, line);
        assert.equal(words, said);
        assert.equal(reverts.words, reverts.said);
        if (one.filled_by?.length) assert.equal(filled.voting?.filled, true);
        if (one.not_filled_by?.length) assert.equal(not.voting?.filled, false);
      });
  }

  it('has a rule for one admin and a table of cases that can be read', () => {
    const [alone, cases] = [section.match(/`(\{ id: alone.*?\})`/), section.match(/`(cases: \[.*?\])`/)];
    assert.ok(parseConfig(`version: 1\nrules: [${alone?.[1]}]`, Rules).ok);
    assert.ok(parseConfig(`version: 1\n${cases?.[1]}`, Cases).ok);
  });
});
