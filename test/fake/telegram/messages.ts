import { isDeepStrictEqual } from 'node:util';
import type { Message } from '@grammyjs/types';
import { type Answer, badRequest, ERRORS, ok } from './answer.ts';
import { type Args, int, json, record, text } from './args.ts';
import { readFormatted } from './formatted.ts';
import { readKeyboard } from './keyboard.ts';
import { knownRoom, writableRoom } from './rooms.ts';
import { addPost, nextId, type Post, type Room, setKeyboard, type World } from './world.ts';

const readText = (world: World, args: Args): ReturnType<typeof readFormatted> => {
  if (text(args, 'text') === '') return badRequest('message text is empty');
  const content = readFormatted(args, 'text', world.limits);
  return content.ok && content.result.text === '' ? badRequest('text must be non-empty') : content;
};

export const sendMessage = (world: World, args: Args): Answer<Message> => {
  const target = readTarget(world, args);
  if (!target.ok) return target;
  const content = readText(world, args);
  if (!content.ok) return content;
  const keyboard = readKeyboard(args, world.limits);
  if (!keyboard.ok) return keyboard;
  const { room, common } = target.result;
  const { entities, html } = content.result;
  const message: Partial<Message> = { ...common, text: content.result.text };
  if (entities.length > 0) message.entities = entities;
  if (keyboard.result !== undefined) message.reply_markup = keyboard.result;
  return ok(addPost(world, room, { message, html, file: undefined }).message);
};

export const sendDocument = (world: World, args: Args): Answer<Message> => {
  const target = readTarget(world, args);
  if (!target.ok) return target;
  const file = readFile(args);
  if (file === undefined) return badRequest('there is no document in the request');
  if (file.bytes.length === 0) return badRequest('file must be non-empty');
  const caption = readFormatted(args, 'caption', world.limits);
  if (!caption.ok) return caption;
  const keyboard = readKeyboard(args, world.limits);
  if (!keyboard.ok) return keyboard;
  const { room, common } = target.result;
  const id = `file-${nextId(world)}`;
  const document = {
    file_id: id,
    file_unique_id: id,
    file_name: file.name,
    file_size: file.bytes.length,
    mime_type: 'application/octet-stream',
  };
  const message: Partial<Message> = { ...common, document };
  if (caption.result.text !== '') message.caption = caption.result.text;
  if (caption.result.entities.length > 0) message.caption_entities = caption.result.entities;
  if (keyboard.result !== undefined) message.reply_markup = keyboard.result;
  return ok(addPost(world, room, { message, html: caption.result.html, file }).message);
};

export const editMessageText = (world: World, args: Args): Answer<Message> => {
  const found = findOwn(world, args, 'message to edit not found');
  if (!found.ok) return found;
  const content = readText(world, args);
  if (!content.ok) return content;
  const keyboard = readKeyboard(args, world.limits);
  if (!keyboard.ok) return keyboard;
  if (found.result.message.text === undefined) return badRequest('there is no text in the message to edit');
  const { entities, html } = content.result;
  return change(world, found.result, html, (message) => {
    message.text = content.result.text;
    delete message.entities;
    if (entities.length > 0) message.entities = entities;
    setKeyboard(message, keyboard.result);
  });
};

export const editMessageReplyMarkup = (world: World, args: Args): Answer<Message> => {
  const found = findOwn(world, args, 'message to edit not found');
  if (!found.ok) return found;
  const keyboard = readKeyboard(args, world.limits);
  if (!keyboard.ok) return keyboard;
  return change(world, found.result, found.result.html, (message) => setKeyboard(message, keyboard.result));
};

export const deleteMessage = (world: World, args: Args): Answer<true> => {
  const room = writableRoom(world, args);
  if (!room.ok) return room;
  const post = room.result.posts.get(int(args, 'message_id', 0));
  if (post === undefined) return badRequest('message to delete not found');
  if (world.now() - post.message.date * 1000 > world.limits.deleteMs)
    return badRequest("message can't be deleted for everyone");
  if (post.message.from?.id !== world.bot.id && room.result.chat.type !== 'private')
    return badRequest("message can't be deleted");
  room.result.posts.delete(post.message.message_id);
  return ok(true);
};

type Target = { room: Room; common: Partial<Message> };

/** Chat, topic and message replied to: everything that says where a new message goes. */
const readTarget = (world: World, args: Args): Answer<Target> => {
  const room = writableRoom(world, args);
  if (!room.ok) return room;
  const common: Partial<Message> = { from: world.bot };
  const topic = int(args, 'message_thread_id', 0);
  if (topic !== 0 && !room.result.topics.has(topic)) return badRequest('message thread not found');
  if (topic !== 0) Object.assign(common, { message_thread_id: topic, is_topic_message: true });
  const reply = record(json(args, 'reply_parameters'));
  if (reply['message_id'] !== undefined) {
    const answered = room.result.posts.get(Number(reply['message_id']));
    if (answered === undefined && reply['allow_sending_without_reply'] !== true)
      return badRequest('message to be replied not found');
    if (answered !== undefined) Object.assign(common, { reply_to_message: answered.message });
  }
  return ok({ room: room.result, common });
};

const readFile = (args: Args): { name: string; bytes: Buffer } | undefined => {
  const attached = /^attach:\/\/(.+)$/.exec(text(args, 'document'))?.[1];
  return args.files.get(attached ?? 'document');
};

const findOwn = (world: World, args: Args, missing: string): Answer<Post> => {
  const access = writableRoom(world, args);
  if (!access.ok) return access;
  const room = knownRoom(world, args);
  if (!room.ok) return room;
  const post = room.result.posts.get(int(args, 'message_id', 0));
  if (post === undefined) return badRequest(missing);
  return post.message.from?.id === world.bot.id ? ok(post) : badRequest("message can't be edited");
};

/** Applies an edit; an edit that changes nothing is refused, and the message is replaced, never altered in place. */
const change = (
  world: World,
  post: Post,
  html: string | undefined,
  edit: (message: Message) => void,
): Answer<Message> => {
  const next = { ...post.message };
  edit(next);
  if (isDeepStrictEqual(next, post.message)) return ERRORS.notModified;
  next.edit_date = Math.floor(world.now() / 1000);
  post.message = next;
  post.html = html;
  post.edits += 1;
  return ok(next);
};
