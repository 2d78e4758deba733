import { systemRandom } from '#db/ledger/ledger';
import { bindAccount, putPerson } from '#db/ledger/people';
import { openDatabase } from '#db/open';
import type { Person } from '#policies/person';
import { openDiscordCrowd } from '#test/contract/chat/discord-party';
import type { Configured, Shown } from '#test/contract/chat/party';
import { openSlackCrowd } from '#test/contract/chat/slack-party';
import { openTelegramCrowd } from '#test/contract/chat/telegram-party';
import { ada, ivan, omar } from '../policies/people.ts';
import { type SetUp, setUp, type Wanted } from './set-up.ts';

/** Opens a platform with people on it. */
export type OpenCrowd = () => Promise<Configured>;

/** Every platform. */
const CROWDS: readonly OpenCrowd[] = [openTelegramCrowd, openDiscordCrowd, openSlackCrowd];

/** Who is who: the name in the crowd, and whose account it is everywhere. */
const PEOPLE: Readonly<Record<string, Person>> = { omar, ada, mute: ivan };

/** A machine on which one bot serves every platform; each person has an account on each of them. */
export type Served = { readonly site: SetUp; readonly crowds: readonly Configured[] };

const sectionsOf = (site: SetUp, crowds: readonly Configured[]) =>
  Object.fromEntries(
    crowds.map(({ platform, settings: { section, secrets } }) => {
      const planted = Object.entries(secrets).map(([key, secret]) => [
        key,
        site.plant(`${platform}-${key}`, secret),
      ]);
      return [platform, { ...section, ...Object.fromEntries(planted) }];
    }),
  );

const bindEverybody = ({ site, crowds }: Served): void => {
  const db = openDatabase({ path: site.ledger, migrations: 'ledger', now: Date.now });
  const ledger = { db, now: Date.now, random: systemRandom };
  const by = { cli: 'test' };
  for (const [name, person] of Object.entries(PEOPLE)) {
    putPerson(ledger, person, by);
    for (const crowd of crowds) bindAccount(ledger, person.id, crowd.account(name), by);
  }
  db.close();
};

/** Sets it up, on all platforms or these; `rules` writes the rule file into the folder and gives its path. */
export const serveCrowds = async (
  wanted: Wanted,
  rules: (folder: string) => string,
  opens: readonly OpenCrowd[] = CROWDS,
): Promise<Served> => {
  const [site, crowds] = await Promise.all([setUp(wanted), Promise.all(opens.map((open) => open()))]);
  const served = { site, crowds };
  const bot = { rules: rules(site.folder), console: undefined, ...sectionsOf(site, crowds) };
  site.write({ bot });
  await site.pinKey();
  bindEverybody(served);
  return served;
};

/** Ends everything. Fails where a process said a secret. */
export const closeCrowds = async ({ site, crowds }: Served): Promise<void> => {
  try {
    await site.close();
  } finally {
    await Promise.all(crowds.map((crowd) => crowd.close()));
  }
};

/** The cards of one change in the room of one platform, however often it was posted. */
export const cardsOf = ({ shown, room }: Configured, no: number): readonly Shown[] =>
  shown(room).filter(({ text }) => text.includes(`#${no} ·`));
