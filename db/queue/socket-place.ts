import { lstatSync, readFileSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

const PERMISSIONS = 0o777;

/** What a path is; throws saying how to make it where nothing is there. */
const statOf = (path: string, remedy: string): Stats => {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) throw new Error(`${path} is not there. Make it: ${remedy}`);
  return there;
};

/** Throws unless the directory belongs to root or to us, and neither its group nor others may write in it or others enter it. */
const checkDirectory = (path: string): void => {
  const { uid, mode } = statOf(path, `install -d -m 0750 ${path}`);
  const bits = (mode & PERMISSIONS).toString(8);
  if (uid !== 0 && uid !== process.getuid?.())
    throw new Error(`${path} belongs to uid ${uid}, not to root or to us`);
  if (mode & 0o027)
    throw new Error(`${path} has mode ${bits}: others could reach the socket; use 0700 or 0750`);
};

/** The secret both sides prove: at least 32 characters in a file that others cannot read. Throws saying what is wrong. */
export const readSocketSecret = (path: string): string => {
  const { mode } = statOf(path, `(umask 077; openssl rand -hex 32 > ${path})`);
  if (mode & 0o037) throw new Error(`${path} has mode ${(mode & PERMISSIONS).toString(8)}; use 0600 or 0640`);
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < 32)
    throw new Error(`${path} holds less than 32 characters: openssl rand -hex 32 makes enough`);
  return secret;
};

const somebodyListens = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });

/** Checks the directory and clears a socket file that nobody listens on. Throws when somebody does, or when it is another kind of file. */
export const preparePlace = async (path: string): Promise<void> => {
  checkDirectory(dirname(path));
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw new Error(`${path} exists and is not a socket`);
  if (await somebodyListens(path)) throw new Error(`another process already listens on ${path}`);
  rmSync(path);
};

/** Checks the directory that a client trusts to hold the right socket. */
export const checkPlace = (path: string): void => checkDirectory(dirname(path));
