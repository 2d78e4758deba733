/** What the whole product does, driven through chat events: most of the time is spent waiting. */
import { runShared } from '../run-shared.ts';

await runShared('conformance');
