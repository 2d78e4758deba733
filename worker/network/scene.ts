import { z } from 'zod';
import type { SettingDiff } from '#policies/effect';

const Addresses = z.array(
  z.object({
    ifname: z.string().optional(),
    mtu: z.int().optional(),
    master: z.string().optional(),
    flags: z.array(z.string()).default([]),
    linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
    addr_info: z
      .array(
        z.object({
          local: z.string().optional(),
          prefixlen: z.int().optional(),
          scope: z.string().optional(),
        }),
      )
      .default([]),
  }),
);

const Routes = z.array(
  z.object({ dst: z.string(), gateway: z.string().optional(), dev: z.string().optional() }),
);

/** The running network as facts: `device vmbr0` or `route default`, and what is so of it. */
export type Scene = ReadonlyMap<string, string>;

type Device = z.infer<typeof Addresses>[number];

/** The far ends of stand-in NICs are no part of the scene, and neither is what the kernel makes up by itself. */
const isShown = ({ ifname }: Device): boolean => ifname !== undefined && !/^far\d+$/.test(ifname);

const deviceText = ({ mtu, master, flags, addr_info }: Device): string => {
  const addresses = addr_info
    .filter(({ scope }) => scope !== 'link')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .sort();
  return [
    flags.includes('UP') ? 'up' : 'down',
    `mtu ${mtu}`,
    ...(master === undefined ? [] : [`in ${master}`]),
    ...addresses,
  ].join(', ');
};

/** Reads what `ip -j -d addr` and `ip -j route` say. Rejects with ZodError or SyntaxError for words nobody knows. */
export const readScene = (addresses: string, routes: string): Scene => {
  const devices = Addresses.parse(JSON.parse(addresses)).filter(isShown);
  const ways = Routes.parse(JSON.parse(routes || '[]'));
  return new Map([
    ...devices.map((device): [string, string] => [`device ${device.ifname}`, deviceText(device)]),
    ...ways.map(({ dst, gateway, dev }): [string, string] => [
      `route ${dst}`,
      [...(gateway === undefined ? [] : [`via ${gateway}`]), `dev ${dev}`].join(' '),
    ]),
  ]);
};

/** What differs between two scenes, by name. */
export const sceneDiff = (before: Scene, after: Scene): SettingDiff[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((key) => ({ key, before: before.get(key) ?? null, after: after.get(key) ?? null }))
    .filter((row) => row.before !== row.after);

/** The default gateway of a scene and its device, where it has one. */
export const gatewayOf = (scene: Scene): { readonly peer: string; readonly device: string } | null => {
  const [, peer, device] = /^via (\S+) dev (\S+)$/.exec(scene.get('route default') ?? '') ?? [];
  return peer === undefined || device === undefined ? null : { peer, device };
};

/** Names of a host's own NICs: what was not made by a configuration or for a guest. */
export const nicsOf = (addresses: string): string[] =>
  Addresses.parse(JSON.parse(addresses))
    .filter(({ linkinfo }) => [undefined, 'veth', 'dummy'].includes(linkinfo?.info_kind))
    .flatMap(({ ifname }) => ifname ?? [])
    .filter((name) => name !== 'lo' && !/^(veth|tap|fwbr|fwpr|fwln)\d/.test(name));
