/** Prints how a replay went: `.run/node test/worker/simulator/replay-report.ts power config`. */
import { sharedFile } from './api-document.ts';
import { replay } from './replay.ts';
import { type Line, STORIES } from './story.ts';

const wanted = process.argv.slice(2);
for (const story of STORIES.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const text = sharedFile(`cassettes/${story}.jsonl`)?.toString('utf8') ?? '';
  // One recorded line per line of the file.
  const lines = text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as Line);
  const outcomes = await replay(story, lines);
  const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length;
  for (const outcome of outcomes)
    if (outcome.kind === 'different')
      console.log(
        `${story} ${outcome.line.seq} ${outcome.line.token} ${outcome.line.method} ${outcome.line.path} ${JSON.stringify(outcome.line.body)}\n    ${outcome.differences.join('\n    ')}`,
      );
  console.log(
    `${story}: same ${count('same')}, applied ${count('applied')}, skipped ${count('skipped')}, different ${count('different')}`,
  );
}
