import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { connectSlack } from '#bot/slack/slack';
import { changeByNo } from '#db/ledger/change-rows';
import { bindAccount } from '#db/ledger/people';
import { type FakeSlack, startFakeSlack } from '../fake/slack/slack.ts';
import type { Seen } from '../fake/slack/view.ts';
import type { Room, User } from '../fake/slack/world.ts';
import { ada, omar } from '../policies/people.ts';
import { type Beside, openRoom, until } from './room.ts';

const SHELL = { cli: 'test' };

const besideIn = (slack: FakeSlack, channels: readonly string[]): Beside => ({
  connect: ({ now, log }) =>
    connectSlack({
      botToken: slack.botToken,
      appToken: slack.appToken,
      api: slack.api,
      channels,
      perMinute: 60_000,
      command: '/pve',
      staggerMs: 0,
      now,
      log,
    }),
  chats: channels.map((chat) => ({ platform: 'slack', chat })),
});

/** Who is no full member of this workspace approves nothing, although an admin linked their account as an admin's. */
describe('identity on Slack', () => {
  let slack: FakeSlack;
  let room: Awaited<ReturnType<typeof openRoom>>;
  let ops: Room;
  let member: User;
  beforeEach(async () => {
    slack = await startFakeSlack();
    member = slack.addUser('ada');
    ops = slack.addChannel('ops', [member]);
    room = await openRoom({ beside: besideIn(slack, [ops.id]) });
    asAda(member);
    room.say('omar', '/stop 101');
    await until('the card on Slack', () => card().buttons.some(({ label }) => label === 'Approve'));
  });
  afterEach(async () => {
    await room.close();
    await slack.close();
  });

  /** The account is linked, so that only what it is can speak against it. */
  const asAda = (user: User, person = ada.id): User => {
    ops.members.add(user.id);
    bindAccount(room.ledger, person, { platform: 'slack', tenant: user.team, id: user.id }, SHELL);
    return user;
  };
  const card = (): Pick<Seen, 'ts' | 'buttons'> => {
    const found = slack.messages(ops).find(({ text }) => text.includes('#1 ·'));
    return found ?? { ts: '', buttons: [] };
  };
  const token = (): string => card().buttons.find(({ label }) => label === 'Approve')?.value ?? assert.fail();
  const press = (user: User) => slack.press(user, ops, card().ts, 'Approve');
  /** All that was delivered was taken, and nothing of it counted: what was pressed is in the audit with these reasons. */
  const countedNothing = async (...why: readonly string[]): Promise<void> => {
    await until('every delivery is taken', () => slack.deliveries().every(({ acked }) => acked !== null));
    const state = changeByNo(room.ledger, 1)?.state;
    assert.equal(state?.state, 'awaiting');
    assert.deepEqual('votes' in state && state.votes, []);
    assert.equal(room.worker.jobs.filter(({ job }) => job === 'run').length, 0);
    const pressed = room.audit().filter(({ kind }) => kind === 'click.refused');
    assert.deepEqual(pressed.map(({ facts }) => facts['why']).toSorted(), why.toSorted());
    for (const { actor } of pressed) assert.equal('person' in actor && actor.person, 'ada');
    // Nothing but who it was stood against them: the same press by a member counts.
    press(member);
    await until('the press of a member counts', () => changeByNo(room.ledger, 1)?.state.state !== 'awaiting');
  };

  it('somebody of another workspace approves nothing, whatever they press or type', async () => {
    const away = asAda(slack.addUser('ada', { team: 'T0AWAY', stranger: true }));
    press(away);
    slack.slash(away, ops, 'approve 1');
    slack.slash(away, ops, 'approve 1', { team_id: away.team });
    slack.mention(away, ops, 'approve 1');
    slack.mention(member, ops, 'approve 1', { user_team: away.team });
    // Of this workspace as far as the payload says: Slack itself must be asked.
    const hidden = asAda(slack.addUser('ada', { stranger: true }));
    press(hidden);
    slack.slash(hidden, ops, 'approve 1');
    await countedNothing('foreign', 'foreign');
    const tenants = room
      .audit()
      .flatMap(({ kind, actor }) => (kind === 'click.refused' && 'account' in actor ? [actor.account] : []));
    assert.ok(tenants.includes(`slack:T0AWAY:${away.id}`), 'the record names their own workspace');
  });

  it('a guest of the workspace approves nothing, whether of one channel or of several', async () => {
    for (const guest of ['single-channel', 'multi-channel'] as const) {
      const user = asAda(slack.addUser('ada', { guest }));
      press(user);
      slack.slash(user, ops, 'approve 1');
      slack.mention(user, ops, 'approve 1');
    }
    await countedNothing('guest', 'guest');
  });

  it('a workflow and a webhook of the workspace approve nothing, in whoever’s name they write', async () => {
    const robot = asAda(slack.addUser('ada', { isBot: true }));
    press(robot);
    slack.slash(robot, ops, 'approve 1');
    slack.mention(member, ops, 'approve 1', { bot_id: 'B0FLOW', bot_profile: { id: 'B0FLOW', name: 'ada' } });
    slack.mention(member, ops, 'approve 1', { subtype: 'bot_message', username: 'ada' });
    slack.write(member, 'approve 1', { app_id: 'A0OTHER' });
    // A webhook posts what looks like the card, with a real token, and an admin presses that.
    const copied = slack.mention(robot, ops, 'a copy of the card', { bot_id: 'B0HOOK' });
    const { ts } = slack.messages(ops).at(-1) ?? assert.fail();
    const { payload } = slack.press(member, ops, ts, { value: token() });
    assert.ok(copied.payload);
    slack.forge('interactive', withSender(payload, { bot_id: 'B0HOOK', user: undefined }));
    await countedNothing('bot', 'malformed', 'stale-button');
  });

  it('who asked on one platform does not approve on another', async () => {
    const second = asAda(slack.addUser('omar'), omar.id);
    press(second);
    await until('an answer', () => slack.whispers(second).length > 0);
    assert.match(slack.whispers(second).at(-1)?.text ?? '', /You asked for this/);
    await until('every delivery is taken', () => slack.deliveries().every(({ acked }) => acked !== null));
    assert.equal(changeByNo(room.ledger, 1)?.state.state, 'awaiting');
  });
});

/** The same press under a message that somebody else posted, as another press. */
const withSender = (payload: unknown, sender: object): unknown => {
  // The payload as the fake made it.
  const made = payload as { readonly message: object; readonly trigger_id: string };
  return { ...made, trigger_id: `${made.trigger_id}.again`, message: { ...made.message, ...sender } };
};
