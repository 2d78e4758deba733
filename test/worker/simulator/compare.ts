import { isDeepStrictEqual } from 'node:util';
import type { Reply } from './client.ts';
import { settled, shapeDifferences } from './shape.ts';
import type { Line } from './story.ts';

/** Parts of answers that are measurements of the rig, not promises of the API. */
const UNPROMISED: readonly RegExp[] = [/\.blockstat\./, /\.proxmox-support\./, /\.log\[\]/];

/** Answers whose values are compared too, apart from these fields. */
const EXACT: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /\/(qemu|lxc)\/\d+\/config/,
    ['digest', 'net0', 'smbios1', 'vmgenid', 'meta', 'runningmachine', 'snaptime'],
  ],
  [/\/snapshot$/, ['digest', 'snaptime']],
  [/\/prunebackups/, ['ctime', 'volid']],
  [/\/cluster\/backup-info\/not-backed-up$/, []],
  [/\/cluster\/backup(\/[^/]+)?$/, []],
  [/\/access\/(permissions|acl|roles|domains)/, []],
  [/\/(version|nextid)$/, []],
  [/\/cluster\/ha\//, []],
  [/\/services/, ['desc']],
];

const LIVE = ['status', 'qmpstatus', 'lock', 'exitstatus', 'type', 'id', 'user', 'tokenid', 'name', 'tags'];

const dataOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'data' in body ? body.data : body;

const pick = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([key]) => LIVE.includes(key)))
    : value;

/** Only what one side has and the other lacks: whole answers are too long to read. */
const disagreement = (recorded: unknown, ours: unknown): string => {
  const parts = (value: unknown): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(
          ([key, item]) => `${Array.isArray(value) ? '' : `${key}=`}${JSON.stringify(item)}`,
        )
      : [JSON.stringify(value)];
  const [one, other] = [parts(recorded), parts(ours)];
  const only = (these: string[], those: string[]) => these.filter((part) => !those.includes(part)).join(' ');
  return `recorded ${only(one, other)}, simulated ${only(other, one)}`;
};

/** Times in archive names differ by the seconds that a backup took. */
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null).replace(/\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d/g, 'TIME'));

const valueDifference = (line: Line, reply: Reply): string[] => {
  const path = line.path.replace('/api2/json', '').replace(/\?.*$/, '');
  const [one, other] = [dataOf(line.response), dataOf(reply.body)];
  const exact = line.method === 'GET' ? EXACT.find(([pattern]) => pattern.test(path)) : undefined;
  const live = /\/(status\/current|tasks\/[^/]+\/status)$/.test(path);
  if (exact === undefined && !live) return [];
  const [left, right] = live
    ? [timeless(pick(one)), timeless(pick(other))]
    : [settled(one, exact?.[1] ?? []), settled(other, exact?.[1] ?? [])];
  if (isDeepStrictEqual(left, right)) return [];
  return [`values: ${disagreement(left, right)}`];
};

/** Reasons and messages may quote a process id of the rig. */
const reason = (text: string): string => text.replace(/\.tmp\.\d+/, '.tmp.N').trim();

const rows = (body: unknown): number | undefined => {
  const data = dataOf(body);
  return Array.isArray(data) ? data.length : undefined;
};

const countDifference = (line: Line, reply: Reply): string[] => {
  if (/\/(tasks|log)/.test(line.path) || rows(line.response) === rows(reply.body)) return [];
  return [`rows: recorded ${rows(line.response)}, simulated ${rows(reply.body)}`];
};

const refusalDifference = (line: Line, reply: Reply): string[] =>
  line.status === 200 || isDeepStrictEqual(line.response, reply.body)
    ? []
    : [`body: recorded ${JSON.stringify(line.response)}, simulated ${JSON.stringify(reply.body)}`];

/** How an answer differs from the recorded one: status, reason, body of a refusal, fields and types, telling values. */
export const differences = (line: Line, reply: Reply): string[] => {
  if (line.status !== reply.status || reason(line.reason) !== reason(reply.reason))
    return [`answer: recorded ${line.status} ${line.reason}, simulated ${reply.status} ${reply.reason}`];
  if (line.status !== 200) return refusalDifference(line, reply);
  return [
    ...countDifference(line, reply),
    ...shapeDifferences(line.response, reply.body, UNPROMISED),
    ...valueDifference(line, reply),
  ];
};
