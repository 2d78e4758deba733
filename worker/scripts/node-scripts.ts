import type { NodeName } from '#policies/ids';
import type { NodeScripts } from '#policies/inventory';
import { listScripts } from './catalogue.ts';

/** The catalogue of the worker's own node as it is now. One that cannot be read or trusted is unknown, never empty. */
export const nodeScripts = (node: NodeName, catalogue: string): NodeScripts => {
  const listed = listScripts(catalogue);
  return {
    node,
    scripts: listed.ok ? { known: true, value: [...listed.value] } : { known: false, why: 'not-understood' },
  };
};
