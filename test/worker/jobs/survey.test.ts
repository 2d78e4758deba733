import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Standings } from '#policies/recipes/standing';
import { changeId } from '#test/db/journal/sample';
import { standingsOf } from '#worker/recipes/standing';
import { hostAt } from '../recipes/carried-out.ts';
import { configOf, type Node, openNode, openSite, PVE1, type Site, ticketFor } from './site.ts';

const aptHere = existsSync('/usr/bin/apt-config');

describe('how the recipes stand on a host', { skip: !aptHere && 'needs apt-config' }, () => {
  let site: Site;
  let node: Node;
  beforeEach(async () => {
    site = await openSite();
    node = await openNode(configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }));
  });
  afterEach(async () => {
    await node.stop();
    await site.close();
  });

  const surveyed = async (id: string): Promise<Standings> => {
    await node.send(id, { job: 'survey' });
    const last = node.reports.findLast((report) => report.report === 'recipes');
    return last?.report === 'recipes' ? last : assert.fail('nothing was told');
  };

  it('is told of each, without a request or a plan, and holds once it was applied', async () => {
    const recipe = 'apt-no-translations';
    const before = await surveyed('survey-1');
    assert.deepEqual(
      before.standings.map((one) => one.recipe),
      [...readRecipes(RECIPES).keys()],
    );
    const is = ({ standings }: Standings, id: string) => standings.find((one) => one.recipe === id)?.is;
    assert.deepEqual([is(before, recipe), is(before, 'apt-ipv4')], ['differs', 'differs']);
    assert.equal(is(before, 'zfs-arc'), 'unfit');
    assert.deepEqual(site.posts(), []);
    const change = changeId('a');
    await node.send('plan-1', {
      job: 'plan',
      change,
      action: 'host.recipe',
      target: PVE1,
      params: { recipe },
    });
    const ticket = ticketFor(node.reports, change, site.privateKey);
    await node.send('run-1', { job: 'run', change, ticket });
    const recipes = readRecipes(RECIPES);
    const after = await standingsOf(hostAt(site.root), [...recipes.values()], () => 0);
    assert.equal(after.find((one) => one.recipe === recipe)?.is, 'holds');
    assert.equal(after.find((one) => one.recipe === 'apt-ipv4')?.is, 'differs');
  });

  it('that is asked twice within seconds costs one look', async () => {
    const first = await surveyed('survey-1');
    assert.equal((await surveyed('survey-2')).at, first.at);
  });

  it('says of what there was no time for that nobody looked', async () => {
    let at = 0;
    const clock = (): number => (at += 8000);
    const recipes = [...readRecipes(RECIPES).values()].slice(0, 5);
    const all = await standingsOf(hostAt(site.root), recipes, clock);
    assert.deepEqual(
      all.map((one) => one.is === 'unseen'),
      [false, false, true, true, true],
    );
  });
});
