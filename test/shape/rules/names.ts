import { basename } from 'node:path';
import { at, type Rule, type Source } from '../source.ts';

const sayNothing = /^(index|utils?|helpers?|common|misc|managers?|services|types)$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|check|process|process\.test))?$/;

const check = (source: Source) => {
  const name = basename(source.path, '.ts');
  if (sayNothing.test(name)) return [at(source, { start: 0 }, `a file called ${name} says nothing`)];
  return kebab.test(name) ? [] : [at(source, { start: 0 }, `${name} is not in kebab-case`)];
};

/** A file is found by what it defines. */
export const names: Rule = {
  name: 'names',
  sentence: 'files are named in kebab-case after what they define',
  check,
};
