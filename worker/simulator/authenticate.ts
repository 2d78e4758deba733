import type { Cluster } from './cluster.ts';
import { unauthorized } from './failure.ts';
import type { Identity } from './rights.ts';

const HEADER = /^PVEAPIToken=([^!]+)!([^=]+)=(.+)$/;

/** Whether the user exists, is enabled and has not expired; `root@pam` always is. */
const userActive = (cluster: Cluster, userid: string): boolean => {
  if (userid === 'root@pam') return true;
  const user = cluster.world.access.users.get(userid);
  return user?.enable === true && (user.expire === 0 || user.expire * 1000 > cluster.now());
};

/** Who sends this header; throws the 401 before anything else of the request is looked at. */
export const authenticate = (cluster: Cluster, header: string | undefined): Identity => {
  if (header === undefined) throw unauthorized('No ticket');
  const [, userid = '', name = '', secret = ''] = HEADER.exec(header) ?? [];
  const tokenid = `${userid}!${name}`;
  const token = cluster.world.access.tokens.get(tokenid);
  const valid =
    token !== undefined &&
    token.secret === secret &&
    (token.expire === 0 || token.expire * 1000 > cluster.now()) &&
    userActive(cluster, userid);
  if (!valid) throw unauthorized('Authentication failed!');
  return { userid, tokenid };
};
