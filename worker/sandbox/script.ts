import type { AskHost, DialogAnswer } from './answer.ts';
import type { Limits } from './limits/limits.ts';

/** What is rehearsed. `argv[0]` is looked for inside; `env` comes on top of a small fixed one; `cwd` is `/` unless said. */
export type Script = {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A file that is shown inside, read-only and executable, below SCRIPTS: the very bytes that were looked at. */
  readonly file?: { readonly name: string; readonly bytes: Uint8Array };
  /** Answers to dialogs, each used once; a dialog without one is cancelled. */
  readonly answers?: readonly DialogAnswer[];
};

/** The folder inside where `file` is. */
export const SCRIPTS = '/run/quorate/scripts';

/** Where and how. Absolute paths without links at their ends. */
export type RehearsalOptions = {
  /** `/`, or a folder with a whole system in it. */
  readonly root: string;
  /** A folder of root's alone where layers are kept, on a disk that overlayfs can write to; made if missing. */
  readonly store: string;
  readonly limits?: Partial<Limits>;
  /** Knows the host; without it every question stays unanswered. */
  readonly ask?: AskHost;
  /** Files and folders that the script must not see beside key material, such as Quorate's own state. */
  readonly hide?: readonly string[];
  /** What `probeMounts` found, so that those mounts are shown read-only; nothing is refused without it. */
  readonly refusedMounts?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
};

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
};

/** The whole environment of a script. */
export const environmentOf = (script: Script): Readonly<Record<string, string>> => ({
  ...ENVIRONMENT,
  ...script.env,
});

const isNamed = ({ file }: Script): boolean => !file || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(file.name);

/** What makes a script impossible to start, undefined where it can be: NUL ends every text for the kernel. */
export const faultOf = (script: Script): string | undefined => {
  const { argv, cwd, env } = script;
  const [file] = argv;
  const texts = [...argv, cwd ?? '', ...Object.entries(env ?? {}).flat()];
  if (texts.some((each) => each.includes('\0'))) return 'a NUL byte';
  if (file === '') return 'no program';
  if (cwd !== undefined && !cwd.startsWith('/')) return 'a folder that is not absolute';
  if (Object.keys(env ?? {}).some((name) => !/^[A-Za-z_]\w*$/.test(name))) return 'a name of a variable';
  return isNamed(script) ? undefined : 'a name of its file';
};
