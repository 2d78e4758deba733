import { putPerson } from '#db/ledger/people';
import { no, ok } from '#policies/result';
import { page } from '../cards/look.ts';
import { isWhole, LANGUAGES, languageName, outside, type Words, wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Answer, Asking, Command } from './command.ts';
import { choice, OPTIONAL } from './option.ts';

const named = (language: string): string => `${language} ${languageName(language)}`;

const listCard = (words: Words, isSet: boolean): Card => {
  const own = words.say(isSet ? 'language.set' : 'language.auto', {
    language: outside(languageName(words.locale)),
  });
  const whole = LANGUAGES.filter(isWhole).map(named).join(', ');
  const partly = LANGUAGES.filter((one) => !isWhole(one)).map(named);
  return page('neutral', own, [
    words.say('language.list', { list: outside(whole) }),
    ...(partly.length === 0 ? [] : [words.say('language.partly', { list: outside(partly.join(', ')) })]),
  ]);
};

/** Theirs alone and taken back as easily, so that nobody has to agree to it. */
const choose = ({ office, person, actor, words }: Asking, typed: string): Answer => {
  const locale = typed === 'auto' ? '' : LANGUAGES.find((one) => one === typed);
  if (locale === undefined)
    return no({ no: 'bad-argument', command: 'language', argument: typed, expected: 'language' });
  if (locale !== person.locale) putPerson(office.ledger, { ...person, locale }, actor);
  if (locale === '') return ok(page('good', words.say('done.language-auto'), []));
  const language = outside(languageName(locale));
  return ok(page('good', wordsOf(locale).say('done.language', { language }), []));
};

/** `/language es`: the language that somebody is answered in; cards in chats are in that of the configuration. */
export const languageCommand: Command = {
  name: 'language',
  usage: 'language [LANGUAGE|auto]',
  options: [choice('language', [...LANGUAGES, 'auto'], OPTIONAL)],
  who: 'viewer',
  scoped: true,
  run: (asking, [typed]) =>
    typed === undefined
      ? ok(listCard(asking.words, asking.person.locale !== ''))
      : choose(asking, typed.toLowerCase()),
};
