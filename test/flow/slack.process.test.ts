import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SCOPES } from '#bot/slack/manifest';
import { verifyAudit } from '#db/audit/verify';
import { startFakeSlack } from '../fake/slack/slack.ts';
import type { User } from '../fake/slack/world.ts';
import { until } from './program.ts';
import { setUp } from './set-up.ts';
import { firstLook } from './stage.ts';

/** A workspace with one channel, in which people speak to the app, and all that each of them alone is shown. */
const openWorkspace = async () => {
  const slack = await startFakeSlack({ scopes: SCOPES });
  const [omar, ada, gast] = [
    slack.addUser('omar'),
    slack.addUser('ada'),
    slack.addUser('gast', { guest: 'multi-channel' }),
  ];
  const channel = slack.addChannel('ops', [omar, ada, gast]);
  const told = (user: User): string[] =>
    [...slack.whispers(user), ...slack.messages(slack.direct(user)).filter(({ fromBot }) => fromBot)].map(
      ({ text }) => text,
    );
  const answered = async (user: User, act: () => void): Promise<string> => {
    const before = told(user).length;
    act();
    await until(
      () =>
        `an answer to ${user.name}; the channel sees:\n${JSON.stringify(slack.messages(channel), null, 1)}`,
      () => told(user).length > before,
    );
    return told(user).slice(before).join('\n');
  };
  const card = (no: number) =>
    slack.messages(channel).findLast(({ fromBot, text }) => fromBot && text.includes(`#${no} ·`));
  return {
    slack,
    people: { omar, ada, gast },
    channel,
    card,
    /** Types a slash command in the channel, and gives what is answered. */
    types: (user: User, line: string) => answered(user, () => slack.slash(user, channel, line)),
    mentions: (user: User, line: string) => answered(user, () => slack.mention(user, channel, line)),
    presses: (user: User, no: number, label: string) =>
      answered(user, () => slack.press(user, channel, card(no)?.ts ?? '', label)),
    cardSays: (no: number, words: RegExp) =>
      until(
        () => `card #${no} says ${words}; there is:\n${card(no)?.text}`,
        () => {
          const seen = card(no);
          return seen && words.test(seen.text) ? seen : undefined;
        },
      ),
  };
};

describe('Quorate as an operator sets it up, over Slack', () => {
  it('links people, stops a guest that two of them agreed on and proves it', async () => {
    const [site, chat] = [await setUp(), await openWorkspace()];
    const { slack, channel, people } = chat;
    const { omar, ada, gast } = people;
    try {
      const section = {
        bot_token: site.plant('slack-bot', slack.botToken),
        app_token: site.plant('slack-app', slack.appToken),
        api: slack.api,
        channels: [channel.id],
      };
      site.write({
        bot: { console: undefined, slack: section },
        queue: undefined,
        worker: { bot_key: undefined },
      });
      await site.quorate('config', 'check');
      await site.quorate('people', 'add', 'omar', '--role', 'operator');
      await site.quorate('people', 'add', 'ada', '--role', 'admin');
      assert.match(await site.quorate('chat', 'check'), /Nothing is missing/);
      const main = site.start('main');
      await until(
        () => `a socket; it said ${main.err()}`,
        () => slack.sockets() > 0,
      );
      const codeFor = async (person: string) => (await site.quorate('link-code', person)).split(' ')[0] ?? '';

      assert.match(await chat.types(omar, 'status'), /not linked to anybody/);
      const spoilt = await codeFor('omar');
      assert.match(await chat.mentions(omar, `link ${spoilt}`), /Only in a private chat.*void now/);
      assert.match(await chat.types(omar, `link ${spoilt}`), /code is wrong, used or too old/);
      assert.match(await chat.types(omar, `link ${await codeFor('omar')}`), /is now omar \(omar, operator\)/);
      assert.match(await chat.types(ada, `link ${await codeFor('ada')}`), /is now ada \(ada, admin\)/);
      assert.match(await chat.types(gast, 'status'), /Guests of a workspace cannot use me/);

      await firstLook(site.ledger);
      assert.match(await chat.mentions(omar, 'status'), /home · .*simulated/s);
      slack.mention(omar, channel, 'stop 101');
      const { edits } = await chat.cardSays(1, /stop web-01.*waiting for approval/s);
      assert.match(await chat.presses(omar, 1, 'Approve'), /You asked for this/);
      assert.match(await chat.mentions(ada, 'approve 1'), /never as a message/);
      assert.match(await chat.presses(gast, 1, 'Approve'), /Guests of a workspace cannot use me/);
      const stops = (): number => site.requests('POST', /\/101\/status\/stop$/);
      assert.equal(stops(), 0);
      // A refused press has the card drawn anew, and until then nothing can be decided by typing.
      await until(
        () => 'the card is drawn anew',
        () => (chat.card(1)?.edits ?? 0) > edits,
      );
      assert.match(await chat.types(ada, 'approve 1'), /Counted/);
      const done = await chat.cardSays(1, /done and verified/);
      assert.ok(!done.buttons.some(({ label }) => /Approve|Deny|Withdraw/.test(label)));
      assert.equal(stops(), 1);

      assert.match(await site.quorate('audit', 'verify'), /whole/);
      assert.deepEqual(await main.end(), { code: 0, signal: null });
      for (const file of [site.ledger, site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
      for (const secret of [slack.botToken, slack.appToken])
        assert.ok(!`${main.out()}${main.err()}`.includes(secret));
    } finally {
      await site.close();
      await slack.close();
    }
  });
});
