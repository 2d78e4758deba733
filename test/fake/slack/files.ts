import { type Answer, no, ok } from './answer.ts';
import { type Args, list, parseJson, record } from './args.ts';
import { addPost, nextId, type World } from './world.ts';

export const getUploadUrl = (world: World, args: Args): Answer => {
  const length = Number(args['length']);
  if (!Number.isSafeInteger(length) || length < 1) return no('invalid_arguments');
  const id = nextId(world, 'F');
  world.uploads.set(id, { id, name: args['filename'] ?? '', length, text: undefined });
  return ok({ file_id: id, upload_url: `${world.site}/upload/${id}` });
};

/** Takes the bytes; false where they are not as many as was said. */
export const takeUpload = (world: World, id: string, bytes: Buffer): boolean => {
  const upload = world.uploads.get(id);
  if (upload?.length !== bytes.length) return false;
  upload.text = bytes.toString('utf8');
  return true;
};

export const completeUpload = (world: World, args: Args): Answer => {
  const files = list(parseJson(args['files'])).map((file) => world.uploads.get(String(record(file)['id'])));
  const channel = args['channel_id'];
  const room = channel === undefined ? undefined : world.rooms.get(channel);
  if (channel !== undefined && !room) return no('invalid_channel');
  if (room?.archived) return no('is_archived');
  if (room && !room.members.has(world.bot.user)) return no('not_in_channel');
  for (const file of files) if (file?.text === undefined) return no('file_not_found');
  for (const file of files)
    if (room && file?.text !== undefined)
      addPost(world, room, {
        by: world.bot.user,
        text: '',
        thread: args['thread_ts'],
        file: { name: file.name, text: file.text },
      });
  return ok({ files: files.map((file) => ({ id: file?.id, title: file?.name })) });
};
