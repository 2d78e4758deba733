import type { AskHost } from '../sandbox/answer.ts';
import { run } from '../shell/run.ts';

/** Questions that the real program answers and that change nothing, by the program and its first word. */
const QUESTIONS: { readonly [program: string]: readonly string[] } = {
  systemctl: ['is-active', 'is-failed', 'is-enabled', 'is-system-running'],
  qm: ['list', 'status', 'config'],
  pct: ['list', 'status', 'config'],
  pvesm: ['status'],
  pvecm: ['status', 'nodes'],
  zpool: ['list', 'status'],
  zfs: ['list'],
};

/** A name or a number, so that no word of the script means anything else to the program. */
const PLAIN = /^(?!-)[A-Za-z0-9@:._\\-]{1,128}$/;

/** Answers the questions of a script from the host that it is rehearsed on: those of the list, about plain names. */
export const askHost: AskHost = async (program, [word, ...rest]) => {
  const known = Object.hasOwn(QUESTIONS, program) ? QUESTIONS[program] : undefined;
  if (word === undefined || !known?.includes(word)) return null;
  const names = rest.filter((each) => each !== '--quiet' && each !== '-q');
  if (!names.every((name) => PLAIN.test(name))) return null;
  const answer = await run(program, [word, ...names]);
  if (answer.ok) return { code: 0, out: answer.value };
  return answer.error.failure === 'exit' ? { code: answer.error.code ?? 1, out: '' } : null;
};
