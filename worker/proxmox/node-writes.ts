import { api } from './request.ts';
import type { Write } from './write.ts';

/** What can be done to a node. */
export const nodeWrites = (write: Write) => ({
  restartService: (node: string, service: string) =>
    write('POST', api`/nodes/${node}/services/${service}/restart`),
});
