import type { ReturnSchema } from './api-document.ts';

const typeFits = (type: string, value: unknown): boolean => {
  if (type === 'null') return value === null;
  if (type === 'boolean') return typeof value === 'boolean' || value === 0 || value === 1;
  if (type === 'integer')
    return Number.isInteger(value) || (typeof value === 'string' && /^\d+$/.test(value));
  if (type === 'number') return typeof value === 'number';
  if (type === 'string') return typeof value === 'string' || typeof value === 'number';
  return type === 'array'
    ? Array.isArray(value)
    : typeof value === 'object' && value !== null && !Array.isArray(value);
};

const properties = (schema: ReturnSchema, value: object, path: string): string[] => {
  const fields = new Map(Object.entries(value));
  return Object.entries(schema.properties ?? {}).flatMap(([name, rule]) => {
    const field = fields.get(name);
    if (field === undefined) return rule.optional === 1 ? [] : [`${path}.${name} is missing`];
    return field === null ? [] : conformance(rule, field, `${path}.${name}`);
  });
};

/** How a value breaks the schema's description of the answer; an empty list when it does not. */
export const conformance = (schema: ReturnSchema, value: unknown, path: string): string[] => {
  if (schema.type !== undefined && !typeFits(schema.type, value))
    return [`${path} should be ${schema.type}, is ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, at) => conformance(items, item, `${path}[${at}]`));
  }
  return typeof value === 'object' && value !== null ? properties(schema, value, path) : [];
};
