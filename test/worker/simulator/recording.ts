import { readFileSync } from 'node:fs';
import { sharedFile } from './api-document.ts';
import type { Line, StoryName } from './story.ts';

const parse = (text: string): Line[] =>
  text
    .split('\n')
    .filter((row) => row !== '')
    // Each row is one line of a recording as its README describes it.
    .map((row) => JSON.parse(row) as Line);

/** The whole recorded story; undefined when the recordings are not beside the repository. */
export const wholeStory = (story: StoryName): Line[] | undefined => {
  const file = sharedFile(`cassettes/${story}.jsonl`);
  return file === undefined ? undefined : parse(file.toString('utf8'));
};

/** The excerpt that a clone carries. */
export const excerpt = (story: 'inventory' | 'power' | 'config'): Line[] =>
  parse(readFileSync(new URL(`../../fixture/pve/${story}.jsonl`, import.meta.url), 'utf8'));
