import type { Cluster } from './cluster.ts';
import { forbidden } from './failure.ts';
import type { Parameters } from './parameters.ts';
import { type Identity, mayAny } from './rights.ts';

/** The methods of the API. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One authenticated request: `parameters` holds those of path, query and body, checked against the schema. */
export type Call = { readonly cluster: Cluster; readonly who: Identity; readonly parameters: Parameters };

/** What goes into the body beside `data`. */
export type Answer = { readonly data: unknown; readonly total?: number };

/** Throws the 403; runs before the parameters are checked, as in `PVE::HTTPServer`. */
export type Permission = (call: Call) => void;

/** One row of the table. */
export type Route = {
  readonly method: Method;
  /** As the API schema spells it. */
  readonly path: string;
  readonly permission: Permission;
  readonly handler: (call: Call) => Answer;
};

const fill = (template: string, parameters: Parameters): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '');

/** Everyone who is logged in. */
export const anyone: Permission = () => undefined;

/** At least one of `privs`, separated by `|`, at the path. */
export const need =
  (path: string, privs: string): Permission =>
  ({ cluster, who, parameters }) => {
    const at = fill(path, parameters);
    if (!mayAny(cluster.world, who, { path: at, privs: privs.split('|') }))
      throw forbidden(`${at}, ${privs}`);
  };

/** The first that passes is enough; the last one's text is the refusal. */
export const either =
  (first: Permission, second: Permission): Permission =>
  (call) => {
    try {
      first(call);
    } catch {
      // The second condition decides, and words the refusal.
      second(call);
    }
  };

/** Whether the caller holds one of `privs`, for lists that leave out what may not be seen. */
export const holds = (call: Call, path: string, privs: string): boolean =>
  mayAny(call.cluster.world, call.who, { path, privs: privs.split('|') });

/** A parameter that the schema demands. */
export const required = (call: Call, name: string): string => call.parameters[name] ?? '';

/** Whether a boolean parameter is set. */
export const flag = (call: Call, name: string): boolean => call.parameters[name] === '1';
