import type { Filling } from '../chat/chat.ts';
import { PLATFORM, type Reader, type Reply, whoAndWhere } from './intent.ts';
import { fieldOf, readInteraction } from './interaction.ts';

/** Somebody who fills a field of a command, and what their client is answered by; null for anything else. */
export const readFilling = (
  raw: unknown,
  reader: Reader,
): { readonly filling: Filling; readonly reply: Reply } | null => {
  const interaction = readInteraction(raw);
  const field = interaction && fieldOf(interaction);
  if (!interaction || !field || interaction.data?.name === undefined) return null;
  const from = whoAndWhere(interaction, reader);
  if ('dropped' in from) return null;
  const { id, application_id: app, token, data } = interaction;
  const account = { platform: PLATFORM, tenant: '', id: from.person.id };
  const filling = { account, place: from.place, command: data.name ?? '', option: field.name };
  return { filling: { ...filling, typed: String(field.value) }, reply: { id, app, token } };
};
