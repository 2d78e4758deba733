import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Meeting } from '#db/config/meeting';
import { readPublicKey } from '#db/config/public-key';
import { type Complaint, readConfig } from '#db/config/read-config';
import { type Environment, readSecret } from '#db/config/secret';
import { Config, type SecretRef } from '#policies/config';
import type { NodeName, SiteId } from '#policies/ids';
import { no, ok, type Result } from '#policies/result';
import { ownFiles } from './guard/own-files.ts';
import { type ReadPolicy, readPolicy } from './guard/policy-file.ts';
import { type ApiToken, apiToken, type ProxmoxSettings } from './proxmox/settings.ts';
import type { Trust } from './proxmox/trust.ts';

/** Everything a worker is told at its start, read and checked. `own`: files and folders that no change may touch. */
export type WorkerConfig = {
  readonly site: SiteId;
  readonly node: NodeName;
  /** Folder of the journal. */
  readonly state: string;
  /** Where absolute paths of host effects begin. */
  readonly root: string;
  /** The node's catalogue of scripts. */
  readonly scripts: string;
  /** The node behind the API is not a real one, which every card then says. */
  readonly simulated: boolean;
  /** Read anew for each plan and each start, so that a node is frozen without a restart. */
  readonly policy: ReadPolicy;
  readonly botKey: KeyObject;
  readonly proxmox: ProxmoxSettings;
  readonly own: readonly string[];
};

type Found<T> = { readonly value: T | undefined; readonly complaints: readonly Complaint[] };

const complaint = (at: string, expected: string): Complaint => ({ at, line: null, expected });
const NO_SECTION = complaint('worker', 'the section of the worker: node, state');
const found = <T>(value: T): Found<T> => ({ value, complaints: [] });
const missing = (...complaints: Complaint[]): Found<never> => ({ value: undefined, complaints });

/** A token as it stands in its secret: `user@realm!name=uuid`. */
const readToken = (at: string, ref: SecretRef, environment: Environment): Found<ApiToken> => {
  const secret = readSecret(ref, environment);
  if (!secret.ok) return missing(complaint(at, secret.error));
  const [id = '', ...rest] = secret.value.split('=');
  try {
    return found(apiToken(id, rest.join('=')));
  } catch {
    // What apiToken says is about the parts; the whole of it was expected in one text.
    return missing(complaint(at, 'a whole token: user@realm!name=uuid'));
  }
};

const readText = (at: string, path: string): Found<string> => {
  try {
    return found(readFileSync(path, 'utf8'));
  } catch (error) {
    return missing(
      complaint(at, `a readable file (${error instanceof Error ? error.message : String(error)})`),
    );
  }
};

type ProxmoxSection = NonNullable<Config['proxmox']>;

const readTrust = (trust: ProxmoxSection['trust']): Found<Trust> => {
  if (trust === 'system') return found({ by: 'system' });
  if ('fingerprint' in trust) return found({ by: 'fingerprint', sha256: trust.fingerprint });
  const pem = readText('proxmox.trust.ca', trust.ca);
  return pem.value === undefined ? missing(...pem.complaints) : found({ by: 'ca', pem: pem.value });
};

const readProxmox = (
  section: ProxmoxSection | undefined,
  environment: Environment,
): Found<ProxmoxSettings> => {
  if (!section) return missing(complaint('proxmox', 'the address, trust and tokens of the Proxmox API'));
  const { url, trust: wanted, reader: from, actor: by } = section;
  const trust = readTrust(wanted);
  const reader = readToken('proxmox.reader', from, environment);
  const actor = by === undefined ? found(undefined) : readToken('proxmox.actor', by, environment);
  const complaints = [...trust.complaints, ...reader.complaints, ...actor.complaints];
  if (!trust.value || !reader.value || complaints.length > 0) return missing(...complaints);
  return found({
    url: url.replace(/\/$/, ''),
    trust: trust.value,
    reader: reader.value,
    ...(actor.value ? { actor: actor.value } : {}),
  });
};

const readKey = (path: string | undefined, given: KeyObject | undefined): Found<KeyObject> => {
  if (given) return found(given);
  const at = 'worker.bot_key';
  if (path === undefined) return missing(complaint(at, "a PEM file with the bot's public key"));
  const key = readPublicKey(path);
  return key.ok ? found(key.value) : missing(complaint(at, key.error));
};

/** Where a configuration was read from and with what; `botKey` is given where the bot runs in the same process. */
export type Source = {
  readonly path: string;
  readonly environment: Environment;
  readonly botKey?: KeyObject;
};

/** The worker's part of a whole configuration, with its secrets read. */
export const workerConfig = (
  config: Config,
  { path, environment, botKey }: Source,
): Result<WorkerConfig, readonly Complaint[]> => {
  const { site, worker } = config;
  const proxmox = readProxmox(config.proxmox, environment);
  if (!worker) return no([NO_SECTION, ...proxmox.complaints]);
  const key = readKey(worker.bot_key, botKey);
  const policy: ReadPolicy = () => readPolicy(worker.policy);
  const floor = policy();
  const complaints = [...proxmox.complaints, ...key.complaints, ...(floor.ok ? [] : floor.error)];
  if (!proxmox.value || !key.value || !floor.ok) return no(complaints);
  const { node, state, root, scripts, simulated } = worker;
  return ok({
    site,
    node,
    state,
    root,
    scripts,
    simulated,
    policy,
    botKey: key.value,
    proxmox: proxmox.value,
    own: ownFiles(config, path),
  });
};

/** The one place of this room where the environment is read. */
export const environment = (): Environment => process.env;

const pathOf = (env: Environment): string => env['QUORATE_CONFIG']?.trim() || '/etc/quorate/quorate.yaml';

/** Which worker this is and where its journal lies, from the file named by QUORATE_CONFIG; no secret is read. */
export const readJournalPlace = (
  env: Environment,
): Result<Pick<WorkerConfig, 'site' | 'node' | 'state'>, readonly Complaint[]> => {
  const whole = readConfig(pathOf(env), Config);
  if (!whole.ok) return whole;
  const { site, worker } = whole.value;
  return worker ? ok({ site, node: worker.node, state: worker.state }) : no([NO_SECTION]);
};

/** What a worker that is a process of its own reads: its settings, and where it meets the bot. */
export type OwnProcess = { readonly config: WorkerConfig; readonly meeting: Meeting };

/** Reads the file named by QUORATE_CONFIG; the Redis of QUORATE_REDIS_URL goes before what the file says. */
export const readOwnProcess = (env: Environment): Result<OwnProcess, readonly Complaint[]> => {
  const path = pathOf(env);
  const whole = readConfig(path, Config);
  if (!whole.ok) return whole;
  const redis = env['QUORATE_REDIS_URL']?.trim();
  const meeting = redis ? { redis } : whole.value.queue;
  const config = workerConfig(whole.value, { path, environment: env });
  if (config.ok && meeting) return ok({ config: config.value, meeting });
  const where = complaint('queue', '{ redis: .. } or { socket: .. }: this worker is a process of its own');
  return no([...(config.ok ? [] : config.error), ...(meeting ? [] : [where])]);
};
