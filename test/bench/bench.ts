import { parseArgs } from 'node:util';
import { auditAppend } from './audit-append.ts';
import { auditPage } from './audit-page.ts';
import { auditVerify } from './audit-verify.ts';
import { clickWhileEditing, lastCopyEdited } from './cards.ts';
import { clickToRequest } from './click.ts';
import { decisions, decisionsOfMany } from './decide.ts';
import { decisionsElsewhere, decisionsElsewhereFew } from './decide-elsewhere.ts';
import { dryRunOverhead } from './dry-run.ts';
import { dryRunCold, dryRunWarm } from './dry-run-ansible.ts';
import { dryRunApt } from './dry-run-apt.ts';
import { applyFew, applyMany, growth, scanMany, undoMany } from './host-changes.ts';
import { memory } from './memory.ts';
import { platformRows } from './platforms.ts';
import { type Bench, kept } from './row.ts';
import { rulesDiff, rulesDiffWide } from './rules-diff.ts';
import { startUp } from './start-up.ts';
import { status } from './status.ts';

/** Every row there is, in the order it is measured. */
const BENCHES: readonly Bench[] = [
  status,
  clickToRequest,
  clickWhileEditing,
  lastCopyEdited,
  ...platformRows,
  startUp,
  auditAppend,
  auditPage,
  auditVerify,
  decisions,
  decisionsOfMany,
  decisionsElsewhereFew,
  decisionsElsewhere,
  rulesDiff,
  rulesDiffWide,
  dryRunWarm,
  dryRunCold,
  dryRunOverhead,
  dryRunApt,
  applyFew,
  applyMany,
  undoMany,
  scanMany,
  growth,
  memory,
];

/** What is printed of a limit kept, missed, or not set. */
const verdictOf = (held: boolean | null): string => (held === null ? '-' : held ? 'ok' : 'MISS');

/** `npm run bench -- --only NAME --idle SECONDS`: prints each row; ends with 1 where a row missed its limit. */
const { values } = parseArgs({
  options: { only: { type: 'string' }, idle: { type: 'string', default: '20' } },
});

const names = BENCHES.map(({ name }) => name);
if (values.only !== undefined && !names.includes(values.only)) {
  console.error(`no row "${values.only}"; there are: ${names.join(', ')}`);
  process.exit(1);
}

for (const bench of BENCHES.filter(({ name }) => values.only === undefined || name === values.only)) {
  const row = await bench.run({ idle: Number(values.idle) });
  if ('leftOut' in row) {
    console.log(`${row.name}: left out: ${row.leftOut}`);
    continue;
  }
  const { name, ours, baseline, limit, unit, notes = [] } = row;
  const held = kept(row);
  const verdict = verdictOf(held);
  if (held === false) process.exitCode = 1;
  const ratio = (ours / baseline).toFixed(2);
  console.log(
    `${name}: ours ${ours.toFixed(3)} ${unit}, baseline ${baseline.toFixed(3)} ${unit}, ratio ${ratio}, limit ${limit ?? 'none'}: ${verdict}`,
  );
  for (const note of notes) console.log(`  ${note}`);
}
