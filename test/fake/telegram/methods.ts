import { type Answer, ok } from './answer.ts';
import { type Args, text } from './args.ts';
import { answerCallbackQuery } from './callbacks.ts';
import { deleteMyCommands, getMyCommands, setMyCommands } from './menu.ts';
import {
  deleteMessage,
  editMessageReplyMarkup,
  editMessageText,
  sendDocument,
  sendMessage,
} from './messages.ts';
import { getChat, getChatMember } from './rooms.ts';
import type { World } from './world.ts';

type Method = (world: World, args: Args) => Answer<unknown>;

/** Every method but getUpdates, which waits. Names are matched in lower case, as the server does. */
export const METHODS: Readonly<Record<string, Method>> = {
  getme: (world) => ok(world.bot),
  setwebhook: (world, args) => {
    world.webhook = text(args, 'url');
    return ok(true);
  },
  deletewebhook: (world) => {
    world.webhook = '';
    return ok(true);
  },
  getwebhookinfo: (world) =>
    ok({ url: world.webhook, has_custom_certificate: false, pending_update_count: 0 }),
  sendmessage: sendMessage,
  senddocument: sendDocument,
  editmessagetext: editMessageText,
  editmessagereplymarkup: editMessageReplyMarkup,
  deletemessage: deleteMessage,
  answercallbackquery: answerCallbackQuery,
  setmycommands: setMyCommands,
  getmycommands: getMyCommands,
  deletemycommands: deleteMyCommands,
  getchat: getChat,
  getchatmember: getChatMember,
};
