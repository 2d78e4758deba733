import { z } from 'zod';
import { Shortfall } from './script-request.ts';

const script = z.string();
const why = z.string();

/** Every "no" to a script, before anything of the node was touched. */
export const SCRIPT_REFUSALS = [
  z.object({ no: z.literal('unknown-script'), script, known: z.array(z.string()) }),
  /** It is not the one that was entered in the catalogue; `sha256` is what it comes to now. */
  z.object({ no: z.literal('script-changed'), script, path: z.string(), sha256: z.string() }),
  /** The catalogue or the script cannot be read, or others could have written it. */
  z.object({ no: z.literal('script-unusable'), script, why }),
  /** Nothing can be rehearsed on this node. */
  z.object({ no: z.literal('no-sandbox'), why }),
  /** It was stopped: `by` is what it used too much of. */
  z.object({ no: z.literal('script-stopped'), script, by: z.string() }),
  /** It shows dialogs that nobody answered beforehand. */
  z.object({ no: z.literal('script-asks'), script, dialogs: z.array(z.string()) }),
  /** The plan would do less than the script does, or show less than it does, and nobody accepted that. */
  z.object({
    no: z.literal('script-falls-short'),
    script,
    short: z.array(z.object({ of: Shortfall, what: z.array(z.string()) })),
  }),
  /** What it changed cannot be carried out exactly, or is more than can be shown. */
  z.object({ no: z.literal('script-not-carried-out'), script, why }),
] as const;
