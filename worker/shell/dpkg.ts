import { inRoot } from './in-root.ts';

/** What dpkg knows of a package: its version where it is installed, and whether settings are left of one that went. */
export type Installed = { readonly version: string | null; readonly config: boolean };

/** dpkg-query(1). A package that dpkg never heard of is one that is not installed. */
export const readPackage = async (root: string, name: string): Promise<Installed> => {
  const format = '${db:Status-Status} ${Version}\\n';
  const said = await inRoot(root, 'dpkg-query', ['-W', `-f=${format}`, name]);
  const [status, version = null] = said.ok ? (said.value.split('\n')[0] ?? '').split(' ') : [];
  return { version: status === 'installed' ? version : null, config: status === 'config-files' };
};
