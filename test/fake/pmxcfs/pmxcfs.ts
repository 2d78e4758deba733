/**
 * A pmxcfs to test against, on a real FUSE of the kernel: the tree and its database, modes and owners that nobody can choose,
 * what it refuses. It has no cluster and no sockets, so the tools of Proxmox cannot talk to it. Run as `pmxcfs -l -f`, in the
 * root that it is for; the suite beside it holds it and a machine's own pmxcfs to the same.
 */
import { closeSync, mkdirSync, openSync, read, writeSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { promisify } from 'node:util';
import koffi from 'koffi';
import { answersOf } from './answers.ts';
import { openTree } from './tree.ts';
import { answerOf, readAsked } from './wire.ts';

const AT = '/etc/pve';
const FOLDER = '/var/lib/pve-cluster';
const MS_NOSUID_NODEV = 6;

const readSome = promisify(read);

mkdirSync(FOLDER, { recursive: true });
const tree = openTree(`${FOLDER}/config.db`, () => Math.floor(Date.now() / 1000));
const answers = answersOf(tree, hostname());
const fuse = openSync('/dev/fuse', 'r+');
const mount = koffi.load('libc.so.6').func('int mount(str, str, str, unsigned long, str)');
const options = `fd=${fuse},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other`;
if (mount('/dev/fuse', AT, 'fuse', MS_NOSUID_NODEV, options) !== 0)
  throw new Error(`mount of ${AT}: errno ${koffi.errno()}`);

const room = Buffer.alloc(1024 * 1024);
for (;;) {
  const size = await readSome(fuse, room, 0, room.length, null).then(
    ({ bytesRead }) => bytesRead,
    (error: NodeJS.ErrnoException) => {
      // It was unmounted.
      if (error.code === 'ENODEV') return 0;
      throw error;
    },
  );
  if (size === 0) break;
  const asked = readAsked(Buffer.from(room.subarray(0, size)));
  const answer = asked.operation ? answers[asked.operation](asked) : constants.errno.ENOSYS;
  if (answer !== null) writeSync(fuse, answerOf(asked, answer));
}
closeSync(fuse);
