/** What a stand-in ends with; texts as bytes. */
export type Answer = { readonly code: number; readonly out: string };

/**
 * Answers the questions of a script from what is known of the host: `null` where it is not known. Never runs the words
 * of the script; it is code on the host, and the words are from inside.
 */
export type AskHost = (program: string, args: readonly string[]) => Promise<Answer | null>;

/** A prepared answer of a person to a dialog: taken by the first dialog whose words contain `matches`, once each. */
export type DialogAnswer = {
  readonly matches: string;
  /** 0 for yes and ok, 1 for no and cancel, 255 for escape. */
  readonly code: number;
  readonly text?: string;
};

/** Where a dialog writes what was chosen: standard error unless it was told otherwise. */
const outputOf = (args: readonly string[]): number => {
  const index = args.indexOf('--output-fd');
  return index === -1 ? 2 : Number(args[index + 1] ?? 2);
};

/** What a dialog ends with. One that nobody prepared is cancelled. */
export const answerDialog = (
  args: readonly string[],
  prepared: DialogAnswer[],
): { readonly code: number; readonly text: string; readonly fd: number } => {
  const words = args.join('\n');
  const index = prepared.findIndex(({ matches }) => words.includes(matches));
  const [found] = index === -1 ? [] : prepared.splice(index, 1);
  return { code: found?.code ?? 1, text: found?.text ?? '', fd: outputOf(args) };
};
