import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LONGEST_LINE } from '#bot/commands/words-of-line';
import { latestChanges } from '#db/ledger/change-rows';
import { makeLinkCode } from '#db/ledger/people';
import { Inventory } from '#policies/inventory';
import { someInventory } from '../fake/worker.ts';
import { ada } from '../policies/people.ts';
import { openRoom } from './room.ts';

type Row = readonly [what: string, line: string, answer: RegExp];

/** Lines that lead nowhere, and what the answer must say: what is wrong and what to type instead. */
const REFUSED: readonly Row[] = [
  ['an unknown command', '/stpo 101', /no command \/stpo.*\/help/],
  ['a command with a name of Object', '/constructor', /no command \/constructor.*\/help/],
  ['a line that is no command', 'please stop 101', /no command please stop 101.*\/help/],
  ['a slash alone', '/', /no command \/.*\/help/],
  ['a command that is only invisible characters', '/\u200b\u202e', /\/help/],
  ['a guest name that two guests have', '/stop db-01', /db-01 could be 102, 103.*number/],
  ['a guest that is not there', '/stop 4711', /no guest 4711.*\/guests/],
  ['a guest number below the least', '/stop 99', /no guest 99.*\/guests/],
  ['a guest number that is negative', '/stop -1', /no guest -1.*\/guests/],
  ['a guest number beyond all', `/stop ${'9'.repeat(30)}`, /no guest 9+.*\/guests/],
  ['a missing guest', '/stop', /\/stop: guest is missing.*\/stop 101/],
  ['a missing name', '/snapshot 101', /name is missing.*\/snapshot 101 before-upgrade/],
  ['a missing disk', '/disk_grow 101', /disk is missing.*\/disk_grow 101 scsi0 \+10G/],
  ['a missing size', '/disk_grow 101 scsi0', /by is missing.*\/disk_grow 101 scsi0 \+10G/],
  ['a missing storage', '/backup 101', /storage is missing.*\/backup 101 local/],
  ['a missing node', '/migrate 101', /node is missing.*\/migrate 101 pve2/],
  ['a missing recipe', '/recipe pve1', /recipe is missing.*\/recipe pve1 apt-no-translations/],
  ['a missing service', '/restart pve1', /service is missing.*\/restart pve1 pveproxy/],
  ['settings without a setting', '/set 101', /one of memory=.*\/set 101 memory=4096/],
  ['an argument too many', '/start 101 now', /\/start: now should be.*name=value/],
  ['an unknown setting', '/set 101 ram=5', /\/set: ram.*an argument it knows/],
  [
    'an argument named like a part of Object',
    '/start 101 __proto__=x',
    /\/start: __proto__.*an argument it knows/,
  ],
  ['the same argument twice', '/set 101 cores=1 cores=2', /\/set: cores should be.*once/],
  ['an argument by position and by name', '/migrate 101 pve1 node=pve2', /\/migrate: node should be.*once/],
  ['a bad snapshot name', '/snapshot 101 1st', /name should be a name of 2-40/],
  ['a taken snapshot name', '/rollback 101 current', /name should be .*other than "current"/],
  ['a snapshot name that is an option', '/snapshot_delete 101 --all', /name should be a name of 2-40/],
  ['a bad yes or no', '/snapshot 101 good ram=maybe', /ram should be yes or no/],
  ['a bad storage', '/backup 101 ../etc', /storage should be a storage name/],
  ['a bad backup mode', '/backup 101 local mode=fast', /mode should be (?!Invalid).*snapshot.*suspend.*stop/],
  ['too little memory', '/set 101 memory=1', /memory should be MiB, a whole number from 16/],
  ['memory that is no number', '/set 101 memory=lots', /memory should be MiB, a whole number/],
  ['half a core', '/set 101 cores=1.5', /cores should be a whole number/],
  ['too many cores', '/set 101 cores=9999', /cores should be a whole number from 1 to 8192/],
  ['a bad onboot', '/set 101 onboot=si', /onboot should be yes or no/],
  ['bad tags', '/set 101 tags=A', /tags should be tags such as/],
  ['a bad disk', '/disk_grow 101 sda +1G', /disk should be a disk such as scsi0/],
  ['a bad size', '/disk_grow 101 scsi0 -5G', /by should be how much to add/],
  ['a bad node name', '/migrate 101 pve_2;reboot', /node should be a node name/],
  ['a bad yes or no for purge', '/destroy 101 purge=of', /purge should be yes or no/],
  ['a bad start after rollback', '/rollback 101 good start=2', /start should be yes or no/],
  ['a bad recipe name', '/recipe pve1 $(reboot)', /recipe should be a recipe name/],
  ['a bad service name', '/restart pve1 -rf', /service should be a service such as/],
  ['a node that is not there', '/restart pve9 pveproxy', /no node pve9.*pve1/],
  ['a change that is not there', '/approve 77', /no change 77.*\/changes/],
  ['a change that is no number', '/undo all', /no change all.*\/changes/],
  ['a change number beyond all', `/change ${'9'.repeat(40)}`, /no change 9+.*\/changes/],
  ['no change at all', '/why', /change is missing.*\/why 42/],
  ['no change to approve', '/approve', /change is missing.*\/approve 42/],
  ['an unknown kind of backups', '/backups soon', /soon should be missing, failed or nothing/],
  ['a kind of backups named like a part of Object', '/backups constructor', /constructor should be missing/],
  ['rubbish for the audit', '/audit ;--', /no guest ;--/],
  ['a page of the audit that is none', '/audit before=-3', /before should be the number of a record/],
  ['a change in the audit that is not there', '/audit #99', /no change #99/],
  ['an ambiguous guest in the audit', '/audit db-01', /could be 102, 103/],
  ['a code of an account that is linked', '/link abc', /linked already.*\/whoami/],
  ['a link of an account that is linked, without a code', '/link', /linked already.*\/whoami/],
  ['a confirmation without a person', '/link confirm', /person is missing/],
  ['an escape sequence for a guest', '/stop \u001b[31mred\u0007', /no guest \[31mred.*\/guests/],
  ['a right-to-left override for a guest', '/stop \u202etxt.101', /no guest txt\.101/],
  ['half a surrogate pair for a guest', '/stop \ud800x', /no guest .x.*\/guests/],
  ['a mention of all for a guest', '/stop @everyone', /no guest ＠everyone/],
  ['markup for a guest', '/stop <b>x</b>', /no guest <b>x<\/b>/],
  ['shell words for a guest', "/stop '; rm -rf /", /no guest ';/],
];

describe('bad input through the chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());
  const refusals = () => room.audit().filter(({ kind }) => kind === 'command.refused');

  for (const [what, line, answer] of REFUSED)
    it(`${what} gets one clear sentence that says what to do, and is in the audit`, async () => {
      const said = await room.ask('ada', line);
      assert.match(said, answer);
      assert.doesNotMatch(said, /Invalid|undefined|\[object|\n/);
      assert.deepEqual(
        refusals().map(({ actor }) => 'person' in actor && actor.person),
        ['ada'],
      );
      assert.deepEqual(latestChanges(room.ledger, 10), [], 'nothing was opened');
    });

  it('a line of 10,000 characters is told its length and how many are read', async () => {
    assert.match(
      await room.ask('omar', `/stop ${'9'.repeat(9_994)}`),
      new RegExp(`10000 characters; at most ${LONGEST_LINE}`),
    );
    const [record] = refusals();
    assert.ok(JSON.stringify(record?.facts['line']).length <= 202, 'the audit keeps the beginning only');
  });

  it('after all that, the bot answers as before', async () => {
    await room.ask('omar', '/\u0000\u001b]0;title\u0007');
    assert.match(await room.ask('vera', '/status'), /^.. home · /);
  });

  it('half a surrogate pair in a description is not lost words: the change is asked for and shown', async () => {
    room.telegram.say(room.user('omar'), room.group, '/set 101 description="half \ud800 pair"');
    const card = await room.cardSays(1, /waiting for approval/);
    assert.match(card.text, /change settings of web-01/);
  });

  it('a code for linking that is typed where others read it is void, and the audit does not keep it', async () => {
    const code = makeLinkCode(room.ledger, ada.id, { cli: 'test' });
    const stranger = room.telegram.addUser('newcomer');
    const chat = room.telegram.addPrivateChat(stranger);
    const told = (words: RegExp) =>
      room.telegram.until(() => room.telegram.messages(chat).some(({ text }) => words.test(text)));
    room.telegram.say(stranger, room.group, `/link ${code}`);
    await told(/Only in a private chat/);
    room.telegram.say(stranger, chat, `/link ${code}`);
    await told(/wrong, used or too old/);
    assert.doesNotMatch(JSON.stringify(room.audit()), new RegExp(code));
  });

  it('a code for linking behind a mistyped command is not kept by the audit, and void where others read it', async () => {
    const [shown, whispered] = [1, 2].map(() => makeLinkCode(room.ledger, ada.id, { cli: 'test' }));
    const stranger = room.telegram.addUser('newcomer');
    const chat = room.telegram.addPrivateChat(stranger);
    const told = (words: RegExp) =>
      room.telegram.until(() => room.telegram.messages(chat).some(({ text }) => words.test(text)));
    room.telegram.say(room.telegram.addUser('another'), room.group, `/lnk ${shown}`);
    room.telegram.say(stranger, chat, `/lnk ${whispered}`);
    await room.telegram.until(() => refusals().length === 2);
    assert.doesNotMatch(JSON.stringify(room.audit()), new RegExp(`${shown}|${whispered}`));
    room.telegram.say(stranger, chat, `/link ${shown}`);
    await told(/wrong, used or too old/);
    room.telegram.say(stranger, chat, `/link ${whispered}`);
    await told(/is now ada/);
  });

  it('a stranger is told how to be linked, in the language of their client where it is spoken', async () => {
    const stranger = room.telegram.addUser('newcomer', { language_code: 'constructor' });
    const chat = room.telegram.addPrivateChat(stranger);
    room.telegram.say(stranger, chat, '/status');
    await room.telegram.until(() =>
      room.telegram.messages(chat).some(({ text }) => /\/link CODE/.test(text)),
    );
  });

  it('approving something that was not shown here is refused with the reason', async () => {
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await room.ask('ada', '/approve 1'), /not shown in this chat/);
    assert.match(await room.ask('ada', '/deny 1'), /not shown in this chat/);
    assert.equal(latestChanges(room.ledger, 1)[0]?.state.state, 'awaiting');
  });

  it('a request can be withdrawn from any chat, also while its plan is being made', async () => {
    room.script.plan = () => undefined;
    room.say('omar', '/stop 101');
    await room.cardSays(1, /planning/);
    assert.match(await room.ask('omar', '/withdraw 1'), /Withdrawn/);
    assert.equal(latestChanges(room.ledger, 1)[0]?.state.state, 'withdrawn');
  });

  it('presses with rubbish are answered once each and recorded, and change nothing', async () => {
    room.say('omar', '/stop 101');
    const card = await room.cardSays(1, /waiting for approval/);
    const rubbish = [
      'x',
      '\ud800',
      '😀'.repeat(40),
      "' OR 1=1 --",
      '\u0000',
      '\u202eevorppa',
      'a'.repeat(5000),
    ];
    for (const data of rubbish) {
      const press = room.telegram.press(room.user('ada'), room.group, card.id, { data });
      assert.match(await room.answerTo(press), /no longer works/);
    }
    assert.equal(room.audit().filter(({ kind }) => kind === 'click.refused').length, rubbish.length);
    assert.equal(latestChanges(room.ledger, 1)[0]?.state.state, 'awaiting');
  });
});

/** Names that Proxmox would never allow but a note, a backup or a hostile node may carry. */
const EVIL = [
  '<b>@everyone',
  "'; rm -rf /",
  '\u202egnp.exe',
  'a\u001b[2Jb',
  'x\ny',
  '&lt;i&gt;',
  '[a](http://x)',
  '\ud800',
];

describe('a guest with a hostile name', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
    const site = someInventory(room.ledger.now());
    assert.ok(site.guests.known);
    const [first] = site.guests.value;
    const guests = EVIL.map((name, index) => ({ ...first, vmid: 200 + index, name }));
    const backups = [{ vmid: 200, storage: EVIL[0], volid: EVIL[1], at: 1, size: null, protected: false }];
    const backupRuns = [{ upid: 'UPID:x', node: 'pve1', vmid: null, at: 1, ok: false, exit: EVIL.join(' ') }];
    const inventory = Inventory.parse({
      ...site,
      guests: { known: true, value: guests },
      backups: { known: true, value: backups },
      backupRuns: { known: true, value: backupRuns },
    });
    await room.worker.tell({ report: 'inventory', inventory });
  });
  afterEach(() => room.close());

  const harmless = (text: string) => {
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u001b\u0000]/u);
    assert.doesNotMatch(text, /@everyone/);
    assert.ok(text.isWellFormed());
  };

  for (const line of [
    '/guests',
    '/guest 200',
    '/guest 202',
    '/backups',
    '/backups missing',
    '/backups failed',
    '/audit',
  ])
    it(`is shown harmlessly by ${line}`, async () => {
      const said = await room.ask('vera', line);
      harmless(said);
      if (line === '/guests')
        for (const shown of ['<b>＠everyone', "'; rm -rf /", 'ab', 'x y', '&lt;i&gt;'])
          assert.ok(said.includes(shown), shown);
    });

  it('is shown harmlessly by the card of its change, the list of changes and the reasons', async () => {
    room.say('omar', '/stop 200');
    const card = await room.cardSays(1, /waiting for approval/);
    harmless(card.text);
    assert.ok(!card.entities.some(({ type }) => type === 'mention' || type === 'url'));
    for (const line of ['/changes', '/change 1', '/why 1', '/audit home/200'])
      harmless(await room.ask('vera', line));
  });

  it('can be asked for by that very name', async () => {
    assert.match(await room.ask('vera', '/guest "\'; rm -rf /"'), /201/);
  });
});
