import type { Line } from './story.ts';

/** A form parameter of a recorded line. */
export const text = (line: Line, key: string): string | undefined => {
  const value = line.body?.[key];
  return typeof value === 'string' ? value : undefined;
};

/** A comma-separated parameter in parts. */
export const list = (value: string | undefined): string[] =>
  (value ?? '').split(',').filter((item) => item !== '');

/** The last part of the path. */
export const last = (line: Line): string => line.path.split('/').at(-1) ?? '';
