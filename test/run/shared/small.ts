/** All that starts nothing and hardly waits. */
import { runShared } from '../run-shared.ts';

await runShared('small');
