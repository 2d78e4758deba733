import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportAudit } from '#db/audit/export';
import { type AuditVerdict, verifyAudit } from '#db/audit/verify';
import { signingKey } from '#db/config/signing-key';
import { outside } from '../cards/words.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';
import { ledgerPath, withSettings } from './with-ledger.ts';

const tell = (shell: Shell, path: string, verdict: AuditVerdict): number => {
  const file = outside(path);
  if (verdict.verdict === 'broken') {
    const { seq, what, detail } = verdict;
    shell.complain(
      said(shell, 'cli.audit-broken', { file, seq: String(seq), what, detail: outside(detail) }),
    );
    return 1;
  }
  const { records, head, anchored } = verdict;
  shell.print(said(shell, 'cli.audit-whole', { file, records: String(records), head }));
  if (anchored < records) shell.print(said(shell, 'cli.audit-unanchored', { seq: String(anchored) }));
  return 0;
};

type Key = { readonly publicKey?: ReturnType<typeof createPublicKey> };

const options = { checkpoint: { type: 'string', multiple: true }, key: { type: 'string' } } as const;

/** `audit verify FILE`: needs nothing but the file; with a key and checkpoints kept elsewhere it also finds a cut tail. */
const verify = (shell: Shell, args: readonly string[]): number => {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const checkpoints = (values.checkpoint ?? []).map((file) => readFileSync(file, 'utf8'));
  const given: Key = values.key === undefined ? {} : { publicKey: createPublicKey(readFileSync(values.key)) };
  const [file] = positionals;
  if (file !== undefined) return tell(shell, file, verifyAudit(file, { checkpoints, ...given }));
  return withSettings(shell, ({ state }) => {
    const own = join(state, 'bot-key.pem');
    const publicKey = existsSync(own) ? { publicKey: createPublicKey(signingKey(own)) } : {};
    const path = ledgerPath(state);
    return tell(shell, path, verifyAudit(path, { checkpoints, ...publicKey, ...given }));
  });
};

const write = (path: string, csv: boolean): number => {
  for (const piece of exportAudit(path, csv ? 'csv' : 'jsonl')) process.stdout.write(piece);
  return 0;
};

/** `audit export [FILE] [--csv]`: the records as they were sealed, oldest first, on standard output. */
const exported = (shell: Shell, args: readonly string[]): number => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { csv: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  if (file !== undefined) return write(file, values.csv);
  return withSettings(shell, ({ state }) => write(ledgerPath(state), values.csv));
};

/** Checks or writes out the sealed log of a ledger or journal. */
export const audit: ShellCommand = {
  usage: 'audit verify [FILE] [--key PEM] [--checkpoint NOTE …]  |  audit export [FILE] [--csv]',
  run: (shell, [verb, ...args]) => {
    if (verb === 'verify') return verify(shell, args);
    return verb === 'export' ? exported(shell, args) : misused(shell, audit.usage);
  },
};
