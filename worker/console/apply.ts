import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { apply as applySet } from '../changeset/apply.ts';
import type { Meta } from '../changeset/change.ts';
import { changeProblemText } from '../changeset/change-problem.ts';
import { shownPath, shownText } from '../changeset/shown-text.ts';
import { readTransaction, stateOf } from '../changeset/transaction.ts';
import { recover, undo as undoSet } from '../changeset/undo.ts';
import { placesIn, workshop } from '../scripts/places.ts';
import { CODES, STATE } from './plan.ts';
import { loadPlan, type NoPlanFile, planDigest } from './plan-file.ts';
import type { Terminal } from './terminal.ts';

export const APPLY_USAGE = 'quorate apply FILE [--yes] [--state DIR]';
export const UNDO_USAGE = 'quorate undo ID [--root DIR] [--state DIR]';

const STATE_OPTION = { state: { type: 'string', default: STATE } } as const;
const APPLY_OPTIONS = { ...STATE_OPTION, yes: { type: 'boolean', default: false } } as const;
const UNDO_OPTIONS = { ...STATE_OPTION, root: { type: 'string', default: '/' } } as const;

const fileText = (why: NoPlanFile): string => {
  if (why.file === 'incomplete') return `the plan is not whole: ${changeProblemText(why.problem)}`;
  if (why.file === 'other-digest')
    return `the plan was altered: what is in the file comes to ${why.digest}, which is not the digest that it names`;
  return `no plan that can be read: ${shownText(why.why)}`;
};

const side = (meta: Meta | null): string => meta?.type ?? 'nothing';

const isYes = async (terminal: Terminal, count: number): Promise<boolean> => {
  const answer = await terminal.ask(
    `Apply ${count} ${count === 1 ? 'change' : 'changes'} to this host? Type yes: `,
  );
  return answer?.trim() === 'yes';
};

/** `quorate apply FILE`: does exactly what a saved plan holds, where every path is still as it was rehearsed. */
export const apply = async (terminal: Terminal, args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: APPLY_OPTIONS,
    allowPositionals: true,
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    terminal.complain(`usage: ${APPLY_USAGE}`);
    return CODES.usage;
  }
  const loaded = loadPlan(file, placesIn(values.state, '/').store);
  if (!loaded.ok) {
    terminal.complain(fileText(loaded.error));
    return CODES.no;
  }
  const { sealed, root, mounts, command } = loaded.value;
  const shop = workshop(placesIn(values.state, root), root, mounts);
  recover(shop);
  await terminal.print([
    `digest ${planDigest(loaded.value)}`,
    `command ${shownPath(command.join(' '))}`,
    `root ${shownPath(root)}`,
    ...sealed.changes.map(
      ({ path, before, after }) => `  ${shownPath(path)}: ${side(before)} -> ${side(after)}`,
    ),
  ]);
  if (!values.yes && !(await isYes(terminal, sealed.changes.length))) {
    terminal.complain('nothing was done; without a terminal say --yes');
    return CODES.no;
  }
  const id = randomUUID();
  const done = applySet(shop, sealed, id);
  if (!done.ok) {
    terminal.complain(`nothing was changed: ${changeProblemText(done.error)}`);
    return CODES.no;
  }
  const where = `${root === '/' ? '' : ` --root ${root}`}${values.state === STATE ? '' : ` --state ${values.state}`}`;
  await terminal.print([`done; take it back with: quorate undo ${id}${where}`]);
  return CODES.planned;
};

/** `quorate undo ID`: takes an applied plan back, and names what somebody edited since, which stays. */
export const undo = async (terminal: Terminal, args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: UNDO_OPTIONS,
    allowPositionals: true,
  });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0 || !/^[0-9a-f-]{36}$/.test(id)) {
    terminal.complain(`usage: ${UNDO_USAGE}`);
    return CODES.usage;
  }
  const { journal, ...places } = placesIn(values.state, values.root);
  if (stateOf(journal, id) !== 'committed') {
    terminal.complain(`nothing applied under ${id} can be taken back`);
    return CODES.no;
  }
  const shop = workshop({ ...places, journal }, values.root, readTransaction(journal, id).mounts);
  recover(shop);
  const undone = undoSet(shop, id);
  if (!undone.ok) {
    terminal.complain(changeProblemText(undone.error));
    return CODES.no;
  }
  const { left } = undone.value;
  await terminal.print(
    left.length === 0
      ? ['all of it is as it was before']
      : ['left as they are, for they were edited since:', ...left.map((path) => `  ${shownPath(path)}`)],
  );
  return left.length === 0 ? CODES.planned : CODES.no;
};
