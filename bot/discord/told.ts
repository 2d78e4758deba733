import type { Intent } from '../chat/intent.ts';
import { PLATFORM, personIn, type Reply } from './intent.ts';
import { fieldOf, readInteraction } from './interaction.ts';

/** Whom something that was dropped is from, where that is one person who waits for an answer; null otherwise. */
export const readTold = (
  raw: unknown,
): (Pick<Intent, 'account' | 'locale'> & { readonly reply: Reply }) | null => {
  const interaction = readInteraction(raw);
  const person = interaction && personIn(interaction);
  if (!interaction || !person || person.bot === true || fieldOf(interaction)) return null;
  const { id, application_id: app, token, locale = null } = interaction;
  return { account: { platform: PLATFORM, tenant: '', id: person.id }, locale, reply: { id, app, token } };
};
