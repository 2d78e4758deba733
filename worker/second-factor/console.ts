import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { enrolFactor, enrolledPeople, factorOf, removeFactor } from '#db/journal/factors';
import type { Journal } from '#db/journal/journal';
import { PersonId } from '#policies/ids';
import { readWith } from '#policies/read-with';
import { enrolmentUri, SECRET_BYTES, secretText, stepOfCode } from './totp.ts';

/** The node's own console: whoever can type here is root or the worker's user. The one place where a secret is ever shown. */
export type FactorConsole = {
  readonly journal: Journal;
  readonly input: Readable;
  readonly output: Writable;
};

const USAGE = 'usage: npm run worker -- factor enroll PERSON | factor list | factor remove PERSON';

/** So often may the code be mistyped that proves an enrolment; then nothing is kept. */
const TRIES = 3;

const say = ({ output }: FactorConsole, text: string): void => {
  output.write(`${text}\n`);
};

const no = (console: FactorConsole, text: string): number => {
  say(console, text);
  return 1;
};

/** The step of the code that whoever enrols types, which shows that their app has the secret; null where none of a few is right. */
const prove = async (console: FactorConsole, secret: string): Promise<number | null> => {
  const lines = createInterface({ input: console.input, terminal: false });
  // Listens from here on: a line that comes before somebody listens would be lost.
  const answers = lines[Symbol.asyncIterator]();
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      say(
        console,
        tries === 0 ? 'Type the code that it shows now:' : 'That is not it. Type the code of now:',
      );
      const answer = await answers.next();
      if (answer.done) return null;
      const step = stepOfCode(secret, answer.value.replaceAll(' ', ''), console.journal.now());
      if (step !== null) return step;
    }
    return null;
  } finally {
    lines.close();
  }
};

const enroll = async (console: FactorConsole, person: PersonId): Promise<number> => {
  const { journal } = console;
  if (factorOf(journal, person)) return no(console, `${person} has a second factor. Remove it first.`);
  const secret = secretText(journal.random(SECRET_BYTES));
  const issuer = `Quorate ${journal.address}`;
  say(console, `Put this into the authenticator app of ${person}. It is shown once and stays on this node.`);
  say(console, `  ${enrolmentUri(secret, { issuer, label: person })}`);
  say(console, `  or by hand: ${secret} (time-based, SHA-1, 6 digits, 30 seconds)`);
  const step = await prove(console, secret);
  if (step === null) return no(console, 'Nothing was enrolled.');
  if (!enrolFactor(journal, { person, secret, step })) return no(console, `${person} has one by now.`);
  say(console, `${person} has a second factor on ${journal.address}.`);
  return 0;
};

const list = (console: FactorConsole): number => {
  const people = enrolledPeople(console.journal);
  for (const person of people) say(console, person);
  if (people.length === 0) say(console, 'Nobody has a second factor on this node.');
  return 0;
};

const remove = (console: FactorConsole, person: PersonId): number => {
  if (!removeFactor(console.journal, person))
    return no(console, `${person} has no second factor on this node.`);
  say(
    console,
    `${person} has no second factor any more. What they agreed to by it and has not begun, the node refuses.`,
  );
  return 0;
};

const OF_PERSON: { readonly [verb: string]: typeof enroll | typeof remove | undefined } = { enroll, remove };

/** `factor enroll ada`, `factor list`, `factor remove ada`; the process's exit code. */
export const runFactorCommand = async (
  console: FactorConsole,
  [verb = '', who, ...more]: readonly string[],
): Promise<number> => {
  if (verb === 'list' && who === undefined) return list(console);
  const act = Object.hasOwn(OF_PERSON, verb) ? OF_PERSON[verb] : undefined;
  if (!act || who === undefined || more.length > 0) {
    say(console, USAGE);
    return 2;
  }
  const person = readWith(PersonId, who);
  return person.success
    ? act(console, person.data)
    : no(console, `${who} is no id of a person, such as ada.`);
};
