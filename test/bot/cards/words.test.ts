import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { IntlMessageFormat } from 'intl-messageformat';
import { isWhole, type Key, plain, wordsOf } from '#bot/cards/words';
import { COMMANDS } from '#bot/commands/table';

const root = join(import.meta.dirname, '../../..');
type Table = { readonly [key: string]: string };
const tables = new Map(
  globSync('bot/cards/locales/*.json', { cwd: root }).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(join(root, file), 'utf8')) as Table, // a locale is an object of texts; tsc checks those it imports
  ]),
);
const en = tables.get('en') ?? assert.fail('there is no English');

/** Languages without a gap; the others are said in English where they have one. */
const WHOLE: readonly string[] = ['en', 'es'];

type Part = ReturnType<IntlMessageFormat['getAst']>[number];

/** Names of the holes of a message, those inside its plurals too. */
const holes = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap((part) => [
    ...('value' in part && typeof part.value === 'string' && part.type !== 0 ? [part.value] : []),
    ...('options' in part && part.options
      ? Object.values(part.options).flatMap(({ value }) => holes(value))
      : []),
  ]);

const holesOf = (text: string, locale: string): readonly string[] =>
  [...new Set(holes(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst()))].sort();

describe('the words', () => {
  it('every sentence of every language can be formatted', () => {
    for (const [locale, table] of tables)
      for (const [key, text] of Object.entries(table)) {
        const words = wordsOf(locale);
        assert.equal(words.locale, locale, `${locale} is registered`);
        const values = Object.fromEntries(holesOf(text, locale).map((hole) => [hole, 2]));
        assert.notEqual(plain(words.say(key as Key, values)), '', key); // the table's own keys
      }
  });

  for (const [locale, table] of tables) {
    it(`${locale} has no sentence that English has not${WHOLE.includes(locale) ? ', and lacks none' : ''}`, () => {
      const strange = Object.keys(table).filter((key) => !Object.hasOwn(en, key));
      assert.deepEqual(strange, []);
      assert.equal(isWhole(locale), WHOLE.includes(locale));
    });

    it(`the sentences of ${locale} have the holes of the English ones, and none is empty`, () => {
      for (const [key, text] of Object.entries(table)) {
        assert.deepEqual(holesOf(text, locale), holesOf(en[key] ?? '', 'en'), key);
        assert.notEqual(text.trim(), '', key);
      }
    });

    it(`no sentence of ${locale} is in the file twice`, () => {
      const text = readFileSync(join(root, `bot/cards/locales/${locale}.json`), 'utf8');
      assert.equal([...text.matchAll(/^ {2}"/gm)].length, Object.keys(table).length);
    });
  }

  it('the menu has a sentence for every command', () => {
    for (const { name } of COMMANDS) assert.ok(en[`command.${name}`], name);
  });

  it('every sentence is said somewhere, and none is missing', () => {
    const sources = globSync('bot/**/*.ts', { cwd: root }).map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    const code = sources.join('\n');
    const prefixes = [...code.matchAll(/`([a-z.-]+)\$\{/g)].map(([, prefix = '']) => prefix).filter(Boolean);
    const isSaid = (key: string): boolean =>
      code.includes(`'${key}'`) || prefixes.some((prefix) => key.startsWith(prefix));
    assert.deepEqual(
      Object.keys(en).filter((key) => !isSaid(key)),
      [],
    );
    const said = [...code.matchAll(/(?:say|said|text)\(\s*(?:shell, )?'([a-z][a-z.-]+\.[a-z-]+)'/g)];
    assert.ok(said.length > 80, `saw ${said.length} sentences being said`);
    assert.deepEqual(
      said.map(([, key = '']) => key).filter((key) => !(key in en)),
      [],
    );
  });

  it('a language that is spoken in a region is spoken, and one that is not is answered in English', () => {
    assert.equal(plain(wordsOf('es-MX').say('button.approve')), 'Aprobar');
    for (const locale of ['', 'xx', 'constructor', '__proto__', 'e', '\ud800'])
      assert.equal(plain(wordsOf(locale).say('button.approve')), 'Approve');
  });
});
