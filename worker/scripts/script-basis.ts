import type { Basis } from '#policies/plan';
import { findScript } from './catalogue.ts';
import type { ScriptHost } from './script-host.ts';
import { sealedStanding } from './sealed-standing.ts';

const SCRIPT = 'script ';
const SET = 'changeset ';

/** The script as it was approved; one that root took out of the catalogue, or changed, is not carried out any more. */
export const scriptBasis = (name: string, sha256: string): Basis => ({ of: SCRIPT + name, value: sha256 });

/** A change set, and how its paths stand. */
export const setBasis = (digest: string, value: string): Basis => ({ of: SET + digest, value });

/** Is this part of a basis about a script or what it came to? */
export const isScriptBasis = ({ of }: Basis): boolean => of.startsWith(SCRIPT) || of.startsWith(SET);

/** Those parts of a basis as they are now; a script that is not to be had any more is left out. */
export const scriptBasisNow = (
  { catalogue, places, root }: Pick<ScriptHost, 'catalogue' | 'places' | 'root'>,
  basis: readonly Basis[],
): readonly Basis[] =>
  basis.filter(isScriptBasis).flatMap(({ of }): readonly Basis[] => {
    if (of.startsWith(SET)) {
      const digest = of.slice(SET.length);
      return [setBasis(digest, sealedStanding(places, root, digest))];
    }
    const name = of.slice(SCRIPT.length);
    const found = findScript(catalogue, name);
    return found.ok ? [scriptBasis(name, found.value.sha256)] : [];
  });
