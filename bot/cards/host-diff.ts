import type { Effect } from '#policies/effect';
import type { Deb, PackageChange, UnitState } from '#policies/host-effect';
import { accessText } from './access-text.ts';

type HostKind = Exclude<
  Effect['kind'],
  'api' | 'file' | 'refreshed-file' | 'kernel-cmdline' | 'network' | 'changeset'
>;

type Drawn = { readonly [K in HostKind]: (effect: Extract<Effect, { kind: K }>) => readonly string[] };

const sides = (name: string, before: string | null, after: string | null): readonly string[] => [
  ...(before === null ? [] : [`-${name} ${before}`]),
  ...(after === null ? [] : [`+${name} ${after}`]),
];

/** A package by the whole hash of its file: that is what was approved. */
const debText = (deb: Deb | null): string | null =>
  deb && `${deb.version}${deb.sha256 === null ? '' : ` sha256 ${deb.sha256}`}`;

const packageLines = ({ name, before, after }: PackageChange): readonly string[] =>
  sides(`package ${name}`, debText(before), debText(after));

const unitText = ({ enabled, active }: UnitState): string =>
  active === null ? enabled : `${enabled}, ${active ? 'active' : 'inactive'}`;

const folderText = (state: Extract<Effect, { kind: 'folder' }>['before']): string | null =>
  state && `mode ${state.mode.toString(8).padStart(4, '0')} owner ${state.uid}:${state.gid}`;

/** The effects on a host beside files, in the notation of a diff: what was there with a minus, what is to be with a plus. */
export const HOST_DIFFS: Drawn = {
  access: ({ way, entry }) => [`${way === 'add' ? '+' : '-'}${accessText(entry)}`],
  diversion: ({ path, to, wrapper, way }) => {
    const sign = way === 'there' ? '+' : '-';
    return [
      `${sign}diversion of ${path} to ${to}`,
      ...wrapper.content
        .trimEnd()
        .split('\n')
        .map((line) => `${sign}${line}`),
    ];
  },
  folder: ({ path, before, after }) => sides(`folder ${path}`, folderText(before), folderText(after)),
  package: ({ changes }) => changes.flatMap(packageLines),
  unit: ({ unit, before, after }) => sides(`unit ${unit}`, unitText(before), unitText(after)),
  sysctl: ({ key, before, after }) => sides(`sysctl ${key} =`, before, after),
  'pool-property': ({ pool, property, before, after }) => sides(`pool ${pool} ${property}`, before, after),
};
