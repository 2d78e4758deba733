import type { z } from 'zod';
import type { Role } from './person.ts';
import type { Risk } from './risk.ts';
import type { Subsystem } from './subsystem.ts';
import type { OwnTarget } from './target.ts';

/** A row of the catalogue of actions. */
export const row = <T extends 'guest' | 'node' | 'change' | OwnTarget['kind'], A extends z.ZodType>(action: {
  readonly command: string;
  readonly target: T;
  /** Names of the arguments that may be given by position, in order, after the target. */
  readonly positional: readonly string[];
  readonly args: A;
  readonly risk: Risk;
  /** Least role that may ask for it at all; the rules may demand more, never less. */
  readonly who: Role;
  /** The part of a host that it changes, where that is always the same one. */
  readonly subsystem?: Subsystem;
}) => action;
