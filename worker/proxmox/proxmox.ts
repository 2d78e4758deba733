import { no, type Result } from '#policies/result';
import { accessReads } from './access-reads.ts';
import type { PveFailure } from './failure.ts';
import { guestReads } from './guest-reads.ts';
import { guestWrites } from './guest-writes.ts';
import { openHttp } from './http.ts';
import { inventoryReads } from './inventory-reads.ts';
import { nodeWrites } from './node-writes.ts';
import { readAs } from './read.ts';
import { Permissions } from './schemas.ts';
import type { ProxmoxSettings } from './settings.ts';
import { taskReads } from './task-reads.ts';
import { writeAs } from './write.ts';

/**
 * A site's Proxmox API. The reader reads, the actor writes, neither stands in for the other: without an actor all reads
 * work and every write is the refusal `no-actor`. Nothing is ever sent twice. Throws RangeError on malformed settings.
 */
export const connectProxmox = (settings: ProxmoxSettings) => {
  const http = openHttp(settings);
  const read = readAs(http, settings.reader);
  const write = writeAs(http, settings.actor);
  return {
    ...accessReads(read),
    ...inventoryReads(read),
    ...guestReads(read),
    ...taskReads(read),
    ...guestWrites(write),
    ...nodeWrites(write),
    /** Sends one call exactly as a plan holds it; the named writes are for those who make plans. */
    send: write,
    /** Effective rights of the reader, of one path or of all: tells "empty because forbidden" from "none". */
    readerPermissions: (path?: string) => read('/access/permissions', Permissions, { path }),
    /** Effective rights of the actor. */
    actorPermissions: async (path?: string): Promise<Result<Permissions, PveFailure>> =>
      settings.actor
        ? readAs(http, settings.actor)('/access/permissions', Permissions, { path })
        : no({ kind: 'no-actor' }),
    /** Waits for the requests in flight, then closes the connections. */
    close: () => http.close(),
  };
};

export type Proxmox = ReturnType<typeof connectProxmox>;
