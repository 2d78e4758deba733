import type { InlineKeyboardMarkup } from '@grammyjs/types';
import { type Answer, badRequest, ok } from './answer.ts';
import { type Args, json, list, record } from './args.ts';
import type { Limits } from './limits.ts';

const STYLES: readonly unknown[] = [undefined, 'danger', 'success', 'primary'];

/** The inline keyboard of a call, or why the server would not take it. No keyboard is undefined. */
export const readKeyboard = (args: Args, limits: Limits): Answer<InlineKeyboardMarkup | undefined> => {
  const markup = record(json(args, 'reply_markup'));
  const rows = list(markup['inline_keyboard']).map(list);
  if (rows.length === 0) return ok(undefined);
  for (const button of rows.flat()) {
    const complaint = complain(record(button), limits);
    if (complaint !== undefined) return badRequest(complaint);
  }
  const tooLong =
    rows.some((row) => row.length > limits.buttonsPerRow) ||
    rows.flat().length > limits.buttons ||
    Buffer.byteLength(JSON.stringify(rows)) > limits.keyboardBytes;
  if (tooLong) return badRequest('reply markup is too long');
  // Every button was looked at above.
  return ok({ inline_keyboard: rows.filter((row) => row.length > 0) } as InlineKeyboardMarkup);
};

const complain = (button: Record<string, unknown>, limits: Limits): string | undefined => {
  const { text, callback_data: data, url, copy_text: copy, style } = button;
  if (typeof text !== 'string')
    return 'can\'t parse inline keyboard button: Field "text" must be of type String';
  if (text.trim() === '') return 'inline keyboard button text must be non-empty';
  if (!STYLES.includes(style)) return "can't parse inline keyboard button: invalid button style specified";
  if (data === undefined && url === undefined && copy === undefined)
    return "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard";
  if (data === undefined) return undefined;
  const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
  return bytes < 1 || bytes > limits.callbackDataBytes ? 'BUTTON_DATA_INVALID' : undefined;
};
