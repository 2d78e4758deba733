import { z } from 'zod';
import { higherRisk, type Risk } from './risk.ts';

/**
 * What can be read off a script without running it, and the least risk of a plan with such a script in it. Labels inform:
 * what a script really does is seen in its rehearsal.
 */
export const SCRIPT_LABELS = {
  /** Text from the network, or text that is made as it runs, is run as a program. */
  'runs-fetched-code': 'critical',
  'runs-made-up-code': 'critical',
  /** Cannot be read as shell; the place is told. */
  unreadable: 'critical',
  'wipes-disk': 'critical',
  'destroys-storage': 'critical',
  'destroys-guest': 'critical',
  'deletes-tree': 'high',
  cluster: 'critical',
  network: 'critical',
  firewall: 'high',
  access: 'high',
  'apt-trust': 'high',
  kernel: 'high',
  power: 'high',
  'reads-secrets': 'high',
  'sends-data': 'high',
  guest: 'high',
  storage: 'high',
  packages: 'medium',
  units: 'medium',
  schedule: 'medium',
  'goes-on-in-background': 'medium',
  fetches: 'medium',
  asks: 'low',
} as const satisfies { readonly [label: string]: Risk };

/** A label's name. */
export type ScriptLabel = keyof typeof SCRIPT_LABELS;

/** Reads the name of a label; unknown words are refused. */
export const ScriptLabel = z.enum(Object.keys(SCRIPT_LABELS) as [ScriptLabel, ...ScriptLabel[]]); // keys are what keyof says

/** The least risk that these labels come to; any script is at least `medium`. */
export const riskOfLabels = (labels: readonly ScriptLabel[]): Risk =>
  labels.map((label): Risk => SCRIPT_LABELS[label]).reduce(higherRisk, 'medium');
