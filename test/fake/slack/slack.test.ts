import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { webApi } from '@slack/bolt';
import { WebSocket } from 'ws';
import { quietLogger } from '#bot/slack/clients';
import { RATES } from './limits.ts';
import { type FakeSlack, startFakeSlack } from './slack.ts';
import type { Room, User } from './world.ts';

let clock = 1_790_000_000_000;
let slack: FakeSlack;
let client: webApi.WebClient;
let omar: User;
let ops: Room;

const clientOf = ({ api, botToken, appToken }: FakeSlack, token: string): webApi.WebClient =>
  new webApi.WebClient(token, {
    slackApiUrl: `${api}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quietLogger({ warn: () => {} }, { botToken, appToken }),
  });

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
      if (error instanceof webApi.WebAPIRateLimitedError) return `wait ${error.retryAfter}`;
      throw error;
    },
  );

before(async () => {
  slack = await startFakeSlack({
    now: () => clock,
    limits: { ackMs: 200, eventRetryMs: [10, 20], rates: RATES },
  });
  client = clientOf(slack, slack.botToken);
});
beforeEach(() => {
  clock += 60_000;
  omar = slack.addUser('omar');
  ops = slack.addChannel('ops', [omar]);
});
after(() => slack.close());

const post = (blocks: readonly object[], text = 'x') =>
  refusal(client.apiCall('chat.postMessage', { channel: ops.id, text, blocks }));

describe('sizes', () => {
  const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
  const button = (changes: object) => ({
    type: 'button',
    text: plain(5),
    action_id: 'a',
    value: 'v',
    ...changes,
  });
  const actions = (...elements: object[]) => [{ type: 'actions', elements }];
  const rows: readonly [string, (size: number) => readonly object[], number][] = [
    ['blocks', (size) => Array.from({ length: size }, () => ({ type: 'divider' })), 50],
    ['a section’s text', (size) => [{ type: 'section', text: plain(size) }], 3_000],
    ['fields', (size) => [{ type: 'section', fields: Array.from({ length: size }, () => plain(3)) }], 10],
    ['a field', (size) => [{ type: 'section', fields: [plain(size)] }], 2_000],
    ['a header', (size) => [{ type: 'header', text: plain(size) }], 150],
    [
      'a context',
      (size) => [{ type: 'context', elements: Array.from({ length: size }, () => plain(3)) }],
      10,
    ],
    [
      'buttons',
      (size) => actions(...Array.from({ length: size }, (_, index) => button({ action_id: `${index}` }))),
      25,
    ],
    ['a button’s text', (size) => actions(button({ text: plain(size) })), 75],
    ['a button’s value', (size) => actions(button({ value: 'x'.repeat(size) })), 2_000],
    ['an action_id', (size) => actions(button({ action_id: 'x'.repeat(size) })), 255],
    ['a block_id', (size) => [{ type: 'divider', block_id: 'x'.repeat(size) }], 255],
  ];
  for (const [what, blocksOf, most] of rows)
    test(`${what}: ${most} are taken and ${most + 1} are not`, async () => {
      assert.deepEqual(
        [await post(blocksOf(most)), await post(blocksOf(most + 1))],
        ['taken', 'invalid_blocks'],
      );
    });

  test('a text of 40,000 is taken and one more is not', async () => {
    assert.deepEqual(
      [await post([], 'x'.repeat(40_000)), await post([], 'x'.repeat(40_001))],
      ['taken', 'msg_too_long'],
    );
  });

  test('two buttons with one action_id are not taken, nor is an unknown block', async () => {
    assert.equal(await post(actions(button({}), button({}))), 'invalid_blocks');
    clock += 60_000;
    assert.equal(await post([{ type: 'hologram' }]), 'invalid_blocks');
  });
});

test('a channel takes about a message a second, and says how long to wait', async () => {
  const sent = [];
  for (let count = 0; count < 4; count += 1) sent.push(await post([]));
  assert.deepEqual(sent, ['taken', 'taken', 'taken', 'wait 3']);
  clock += 3_000;
  assert.equal(await post([]), 'taken');
});

test('a method wants the right token, one that is good, and its scope', async () => {
  assert.equal(await refusal(clientOf(slack, 'xoxb-other').auth.test()), 'invalid_auth');
  assert.equal(await refusal(clientOf(slack, slack.appToken).auth.test()), 'not_allowed_token_type');
  assert.equal(await refusal(client.apps.connections.open({})), 'not_allowed_token_type');
});

test('a response_url works five times', async () => {
  const delivery = slack.slash(omar, ops, 'status');
  // The payload as this fake made it.
  const { response_url: url } = delivery.payload as { response_url: string };
  const answer = async () =>
    (
      await fetch(url, {
        method: 'POST',
        body: '{"text":"x"}',
        headers: { 'content-type': 'application/json' },
      })
    ).status;
  const statuses = [];
  for (let count = 0; count < 6; count += 1) statuses.push(await answer());
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 404]);
});

describe('sockets', () => {
  /** A client that acknowledges nothing by itself. */
  const connect = async () => {
    const opened = await clientOf(slack, slack.appToken).apps.connections.open({});
    const socket = new WebSocket(opened.url ?? '');
    const frames: {
      type: string;
      envelope_id?: string;
      retry_attempt?: number;
      payload?: { event_id?: string };
    }[] = [];
    // The frames as this fake writes them, each in one buffer.
    socket.on(
      'message',
      (data) => void frames.push(JSON.parse((data as Buffer).toString()) as (typeof frames)[number]),
    );
    await slack.until(() => frames.length === 1);
    assert.equal(frames[0]?.type, 'hello');
    return { socket, frames, url: opened.url ?? '' };
  };

  test('an event that nobody acknowledges comes again with its event_id, a press does not and has failed', async () => {
    const { socket, frames } = await connect();
    slack.mention(omar, ops, 'status');
    await slack.until(() => frames.length === 4);
    assert.deepEqual(
      frames.slice(1).map((frame) => frame.retry_attempt),
      [0, 1, 2],
    );
    assert.equal(new Set(frames.slice(1).map(({ payload }) => payload?.event_id)).size, 1);
    const pressed = slack.slash(omar, ops, 'status');
    await slack.until(() => pressed.failed);
    assert.equal(frames.length, 5);
    socket.close();
    await slack.until(() => slack.sockets() === 0);
  });

  test('an acknowledgement in time is seen, and a ticket opens one socket', async () => {
    const { socket, frames, url } = await connect();
    const pressed = slack.slash(omar, ops, 'status');
    await slack.until(() => frames.length === 2);
    socket.send(JSON.stringify({ envelope_id: frames[1]?.envelope_id }));
    await slack.until(() => pressed.acked !== null);
    const again = new WebSocket(url);
    await assert.rejects(new Promise((_, reject) => again.once('error', reject)), /403/);
    socket.close();
    await slack.until(() => slack.sockets() === 0);
  });
});
