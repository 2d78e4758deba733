import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { type AskHost, answerDialog, type DialogAnswer } from './answer.ts';
import { LONGEST_CALL, type Met, parseCall, type Recorded } from './record.ts';
import { decideCall } from './shims/decide.ts';

/** Takes down what stand-ins ask for and tells them what to do. */
export type Recorder = {
  readonly records: readonly Recorded[];
  /** For when no process of the sandbox is left. */
  readonly close: () => Promise<void>;
};

type Reply = { readonly met: Met; readonly words: readonly string[] };

const end = (
  met: Met,
  code: number,
  out = '',
  err: { text: string; fd: number } = { text: '', fd: 2 },
): Reply => ({
  met,
  words: ['end', String(code), out, err.text, String(err.fd)],
});

const refusal = (program: string, why: string): { text: string; fd: number } => ({
  text: `${program}: ${why}\n`,
  fd: 2,
});

/** Options of the recorder; `most` calls are taken, then `onTooMany` is told and every further one is refused. */
export type RecorderOptions = {
  readonly ask: AskHost;
  readonly dialogs: readonly DialogAnswer[];
  /** Names that may be run for real, and what that is called inside. */
  readonly realPrograms: ReadonlyMap<string, string>;
  /** The cluster's configuration is a copy that may be changed. */
  readonly hasCopy: boolean;
  readonly most: number;
  readonly onTooMany: () => void;
};

const readAll = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LONGEST_CALL) socket.destroy();
      else chunks.push(chunk);
    });
    socket.on('end', () => resolve(Buffer.concat(chunks)));
    socket.on('close', () => resolve(Buffer.alloc(0)));
    // A script may end its stand-in at any moment; what was not said to the end is no call.
    socket.on('error', () => resolve(Buffer.alloc(0)));
  });

const askHost = async (ask: AskHost, program: string, args: readonly string[]): Promise<Reply> => {
  const answer = await ask(program, args);
  return answer === null
    ? end('unanswered', 1, '', refusal(program, 'not known in a rehearsal'))
    : end('answered', answer.code, answer.out);
};

/** The real program is run inside, where it changes files or reads, and can do no more. */
const forReal = (
  met: Met,
  program: string,
  args: readonly string[],
  { realPrograms }: RecorderOptions,
): Reply => {
  const real = realPrograms.get(program);
  if (real === undefined) return end('denied', 127, '', refusal(program, 'is not here'));
  return { met, words: ['run', real, ...args] };
};

const meet = (
  program: string,
  args: readonly string[],
  options: RecorderOptions,
  prepared: DialogAnswer[],
): Promise<Reply> | Reply => {
  const { handling } = decideCall(program, args, options.hasCopy);
  switch (handling.does) {
    case 'files':
    case 'files-only':
      return forReal(handling.does, program, handling.args, options);
    case 'inside':
      return forReal('inside', program, args, options);
    case 'ask':
      return askHost(options.ask, program, args);
    case 'dialog': {
      const { code, text, fd } = answerDialog(args, prepared);
      return end('dialog', code, '', { text, fd });
    }
    case 'record':
      return end('recorded', 0);
    case 'deny':
      return end('denied', 1, '', refusal(program, 'refused in a rehearsal'));
  }
};

/**
 * Listens on `path`, which is shown to the script read-only: it can connect and ask like everyone, but neither read what
 * others said nor take it back. A pipe would not do, since root inside could open it for reading and take records out.
 */
export const openRecorder = async (path: string, options: RecorderOptions): Promise<Recorder> => {
  const records: Recorded[] = [];
  const sockets = new Set<Socket>();
  const saying = new Set<Promise<Buffer>>();
  const prepared = [...options.dialogs];

  const take = async (socket: Socket): Promise<void> => {
    const said = readAll(socket);
    saying.add(said);
    const call = parseCall(await said);
    saying.delete(said);
    if (!call || records.length >= options.most) {
      if (call) options.onTooMany();
      socket.destroy();
      return;
    }
    const { effect, handling } = decideCall(call.program, call.args, options.hasCopy);
    const index = records.length;
    const base = { seq: index + 1, ...call, effect };
    // On record before it is answered, so that the order is that of the asking.
    const known = handling.does === 'record' ? handling.known : true;
    records.push({ ...base, met: 'unanswered', known });
    const { met, words } = await meet(call.program, call.args, options, prepared);
    records[index] = { ...base, met, known };
    if (!socket.destroyed) socket.end(Buffer.from(words.join('\0'), 'latin1'));
  };

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    take(socket).catch(() => socket.destroy());
  });
  server.maxConnections = 64;
  // Whoever holds all of them open leaves calls unheard.
  server.on('drop', options.onTooMany);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // Programs of a script that are no longer root record as well.
  chmodSync(path, 0o666);

  return {
    records,
    close: async () => {
      // Whoever called is gone by now, so each call can be read to its end; before ours all others were taken.
      server.maxConnections = Infinity;
      await once(connect(path).resume().end(), 'close');
      await Promise.all(saying);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
