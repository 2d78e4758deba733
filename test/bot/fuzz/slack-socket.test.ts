import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { HIDDEN } from '#bot/chat/outside';
import { connectSlack } from '#bot/slack/slack';
import { startFakeSlack } from '#test/fake/slack/slack';
import { noteOf } from '../../contract/chat/cards.ts';
import { dice, pick, seedOfRun } from '../../flow/dice.ts';
import { mutated } from './mutate.ts';
import { PLATFORMS } from './platforms.ts';

const EVENTS = 400;
const KINDS = ['events_api', 'slash_commands', 'interactive'] as const;

test(`over the socket none of ${EVENTS} mutated events stops anything, and after all of them a command is heard`, async (t) => {
  const seed = seedOfRun();
  t.diagnostic(`QUORATE_SEED=${seed}`);
  const random = dice(seed);
  const { recorded, others } = PLATFORMS.find(({ name }) => name === 'Slack') ?? assert.fail();
  const slack = await startFakeSlack({ limits: { eventRetryMs: [] } });
  const omar = slack.addUser('omar');
  const ops = slack.addChannel('ops', [omar]);
  const heard: string[] = [];
  const lines: string[] = [];
  const chat = connectSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    api: slack.api,
    channels: [ops.id],
    perMinute: 60_000,
    command: '/pve',
    staggerMs: 0,
    now: Date.now,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
  });
  const sink = ({ account }: { account: { id: string } }) => Promise.resolve(void heard.push(account.id));
  await chat.start(sink, { missed: () => {}, moved: () => {}, dropped: () => noteOf('no') });
  for (let event = 0; event < EVENTS; event += 1)
    slack.forge(pick(random, KINDS), mutated(random, recorded, others));
  slack.slash(omar, ops, 'status');
  await slack.until(() => heard.includes(omar.id), 10_000);
  await chat.stop();
  await slack.close();
  assert.deepEqual(heard, [omar.id]);
  // Each line is one short record of JSON that shows all it holds, and in the place of a channel stands the id of one.
  assert.ok(lines.length > 0, 'what is dropped is logged');
  for (const line of lines) {
    const { chat }: { readonly chat?: unknown } = JSON.parse(line);
    assert.match(JSON.stringify(chat ?? null), /^(?:"[A-Z0-9]{1,32}"|null)$/);
    assert.equal(line.trimEnd().replace(HIDDEN, ''), line.trimEnd());
    assert.ok(line.length < 500, `${line.length} characters`);
  }
});
