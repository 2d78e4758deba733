import { type Args, isText } from './args.ts';
import { readBlocks } from './blocks.ts';
import { addPost, type World } from './world.ts';

/** Where one interaction may be answered: 5 times within 30 minutes. */
export const addHook = (world: World, room: string, user: string): string => {
  const id = `${world.team}/${++world.lastId}/hookSecret${world.lastId}`;
  world.hooks.set(id, { room, user, until: world.now() + world.limits.hookMs, uses: 0 });
  return `${world.site}/hooks/${id}`;
};

/** What a response_url answers: status and body, worded as the real one. */
export const useHook = (world: World, id: string, args: Args): { status: number; body: string } => {
  const hook = world.hooks.get(id);
  const room = hook && world.rooms.get(hook.room);
  if (!hook || !room || world.now() > hook.until)
    return { status: 404, body: '{"ok":false,"error":"expired_url"}' };
  if (hook.uses >= world.limits.hookUses) return { status: 404, body: '{"ok":false,"error":"used_url"}' };
  const read = readBlocks(args['blocks'], world.limits);
  if ('complaint' in read) return { status: 400, body: '{"ok":false,"error":"invalid_blocks"}' };
  hook.uses += 1;
  const onlyFor = args['response_type'] === 'in_channel' ? undefined : hook.user;
  const { text } = args;
  addPost(world, room, { by: world.bot.user, text: isText(text) ? text : '', blocks: read.blocks, onlyFor });
  return { status: 200, body: 'ok' };
};
