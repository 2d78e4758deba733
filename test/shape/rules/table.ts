import type { Rule } from '../source.ts';
import { casts } from './casts.ts';
import { docstrings } from './docstrings.ts';
import { environment } from './environment.ts';
import { exportsRule } from './exports.ts';
import { honesty } from './honesty.ts';
import { layers } from './layers.ts';
import { names } from './names.ts';
import { platformNames } from './platform-names.ts';
import { purity } from './purity.ts';
import { sizes } from './sizes.ts';

/** Every rule of the house that is checked file by file. A new one goes here, with planted files under its name. */
export const rules: readonly Rule[] = [
  layers,
  purity,
  platformNames,
  environment,
  exportsRule,
  names,
  casts,
  honesty,
  docstrings,
  sizes,
];
