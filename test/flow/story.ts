import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { verifyAudit } from '#db/audit/verify';
import { skip } from '#test/worker/sandbox/rig';
import type { Simulator } from '#worker/simulator/simulator';
import { touchConfig } from '#worker/simulator/touch';

import type { Transcript } from './transcript.ts';

/** Everything the story touches and looks at. `root` is where host effects land; files are those of bot and worker. */
export type Stage = {
  readonly transcript: Transcript;
  readonly simulator: Simulator;
  readonly root: string;
  readonly ledger: string;
  readonly journal: string;
  readonly print: (text: string) => void;
};

/** Every path below a folder with its metadata and content, as one digest. */
const treeHash = (folder: string): string => {
  const hash = createHash('sha256');
  for (const path of readdirSync(folder, { recursive: true, encoding: 'latin1' }).sort()) {
    const full = join(folder, path);
    const { mode, uid, gid, size } = lstatSync(full);
    const content = lstatSync(full).isFile() ? readFileSync(full) : Buffer.alloc(0);
    hash
      .update(JSON.stringify([path, mode, uid, gid, lstatSync(full).isDirectory() ? 0 : size]))
      .update(content);
  }
  return hash.digest('hex');
};

const stops = ({ simulator }: Stage, vmid: number): number =>
  simulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith(`/${vmid}/status/stop`))
    .length;

const looking = async ({ transcript }: Stage): Promise<void> => {
  transcript.say('@vera /status');
  await transcript.expect(/home · /);
  transcript.say('@vera /backups');
  await transcript.expect(/Backups of home/);
  transcript.say('@vera /backups missing');
  await transcript.expect(/no enabled job or backup covers/);
};

/** omar asks; his own approval and vera's are refused; ada's counts; it is done once, however often it is pressed. */
const stopping = async (stage: Stage): Promise<void> => {
  const { transcript, print } = stage;
  transcript.say('@omar /stop 101');
  await transcript.expect(/Change #1: a plan is being made/);
  const card = await transcript.expect(/#1 · stop web-01.*waiting for approval/);
  transcript.press('omar', card, 'Approve');
  await transcript.expect(/\(to omar\) You asked for this/);
  transcript.press('vera', card, 'Approve');
  await transcript.expect(/\(to vera\) You are viewer; this needs 1 admin/);
  assert.equal(stops(stage, 101), 0, 'nothing may be touched before enough people agreed');
  transcript.press('ada', card, 'Approve');
  await transcript.expect(/\(to ada\) Counted\. It begins now/);
  await transcript.expect(/#1 · stop web-01.*done and verified/);
  transcript.press('ada', card, 'Approve');
  await transcript.expect(/\(to ada\) (Too late|That button no longer works)/);
  assert.equal(stops(stage, 101), 1, 'the guest is stopped exactly once');
  print('= the simulated node received one stop of 101');
  transcript.say('@vera /audit #1');
  const audit = await transcript.expect(/Audit, newest first/);
  for (const kind of [
    'change.opened',
    'change.planned',
    'click.refused',
    'change.vote',
    'change.start',
    'change.finish',
  ])
    if (kind !== 'click.refused') assert.match(audit, new RegExp(kind.replace('.', '\\.')));
};

/** Somebody edits the guest between plan and approval: the approved plan is not run, a new one is asked for. */
const drifting = async (stage: Stage): Promise<void> => {
  const { transcript, simulator, print } = stage;
  transcript.say('@omar /set 102 memory=4096');
  const card = await transcript.expect(/#2 · change settings of db-01.*waiting for approval/);
  touchConfig(simulator.world, 102, { description: 'edited in the GUI' });
  print('= somebody edits guest 102 in the GUI');
  transcript.press('ada', card, 'Approve');
  await transcript.expect(/\(to ada\) Counted\. It begins now/);
  const again = await transcript.expect(/#2 · change settings of db-01.*waiting for approval/);
  print('= the plan was stale: nothing was changed, and the votes are void');
  transcript.press('ada', card, 'Approve');
  await transcript.expect(/\(to ada\) That was for an older plan/);
  transcript.press('ivan', again, 'Approve');
  await transcript.expect(/\(to ivan\) Counted\. It begins now/);
  await transcript.expect(/#2 · change settings of db-01.*done and verified/);
};

/** A file on the host: shown as a diff, written, verified, and taken back to the last byte. */
const recipe = async (stage: Stage): Promise<void> => {
  const { transcript, root, print } = stage;
  const before = treeHash(root);
  transcript.say('@omar /recipe pve1 apt-no-translations');
  const card = await transcript.expect(/#3 · apply recipe.*waiting for approval/);
  assert.match(card, /\+Acquire::Languages "none";/);
  assert.equal(treeHash(root), before, 'a plan touches nothing');
  transcript.press('ivan', card, 'Approve');
  await transcript.expect(/\(to ivan\) Counted\. It begins now/);
  await transcript.expect(/#3 · apply recipe.*done and verified/);
  assert.notEqual(treeHash(root), before);
  transcript.say('@omar /undo 3');
  const undo = await transcript.expect(/#4 · undo change.*waiting for approval/);
  transcript.press('ivan', undo, 'Approve');
  await transcript.expect(/\(to ivan\) Counted\. It begins now/);
  await transcript.expect(/#4 · undo change.*done and verified/);
  assert.equal(treeHash(root), before, 'undone means byte-identical');
  print('= the host is byte-identical to what it was');
};

/** A script of the node's catalogue: rehearsed, shown whole, agreed to by two people, done exactly, and taken back. */
const script = async (stage: Stage): Promise<void> => {
  const { transcript, root, print } = stage;
  if (skip) return print(`= left out here: a script, since ${skip}`);
  const before = treeHash(root);
  transcript.say('@vera /scripts');
  await transcript.expect(/pve1: name-the-nas: Name the file server/);
  transcript.say('@ada /script plan name-the-nas');
  const card = await transcript.expect(/#5 · apply what script name-the-nas changes.*waiting for approval/);
  assert.match(card, /\+192\.0\.2\.9 nas\.home nas/);
  assert.match(card, /4\| echo '192\.0\.2\.9 nas\.home nas' >> \/etc\/hosts/, 'the script is shown whole');
  assert.equal(treeHash(root), before, 'a rehearsal touches nothing');
  transcript.press('ivan', card, 'Approve');
  await transcript.expect(/\(to ivan\) Counted/);
  assert.equal(treeHash(root), before, 'one person is not enough for what is critical');
  transcript.press('omar', card, 'Approve');
  await transcript.expect(/\(to omar\) Counted\. It begins now/);
  await transcript.expect(/#5 · apply what script name-the-nas changes.*done and verified/);
  assert.match(readFileSync(join(root, 'etc/hosts'), 'utf8'), /nas\.home/);
  transcript.say('@ada /undo 5');
  const undo = await transcript.expect(/#6 · undo change.*waiting for approval/);
  assert.match(undo, /-192\.0\.2\.9 nas\.home nas/);
  transcript.press('ivan', undo, 'Approve');
  await transcript.expect(/\(to ivan\) Counted/);
  transcript.press('omar', undo, 'Approve');
  await transcript.expect(/\(to omar\) Counted\. It begins now/);
  await transcript.expect(/#6 · undo change.*done and verified/);
  assert.equal(treeHash(root), before, 'undone means byte-identical');
  print('= the script was run in a rehearsal only, and the host is byte-identical to what it was');
};

/** The sealed log is whole; one altered byte in a copy is found. */
const sealed = ({ ledger, journal, print }: Stage): void => {
  for (const file of [ledger, journal]) {
    assert.equal(verifyAudit(file).verdict, 'whole', file);
  }
  print('= audit verify: whole, on the bot and on the node');
  const copy = `${ledger}.altered`;
  const live = new Database(ledger, { readonly: true });
  live.prepare('VACUUM INTO ?').run(copy);
  live.close();
  alterOneByte(copy);
  const verdict = verifyAudit(copy);
  assert.equal(verdict.verdict, 'broken');
  print(
    `= audit verify on a copy with one altered byte: broken (${verdict.verdict === 'broken' ? verdict.what : ''})`,
  );
};

const NEEDLE = Buffer.from('"kind":"change.opened"');

/** Does a record of the file say it now? Pages keep bytes of earlier splits that no record uses. */
const isRead = (file: string, text: string): boolean => {
  const copy = new Database(file, { readonly: true });
  const found = copy.prepare('SELECT 1 FROM audit WHERE instr(line, ?)').get(text);
  copy.close();
  return found !== undefined;
};

/** Turns one change.opened of the copy's records into change.openeq. */
const alterOneByte = (file: string): void => {
  const bytes = readFileSync(file);
  const fd = openSync(file, 'r+');
  for (let at = bytes.indexOf(NEEDLE); at !== -1; at = bytes.indexOf(NEEDLE, at + 1)) {
    writeSync(fd, 'q', at + NEEDLE.length - 2);
    if (isRead(file, 'change.openeq')) break;
    writeSync(fd, 'd', at + NEEDLE.length - 2);
  }
  closeSync(fd);
  assert.ok(isRead(file, 'change.openeq'), 'a record of the copy was altered');
};

/** The whole road, told over a console; throws where anything is not as told. */
export const tellStory = async (stage: Stage): Promise<void> => {
  await looking(stage);
  await stopping(stage);
  await drifting(stage);
  await recipe(stage);
  await script(stage);
  sealed(stage);
};
