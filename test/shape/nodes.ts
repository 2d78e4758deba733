/** A node of the syntax tree with where it hangs. ESTree's own fields are read through `field`. */
export type Node = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: Node | undefined;
  /** The field of the parent that holds this node. */
  readonly key: string;
  /** The fields as the parser gave them. */
  readonly raw: Readonly<Record<string, unknown>>;
};

const isRaw = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const childrenOf = (raw: Readonly<Record<string, unknown>>): [string, Record<string, unknown>][] =>
  Object.entries(raw).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter(isRaw)
      .map((child): [string, Record<string, unknown>] => [key, child]),
  );

const nodeOf = (raw: Readonly<Record<string, unknown>>, parent: Node | undefined, key: string): Node => ({
  type: String(raw['type']),
  start: Number(raw['start']),
  end: Number(raw['end']),
  parent,
  key,
  raw,
});

/** `program` and everything below it, parents first. */
export const nodesOf = (program: object): Node[] => {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    found.push(node);
    for (const [key, child] of childrenOf(node.raw)) visit(nodeOf(child, node, key));
  };
  visit(nodeOf({ ...program }, undefined, ''));
  return found;
};

/** The text in a field, or undefined where the field is no text. */
export const textField = (node: Node, key: string): string | undefined => {
  const value = node.raw[key];
  return typeof value === 'string' ? value : undefined;
};

/** A field of a child node, as text: `childText(member, 'object', 'name')`. */
export const childText = (node: Node, child: string, key: string): string | undefined => {
  const raw = node.raw[child];
  const value = isRaw(raw) ? raw[key] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** True where `node` names a variable or type, not the property of something else. */
export const isReference = (node: Node): boolean => {
  if (node.type !== 'Identifier') return false;
  const isKey = node.key === 'property' || node.key === 'key';
  return !isKey || node.parent?.raw['computed'] === true || node.parent?.raw['shorthand'] === true;
};
