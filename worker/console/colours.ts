import { styleText } from 'node:util';

const COLOURS = [
  [/^(==|\/)/, 'bold'],
  [/^\+/, 'green'],
  [/^-/, 'red'],
  [/^@@/, 'cyan'],
  [/^!/, 'yellow'],
] as const;

/** A line of a plan in the colour of what it begins with; as it is where nobody is to see colours. */
export const coloured = (line: string, colours: boolean): string => {
  const found = colours ? COLOURS.find(([begins]) => begins.test(line)) : undefined;
  return found ? styleText(found[1], line, { validateStream: false }) : line;
};
