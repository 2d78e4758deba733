import { execa } from 'execa';

/**
 * Shows a long text page by page on this terminal, as git does: less, which leaves what fits on one screen and passes colours
 * through. Where less is not installed the text is written as it is.
 */
export const page = async (text: string): Promise<void> => {
  const shown = await execa('less', ['--RAW-CONTROL-CHARS', '--quit-if-one-screen', '--no-init'], {
    input: text,
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  });
  if (shown.exitCode === undefined) process.stdout.write(text);
};
