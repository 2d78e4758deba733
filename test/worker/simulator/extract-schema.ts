/**
 * Writes the parts of the official API schema that the simulator serves: its parameters into
 * worker/simulator/parameters.json and, with the types of the answers, into test/fixture/pve/api-8.4.json.
 * Run by hand after adding a route: `.run/node test/worker/simulator/extract-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { ROUTES } from '#worker/simulator/routes';
import { readApiDocument, served, slim } from './api-document.ts';

const document = readApiDocument('8.4');
if (document === undefined) throw new Error('apidoc-8.4.json.gz is not here: set QUORATE_SHARED');

const optionality = (properties: Record<string, { optional?: number }>) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { optional }]) => [name, { optional: optional ?? 0 }]),
  );

const methods = ROUTES.map((route) => [`${route.method} ${route.path}`, served(document, route)] as const);
const parameters = Object.fromEntries(
  methods.map(([name, method]) => [name, slim(method?.parameters?.properties ?? {})]),
);
const full = Object.fromEntries(
  methods.map(([name, method]) => [
    name,
    { parameters: optionality(method?.parameters?.properties ?? {}), returns: slim(method?.returns ?? {}) },
  ]),
);
const root = new URL('../../../', import.meta.url);
const lines = (value: Record<string, unknown>): string =>
  `{\n${Object.entries(value)
    .map(([key, entry]) => `${JSON.stringify(key)}: ${JSON.stringify(entry)}`)
    .join(',\n')}\n}\n`;
writeFileSync(new URL('worker/simulator/parameters.json', root), lines(parameters));
writeFileSync(new URL('test/fixture/pve/api-8.4.json', root), lines(full));
