import type { OptionKind } from '../chat/chat.ts';

/**
 * A field of a command, for platforms that have forms. `named`: it is typed as name=value; otherwise by its place alone.
 * `choices`: all that may stand there, if few.
 */
export type Option = {
  readonly name: string;
  readonly kind: OptionKind;
  readonly required: boolean;
  readonly named: boolean;
  readonly choices: readonly string[];
};

/** A field that must be filled and is typed by its place, unless `more` says otherwise. */
export const option = (name: string, kind: OptionKind, more: Partial<Option> = {}): Option => ({
  name,
  kind,
  required: true,
  named: false,
  choices: [],
  ...more,
});

/** One of a few words. */
export const choice = (name: string, choices: readonly string[], more: Partial<Option> = {}): Option =>
  option(name, 'choice', { choices, ...more });

/** Nobody has to fill it. */
export const OPTIONAL = { required: false } as const;
/** Typed with its name before it, and nobody has to. */
export const NAMED = { required: false, named: true } as const;

export const CHANGE = option('change', 'change');
export const PERSON = option('person', 'person');
export const REASON = option('reason', 'text', NAMED);
/** Where nothing is done without a reason. */
export const MUST_REASON = option('reason', 'text', { named: true });
