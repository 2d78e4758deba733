import Database from 'better-sqlite3';
import type { Json } from '#policies/json';
import { canonical } from '../canonical.ts';
import { explaining } from '../database-error.ts';
import { type AuditFilter, whereOf } from './query.ts';

type Row = { readonly line: string; readonly hash: string };
type Format = { readonly head: string; readonly row: (row: Row) => string };

const COLUMNS = ['seq', 'at', 'kind', 'actor', 'target', 'change', 'facts', 'prev'] as const;

/** One field by RFC 4180. */
const field = (value: Json = null): string => {
  const text = typeof value === 'object' ? (value === null ? '' : canonical(value)) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvRow = ({ line, hash }: Row): string => {
  const record: { readonly [column: string]: Json } = JSON.parse(line);
  return `${[...COLUMNS.map((column) => field(record[column])), hash].join(',')}\r\n`;
};

const FORMATS = {
  jsonl: { head: '', row: ({ line }: Row) => `${line}\n` },
  csv: { head: `${[...COLUMNS, 'hash'].join(',')}\r\n`, row: csvRow },
} satisfies { [name: string]: Format };

/**
 * The records that match, oldest first, piece by piece and with nothing held in memory. `jsonl` gives each line as it was
 * hashed, so that `sha256sum` of a line is the next one's `prev`; `csv` is RFC 4180.
 */
export const exportAudit = function* (
  path: string,
  format: keyof typeof FORMATS,
  filter: AuditFilter = {},
): Generator<string> {
  const { head, row } = FORMATS[format];
  const sqlite = explaining(path, () => new Database(path, { readonly: true, fileMustExist: true }));
  try {
    if (head) yield head;
    const select = explaining(path, () =>
      sqlite.prepare<[AuditFilter], Row>(
        `SELECT line, hash FROM audit_record ${whereOf(filter)} ORDER BY seq`,
      ),
    );
    for (const found of select.iterate(filter)) yield row(found);
  } finally {
    sqlite.close();
  }
};
