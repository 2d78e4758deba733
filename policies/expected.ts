import type { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const NAMES: { readonly [type: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of its own',
};

const UNITS: { readonly [origin: string]: string } = { string: ' characters', array: ' entries' };

/**
 * What was expected, as the end of a sentence, where a schema has no words of its own: for `safeParse(value, { error })`.
 * Undefined leaves zod its own words (https://zod.dev/error-customization).
 */
export const expected = (issue: Issue): string | undefined => {
  if (issue.code === 'invalid_type') return NAMES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value')
    return issue.values
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1');
  if (issue.code === 'too_small') return `at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
  return issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
};
