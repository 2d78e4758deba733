import { PRIVS } from './roles.ts';

type Check = (value: string) => string | undefined;

const invalid = (text: string): string => `invalid format - ${text}\n`;

const DNS_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const NODE = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const TAGS = /^[a-zA-Z0-9_][a-zA-Z0-9_+.-]*([;, ][a-zA-Z0-9_][a-zA-Z0-9_+.-]*)*$/;
const STARTUP = /^(\d+|(order|up|down)=\d+)(,(order|up|down)=\d+)*$/;

const unless =
  (pattern: RegExp, text: (value: string) => string): Check =>
  (value) =>
    pattern.test(value) ? undefined : invalid(text(value));

const memory: Check = (value) => {
  const amount = value.replace(/^current=/, '');
  if (!/^[+-]?\d+$/.test(amount))
    return invalid(`format error\nmemory.current: type check ('integer') failed - got '${amount}'`);
  return Number(amount) < 16
    ? invalid('format error\nmemory.current: value must have a minimum value of 16')
    : undefined;
};

const privileges: Check = (value) => {
  const unknown = value.split(/[\s,;]+/).find((name) => name !== '' && !PRIVS.includes(name));
  return unknown === undefined ? undefined : invalid(`invalid privilege '${unknown}'`);
};

/** Formats by the name that the API schema gives them. */
export const FORMATS: Readonly<Record<string, Check>> = {
  'pve-configid': unless(/^[a-z][a-z0-9_-]+$/i, (value) => `invalid configuration ID '${value}'`),
  'pve-node': unless(NODE, () => 'value does not look like a valid node name'),
  'dns-name': unless(DNS_NAME, () => 'value does not look like a valid DNS name'),
  'pve-tag-list': unless(TAGS, () => 'invalid characters in tag'),
  'pve-groupid': unless(/^[A-Za-z0-9.\-_]+$/, (value) => `group name '${value}' contains invalid characters`),
  'pve-priv-list': privileges,
  'pve-startup-order': unless(STARTUP, () => 'unable to parse startup options'),
};

/** Parameters whose format the schema describes as an object; only what was seen to be refused is checked. */
export const BY_NAME: Readonly<Record<string, Check>> = { memory };
