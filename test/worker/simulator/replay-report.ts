/** Prints how a replay went: `.run/node test/worker/simulator/replay-report.ts power config`. */
import { wholeStory } from './recording.ts';
import { replay } from './replay.ts';
import { STORIES } from './story.ts';

const wanted = process.argv.slice(2);
for (const story of STORIES.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const outcomes = await replay(story, wholeStory(story) ?? []);
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
