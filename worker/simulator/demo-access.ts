import { addToken, grant } from './build-world.ts';
import type { World } from './world.ts';

/** What power, snapshots, backups, configuration, migration, destruction, service restarts and reboots of nodes take. */
const ACTOR_PRIVILEGES =
  'VM.Audit VM.PowerMgmt VM.Snapshot VM.Snapshot.Rollback VM.Backup VM.Config.Memory VM.Config.CPU ' +
  'VM.Config.Options VM.Config.Disk VM.Config.Network VM.Migrate VM.Allocate Datastore.Audit ' +
  'Datastore.AllocateSpace Pool.Audit Sys.Audit Sys.Modify Sys.PowerMgmt';

/** The token that may read everything and change nothing. */
export const READER = 'botread@pve!ro';
/** The token that may do what people approved. */
export const ACTOR = 'botact@pve!run';

/** Token secrets; one left out is random. */
export type Secrets = { readonly reader?: string; readonly actor?: string };

const secret = (value: string | undefined) => (value === undefined ? {} : { secret: value });

/** The two users with one privilege-separated token each: the rights stand on user and token alike. */
export const addBots = (world: World, secrets: Secrets = {}): void => {
  const { access } = world;
  access.roles.set('BotActor', { roleid: 'BotActor', special: false, privs: ACTOR_PRIVILEGES.split(' ') });
  for (const userid of ['botread@pve', 'botact@pve'])
    access.users.set(userid, { userid, enable: true, expire: 0, comment: 'chat bot' });
  addToken(world, READER, secret(secrets.reader));
  addToken(world, ACTOR, secret(secrets.actor));
  for (const ugid of ['botread@pve', READER]) grant(world, ugid, { path: '/', roleid: 'PVEAuditor' });
  for (const ugid of ['botact@pve', ACTOR]) grant(world, ugid, { path: '/', roleid: 'BotActor' });
};

/** The value of the Authorization header for a token of this world; throws for an unknown one. */
export const authorization = (world: World, tokenid: string): string => {
  const token = world.access.tokens.get(tokenid);
  if (token === undefined) throw new Error(`the world has no token ${tokenid}`);
  return `PVEAPIToken=${tokenid}=${token.secret}`;
};
