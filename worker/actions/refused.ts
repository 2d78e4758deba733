import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { outsideText } from '../outside-text.ts';
import type { PveFailure } from '../proxmox/failure.ts';

type Kind = PveFailure['kind'];
type Of<K extends Kind> = Extract<PveFailure, { kind: K }>;
type Words = { readonly [K in Kind]: (failure: Of<K>) => WorkerRefusal };

/** Most that people are told of what Proxmox said (characters). */
const MOST = 1000;

const unreachable = (message: string): WorkerRefusal => ({
  no: 'proxmox-unreachable',
  message: outsideText(message, MOST),
});
const refused =
  (status: number) =>
  ({ message }: { readonly message: string }): WorkerRefusal => ({
    no: 'proxmox-refused',
    status,
    message: outsideText(message, MOST),
  });

/** A failure of the API as the refusal that a change keeps. Statuses as seen on PVE 8.4, where most are 500. */
const WORDS: Words = {
  unauthorized: ({ reason }) => refused(401)({ message: reason }),
  forbidden: ({ path, privileges }) => ({
    no: 'forbidden-by-proxmox',
    path: path ?? '',
    privilege: privileges.join('|'),
  }),
  invalid: ({ errors, message }) =>
    refused(400)({
      message: Object.entries(errors)
        .map(([name, text]) => `${name}: ${text}`)
        .join('; ')
        .concat(Object.keys(errors).length === 0 ? message : ''),
    }),
  'no-such-guest': refused(500),
  'digest-mismatch': refused(500),
  locked: refused(500),
  'lock-timeout': refused(500),
  'no-quorum': refused(500),
  'no-such-node': refused(500),
  'node-unreachable': ({ message }) => unreachable(message),
  'not-implemented': refused(501),
  'no-actor': () => ({ no: 'no-actor-token' }),
  untrusted: ({ expected, seen }) => unreachable(`the certificate is ${seen}, not ${expected}`),
  unreachable: ({ reason }) => unreachable(reason),
  other: ({ status, message }) => refused(status)({ message }),
};

/** The refusal for a failure of the Proxmox API. */
export const refusalOf = (failure: PveFailure): WorkerRefusal =>
  // The row picked by a failure's kind takes exactly that failure.
  (WORDS[failure.kind] as (failure: PveFailure) => WorkerRefusal)(failure);

/** An answer of the API with its failure as a refusal. */
export const orRefusal = <T>(answer: Result<T, PveFailure>): Result<T, WorkerRefusal> =>
  answer.ok ? ok(answer.value) : no(refusalOf(answer.error));
