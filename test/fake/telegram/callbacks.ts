import { type Answer, badRequest, ERRORS, ok } from './answer.ts';
import { type Args, flag, text } from './args.ts';
import type { World } from './world.ts';

/** Stops the spinner on a button; too late, or for a query nobody made, it is refused. */
export const answerCallbackQuery = (world: World, args: Args): Answer<true> => {
  const query = world.queries.get(text(args, 'callback_query_id'));
  if (query === undefined || world.now() - query.sentAt > world.limits.queryAnswerMs)
    return ERRORS.queryTooOld;
  const words = text(args, 'text');
  if (words.length > world.limits.toast) return badRequest('MESSAGE_TOO_LONG');
  const toast = { queryId: query.id, userId: query.user.id, text: words, alert: flag(args, 'show_alert') };
  world.toasts.push({ ...toast, at: world.now() });
  return ok(true);
};
