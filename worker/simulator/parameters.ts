import { readFileSync } from 'node:fs';
import { badParameters } from './failure.ts';
import { BY_NAME, FORMATS } from './formats.ts';

/** What the official API schema says of one parameter, without its prose. */
export type ParameterSchema = {
  readonly type?: string;
  readonly optional?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
};

/** The parameters of one route by name. */
export type RouteSchema = Record<string, ParameterSchema>;

/** Parameters as they came, all text; repeated ones joined with commas. */
export type Parameters = Readonly<Record<string, string>>;

// Written by test/worker/simulator/extract-schema.ts, which is where its shape is settled.
const SCHEMAS = JSON.parse(readFileSync(new URL('./parameters.json', import.meta.url), 'utf8')) as Record<
  string,
  RouteSchema
>;

/** The parameters of a served route, `GET /nodes/{node}/status`, as the schema of Proxmox VE 8.4 defines them. */
export const schemaOf = (route: string): RouteSchema => SCHEMAS[route] ?? {};

/** The schema of `scsi0` is found under `scsi[n]`. */
export const parameterSchema = (schema: RouteSchema, name: string): ParameterSchema | undefined =>
  Object.hasOwn(schema, name) ? schema[name] : schema[name.replace(/\d+$/, '[n]')];

const TRUE = /^(1|on|yes|true)$/i;
const FALSE = /^(0|off|no|false)$/i;

const typeComplaint = (schema: ParameterSchema, value: string): string | undefined => {
  const wrong = `type check ('${schema.type}') failed - got '${value}'`;
  if (schema.type === 'integer' && !/^[+-]?\d+$/.test(value)) return wrong;
  if (schema.type === 'number' && !/^[+-]?\d+(\.\d+)?$/.test(value)) return wrong;
  if (schema.type === 'boolean' && !TRUE.test(value) && !FALSE.test(value)) return wrong;
  return undefined;
};

const rangeComplaint = (schema: ParameterSchema, value: string): string | undefined => {
  if (schema.type !== 'integer' && schema.type !== 'number') return undefined;
  if (schema.minimum !== undefined && Number(value) < schema.minimum)
    return `value must have a minimum value of ${schema.minimum}`;
  if (schema.maximum !== undefined && Number(value) > schema.maximum)
    return `value must have a maximum value of ${schema.maximum}`;
  return undefined;
};

const lengthComplaint = (schema: ParameterSchema, value: string): string | undefined => {
  if (schema.maxLength !== undefined && value.length > schema.maxLength)
    return `value may only be ${schema.maxLength} characters long`;
  if (schema.minLength !== undefined && value.length < schema.minLength)
    return `value must be at least ${schema.minLength} characters long`;
  return undefined;
};

/** The schema's patterns are Perl's: `(?^:` opens a group that ignores outer flags. */
const javaScriptPattern = (pattern: string): RegExp => new RegExp(`^(${pattern.replaceAll('(?^:', '(?:')})$`);

const formComplaint = (schema: ParameterSchema, value: string): string | undefined => {
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return `value '${value}' does not have a value in the enumeration '${schema.enum.join(', ')}'`;
  if (schema.pattern !== undefined && !javaScriptPattern(schema.pattern).test(value))
    return 'value does not match the regex pattern';
  return schema.format === undefined ? undefined : FORMATS[schema.format]?.(value);
};

const complaint = (schema: ParameterSchema | undefined, name: string, value: string): string | undefined =>
  schema === undefined
    ? 'property is not defined in schema and the schema does not allow additional properties'
    : (typeComplaint(schema, value) ??
      (schema.type === 'string' ? BY_NAME[name]?.(value) : undefined) ??
      formComplaint(schema, value) ??
      rangeComplaint(schema, value) ??
      lengthComplaint(schema, value));

const missing = (schema: RouteSchema, parameters: Parameters): [string, string][] =>
  Object.entries(schema)
    .filter(([name, rule]) => rule.optional !== 1 && !name.includes('[n]') && !(name in parameters))
    .map(([name]) => [name, 'property is missing and it is not optional']);

const normal = (schema: RouteSchema, name: string, value: string): string =>
  parameterSchema(schema, name)?.type === 'boolean' ? (TRUE.test(value) ? '1' : '0') : value;

/** Checks in the words of `PVE::JSONSchema`; throws the 400 with every complaint, answers booleans as 0 and 1. */
export const validate = (schema: RouteSchema, parameters: Parameters): Parameters => {
  const complaints = Object.entries(parameters).flatMap(([name, value]): [string, string][] => {
    const text = complaint(parameterSchema(schema, name), name, value);
    return text === undefined ? [] : [[name, text]];
  });
  const all = [...missing(schema, parameters), ...complaints];
  if (all.length > 0) throw badParameters(Object.fromEntries(all));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, normal(schema, name, value)]),
  );
};
