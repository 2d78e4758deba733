import type { Check } from '#policies/check';
import type { Effect } from '#policies/effect';
import type { Basis, Blast } from '#policies/plan';
import type { Probe } from '#policies/probe';
import type { Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';

/** What one section of a recipe comes to on a host. `probes` are also of what is so already. */
export type Part = {
  readonly effects: readonly Effect[];
  readonly basis: readonly Basis[];
  readonly probes: readonly Probe[];
  readonly checks: readonly Check[];
  readonly blast: readonly Blast[];
};

/** A section planned, or why the recipe is not for this host. */
export type Planned = Result<Part, WorkerRefusal>;

/** A part with what it has. */
export const part = (has: Partial<Part>): Part => ({
  effects: [],
  basis: [],
  probes: [],
  checks: [],
  blast: [],
  ...has,
});

/** Parts one after the other. */
export const joined = (parts: readonly Part[]): Part =>
  part({
    effects: parts.flatMap(({ effects }) => effects),
    basis: parts.flatMap(({ basis }) => basis),
    probes: parts.flatMap(({ probes }) => probes),
    checks: parts.flatMap(({ checks }) => checks),
    blast: parts.flatMap(({ blast }) => blast),
  });
