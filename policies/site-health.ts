import type { Inventory, Known, NodeRow, Quorum, StorageRow } from './inventory.ts';

/** How well something is. */
export type Health = 'healthy' | 'degraded' | 'down' | 'unknown';

/** From what outweighs everything else on. */
const WORST: readonly Health[] = ['down', 'unknown', 'degraded', 'healthy'];

/** The health of a whole by that of its parts. */
export const worstOf = (parts: readonly Health[]): Health =>
  WORST.find((worst) => parts.includes(worst)) ?? 'unknown';

/** The share of a storage from which on it is full. */
const FULL = 0.9;

/** A standalone node is never without a quorum. */
export const quorumHealth = ({ standalone, quorate }: Quorum): Health =>
  standalone || quorate ? 'healthy' : 'down';

/** A node that is offline wants a look. */
export const nodesHealth = (nodes: readonly NodeRow[]): Health =>
  nodes.every(({ online }) => online) ? 'healthy' : 'degraded';

const isFull = ({ used, total }: StorageRow): boolean => !!total && (used ?? 0) / total >= FULL;

/** A storage that is full or not active wants a look. */
export const storagesHealth = (storages: readonly StorageRow[]): Health =>
  storages.some((row) => !row.active || isFull(row)) ? 'degraded' : 'healthy';

const of = <T>(known: Known<T>, health: (value: T) => Health): Health =>
  known.known ? health(known.value) : 'unknown';

/** How well a site is without a look at any guest: what may be said to whoever sees only some of them. */
export const hostHealth = ({ quorum, nodes, storages }: Inventory): Health =>
  worstOf([of(quorum, quorumHealth), of(nodes, nodesHealth), of(storages, storagesHealth)]);
