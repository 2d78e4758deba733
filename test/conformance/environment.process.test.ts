import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { openDatabase } from '#db/open';
import { UNPACED } from '../fake/telegram/unpaced.ts';
import { type Group, openGroup } from '../flow/group.ts';
import type { Program } from '../flow/program.ts';
import { type SetUp, setUp } from '../flow/set-up.ts';
import { firstLook } from '../flow/stage.ts';

/** What a shell, sudo, SSH, cron or a CI may say of who is there; ada is the admin. */
const HOSTILE = Object.fromEntries(
  [
    'USER LOGNAME USERNAME SUDO_USER PAM_USER REMOTE_USER MAIL EMAIL GIT_AUTHOR_NAME GITHUB_ACTOR',
    'QUORATE_USER QUORATE_ACTOR QUORATE_PERSON QUORATE_AS HUBOT_USER',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'ada']),
);

/** The states of sockets in /proc/net: 0A is LISTEN of TCP, 07 is a UDP socket that waits for anybody. */
const WAITING = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' };

const inodeOf = (link: string): string | undefined => {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
  } catch {
    return undefined; // it was closed since the folder was read
  }
};

/** The local addresses at which a process waits for others, as /proc/net has them. */
const doorsOf = (pid: number): readonly string[] => {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => inodeOf(`/proc/${pid}/fd/${fd}`)));
  return Object.entries(WAITING).flatMap(([file, waiting]) =>
    readFileSync(`/proc/${pid}/net/${file}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === waiting && inode && own.has(inode))
      .map(([, local]) => `${file} ${local}`),
  );
};

/** The whole product as one process in an environment that lies, with Telegram as its chat. */
describe('the process', () => {
  let site: SetUp;
  let chat: Group;
  let main: Program;
  before(async () => {
    [site, chat] = [await setUp(), await openGroup(['omar', 'ada', 'nobody'])];
    const token = site.plant('telegram', chat.telegram.token);
    const telegram = { token, api: chat.telegram.apiRoot, per_minute: UNPACED, chats: [chat.group.id] };
    site.write({ bot: { console: undefined, telegram }, queue: undefined, worker: { bot_key: undefined } });
    await site.quorate('people', 'add', 'omar', '--role', 'operator');
    await site.quorate('people', 'add', 'ada', '--role', 'admin');
    main = site.start('main', { env: HOSTILE });
    await firstLook(site.ledger);
    const [code = ''] = (await site.quorate('link-code', 'omar')).split(' ');
    assert.match(await chat.tell('omar', `/link ${code}`), /is now omar/);
    chat.say('omar', '/stop 101');
    await chat.cardSays(1, /waiting for approval/);
  });
  after(async () => {
    await site.close();
    await chat.telegram.close();
  });

  it('who acts is never read from the environment', async () => {
    assert.match(await chat.ask('nobody', '/stop 101'), /not linked to anybody/);
    chat.press('nobody', 1, 'Approve');
    chat.press('omar', 1, 'Approve');
    assert.match(await chat.tell('omar', '/whoami'), /omar/);
    const shell = site.start('quorate', { args: ['people', 'add', 'zoe', '--role', 'viewer'], env: HOSTILE });
    shell.child.stdin?.end();
    assert.deepEqual(await shell.ended, { code: 0, signal: null });
    const db = openDatabase({ path: site.ledger, migrations: 'ledger', now: Date.now });
    const actors = queryAudit(db, { limit: 1000 }).map(({ kind, actor }) => ({
      kind,
      actor: JSON.stringify(actor),
    }));
    db.close();
    assert.ok(actors.some(({ kind, actor }) => kind === 'change.opened' && actor.includes('"omar"')));
    assert.ok(actors.some(({ actor }) => actor.includes('"cli"')));
    for (const { kind, actor } of actors) assert.doesNotMatch(actor, /ada/, kind);
    assert.equal(site.requests('POST', /stop$/), 0);
  });

  it('no link approves anything: no card carries one, and the process listens at no port', async () => {
    const card = await chat.cardSays(1, /waiting for approval/);
    const { pid } = main.child;
    assert.ok(pid);
    assert.deepEqual(doorsOf(pid), []);
    assert.ok(doorsOf(process.pid).length > 0, 'the servers of this test are seen');
    for (const button of card.buttons.flat()) assert.ok(button.data, `${button.text} is a link`);
    assert.doesNotMatch(JSON.stringify(chat.telegram.calls()), /href=|\b(login_)?url\b|web_app|https?:/);
  });
});
