import type { BotCommand } from '@grammyjs/types';
import { type Answer, badRequest, ok } from './answer.ts';
import { type Args, json, list, record, text } from './args.ts';
import type { Limits } from './limits.ts';
import { knownRoom } from './rooms.ts';
import type { World } from './world.ts';

/** The scopes of https://core.telegram.org/bots/api#botcommandscope and whether each names a chat. */
const SCOPES: Readonly<Record<string, { chat: boolean }>> = {
  default: { chat: false },
  all_private_chats: { chat: false },
  all_group_chats: { chat: false },
  all_chat_administrators: { chat: false },
  chat: { chat: true },
  chat_administrators: { chat: true },
  chat_member: { chat: true },
};

export const setMyCommands = (world: World, args: Args): Answer<true> => {
  const key = readKey(world, args);
  if (!key.ok) return key;
  const commands = list(json(args, 'commands')).map(readCommand);
  if (commands.length > world.limits.commands) return badRequest('BOT_COMMANDS_TOO_MUCH');
  for (const command of commands) {
    const complaint = complain(command, world.limits);
    if (complaint !== undefined) return badRequest(complaint);
  }
  world.menus.set(key.result, commands);
  return ok(true);
};

export const getMyCommands = (world: World, args: Args): Answer<BotCommand[]> => {
  const key = readKey(world, args);
  return key.ok ? ok([...(world.menus.get(key.result) ?? [])]) : key;
};

export const deleteMyCommands = (world: World, args: Args): Answer<true> => {
  const key = readKey(world, args);
  if (!key.ok) return key;
  world.menus.delete(key.result);
  return ok(true);
};

/** Scope and language as one key, such as `default`, `default.es` or `chat:-5`. */
const readKey = (world: World, args: Args): Answer<string> => {
  const scope = record(json(args, 'scope') ?? { type: 'default' });
  const type = String(scope['type']);
  const known = SCOPES[type];
  if (known === undefined) return badRequest("can't parse BotCommandScope: Unsupported type specified");
  const language = text(args, 'language_code');
  if (language !== '' && !/^[a-z]{2}$/.test(language)) return badRequest('invalid language code specified');
  const suffix = language === '' ? '' : `.${language}`;
  if (!known.chat) return ok(`${type}${suffix}`);
  const room = knownRoom(world, { values: scope, files: new Map() });
  return room.ok ? ok(`${type}:${room.result.chat.id}${suffix}`) : room;
};

const readCommand = (value: unknown): BotCommand => {
  const fields: Args = { values: record(value), files: new Map() };
  const command = text(fields, 'command').trim();
  return {
    command: command.startsWith('/') ? command.slice(1) : command,
    description: text(fields, 'description').trim(),
  };
};

const complain = ({ command, description }: BotCommand, limits: Limits): string | undefined => {
  if (command === '') return 'command must be non-empty';
  if (command.length > limits.commandLength) return `command length must not exceed ${limits.commandLength}`;
  if (description === '') return 'command description must be non-empty';
  if (description.length > limits.commandDescription)
    return `command description length must not exceed ${limits.commandDescription}`;
  return /^[a-z0-9_]+$/.test(command) ? undefined : 'BOT_COMMAND_INVALID';
};
