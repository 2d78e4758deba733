import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

// Puts a link to another directory in the place of `dir` and the directory back, for ever, until it is killed.
const [root = '', victim = ''] = process.argv.slice(2);
const [dir, away, link] = ['dir', 'away', 'link'].map((name) => join(root, name));
if (dir === undefined || away === undefined || link === undefined) throw new Error('no folder');
symlinkSync(victim, link);
process.send?.('ready');
for (;;) {
  renameSync(dir, away);
  renameSync(link, dir);
  renameSync(dir, link);
  renameSync(away, dir);
}
