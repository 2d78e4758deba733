import type { WorkerRefusal } from '#policies/worker-refusal';
import { changeProblemText } from '../changeset/change-problem.ts';
import { outsideText } from '../outside-text.ts';
import type { NoScript } from './catalogue.ts';
import type { NoScriptPlan } from './plan-script.ts';

/** Most of a reason that people are told (characters). */
const MOST = 500;

/** Why there is no such script to plan, for people. */
export const notFound = (script: string, why: NoScript): WorkerRefusal => {
  switch (why.script) {
    case 'unknown':
      return { no: 'unknown-script', script, known: [...why.known] };
    case 'other-content':
      return { no: 'script-changed', script, path: why.path, sha256: why.sha256 };
    case 'broken': {
      const told = why.complaints.map(({ at, expected }) => `${at}: expected ${expected}`).join('; ');
      return { no: 'script-unusable', script, why: outsideText(told, MOST) };
    }
  }
};

/** Why its rehearsal came to no plan, for people. */
export const notPlanned = (script: string, why: NoScriptPlan): WorkerRefusal => {
  switch (why.plan) {
    case 'not-run': {
      const told = outsideText(`${why.why.replaceAll('-', ' ')} (${why.detail})`, MOST);
      return why.why === 'bad-script'
        ? { no: 'script-unusable', script, why: told }
        : { no: 'no-sandbox', why: told };
    }
    case 'stopped':
      return { no: 'script-stopped', script, by: why.by };
    case 'no-change-set':
      return {
        no: 'script-not-carried-out',
        script,
        why: outsideText(changeProblemText(why.problem), MOST),
      };
  }
};
