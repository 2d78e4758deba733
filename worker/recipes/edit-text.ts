import type { RecipeEdit } from '#policies/recipes/edit';
import { withoutComponents } from './repositories.ts';

const open = (id: string): string => `# quorate ${id} begins`;
const close = (id: string): string => `# quorate ${id} ends`;

const endsLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** The text with the block of this recipe once, where it is already or at the wanted end. */
const withBlock = (
  text: string,
  id: string,
  { block, at }: Extract<RecipeEdit, { edit: 'block' }>,
): string => {
  const lines = `${open(id)}\n${endsLine(block)}${close(id)}\n`;
  const from = text.indexOf(`${open(id)}\n`);
  const to = text.indexOf(`${close(id)}\n`, from);
  if (from >= 0 && to > from) return text.slice(0, from) + lines + text.slice(to + close(id).length + 1);
  return at === 'start' ? lines + text : endsLine(text) + lines;
};

/** A setting on its own line, in the place of the first that is in force; later ones of its name would win and go. */
const withSetting = (text: string, key: string, value: string): string => {
  const line = `${key}: ${value}`;
  const isIt = (one: string): boolean => one.startsWith(`${key}:`);
  const lines = text.split('\n');
  const at = lines.findIndex(isIt);
  if (at < 0) return `${endsLine(text)}${line}\n`;
  return lines.flatMap((one, index) => (index === at ? [line] : isIt(one) ? [] : [one])).join('\n');
};

/** What a file's text becomes by an edit of the recipe `id`. The same again once it is so. */
export const editText = (text: string, edit: RecipeEdit, id: string): string => {
  switch (edit.edit) {
    case 'block':
      return withBlock(text, id, edit);
    case 'set':
      return Object.entries(edit.set).reduce((now, [key, value]) => withSetting(now, key, value), text);
    case 'disable_repositories':
      return withoutComponents(edit.path, text, edit.components);
  }
};
