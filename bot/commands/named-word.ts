/** What was typed behind `name=`, as often as it was, and the other words. */
export const takeNamed = (
  name: string,
  typed: readonly string[],
): { readonly said: readonly string[]; readonly words: readonly string[] } => {
  const is = (word: string): boolean => word.startsWith(`${name}=`);
  return {
    said: typed.filter(is).map((word) => word.slice(name.length + 1).trim()),
    words: typed.filter((word) => !is(word)),
  };
};
