import { readdirSync } from 'node:fs';
import { readFileState } from '../changeset/read-file.ts';

const FOLDER = '/etc/apt/sources.list.d';

/** The stanzas of a deb822 file, or the lines of a one-line one: sources.list(5). */
const entries = (path: string, text: string): readonly string[] =>
  path.endsWith('.sources') ? text.split(/\n[ \t]*\n/) : text.split('\n');

/** Is this entry in force, with this component? */
export const offers = (entry: string, component: string): boolean => {
  if (/^\s*Enabled:\s*(no|false|off|0)\s*$/im.test(entry)) return false;
  const words = entry.split('\n').filter((line) => /^\s*(deb\s|Components:)/.test(line));
  return words.some((line) => line.split(/\s+/).includes(component));
};

const filesOf = (root: string): readonly string[] => {
  try {
    const found = readdirSync(`${root}${FOLDER}`).filter((name) => /\.(list|sources)$/.test(name));
    return ['/etc/apt/sources.list', ...found.toSorted().map((name) => `${FOLDER}/${name}`)];
  } catch {
    // No such folder: there is only the one file.
    return ['/etc/apt/sources.list'];
  }
};

/** Files other than `own` by which apt already gets packages of a component. */
export const sourcesOf = (root: string, component: string, own: string): readonly string[] =>
  filesOf(root).filter((path) => {
    const state = path === own ? undefined : readFileState(root, path);
    const content = state?.ok ? state.value?.content : undefined;
    return content !== undefined && entries(path, content).some((entry) => offers(entry, component));
  });

const off = (path: string, entry: string): string => {
  if (!path.endsWith('.sources')) return `# ${entry}`;
  const rest = entry.replace(/^\s*Enabled:.*\n?/im, '');
  return rest.replace(/^(\s*Types:)/m, 'Enabled: no\n$1');
};

/** A file of sources in which no entry with one of these components is in force. */
export const withoutComponents = (path: string, text: string, components: readonly string[]): string =>
  entries(path, text)
    .map((entry) => (components.some((component) => offers(entry, component)) ? off(path, entry) : entry))
    .join(path.endsWith('.sources') ? '\n\n' : '\n');
