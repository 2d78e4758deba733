import type { ChangeEvent } from '#policies/change/event';
import type { Json } from '#policies/json';

/** What can be in the audit. `change.*` follows the events of a change's life. */
export type AuditKind =
  | 'change.opened'
  | `change.${ChangeEvent['type']}`
  | 'plan.missing'
  | 'vote.counted'
  | 'vote.refused'
  | 'click.refused'
  | 'command.refused'
  | 'command.broken'
  | 'request.refused'
  | 'read.sensitive'
  | 'ticket.signed'
  | 'ticket.refused'
  | 'job.claimed'
  | 'job.refused'
  | 'step.begun'
  | 'step.done'
  | 'step.failed'
  | 'file.changed'
  | 'command.run'
  | 'execution.begun'
  | 'execution.done'
  | 'execution.verified'
  | 'execution.kept'
  | 'execution.reverting'
  | 'execution.late'
  | 'execution.unknown'
  | 'choice.refused'
  | 'report.forged'
  | 'report.late'
  | 'look.asked'
  | 'person.added'
  | 'person.changed'
  | 'person.disabled'
  | 'account.linked'
  | 'account.unlinked'
  | 'link.code-issued'
  | 'link.offered'
  | 'stranger.counted'
  | 'chat.moved'
  | 'rules.in-force'
  | 'rules.waiting'
  | 'rules.broken'
  | 'review.written'
  | 'review.reminded'
  | 'freeze.called'
  | 'mode.set'
  | 'factor.enrolled'
  | 'factor.removed'
  | 'code.sent'
  | 'code.judged'
  | 'code.answered'
  | 'freeze.lifted'
  | 'config.loaded'
  | 'bot.started'
  | 'worker.started'
  | 'worker.enrolled'
  | 'worker.seen'
  | 'audit.exported'
  | 'chain.quoted';

/** Who did it: a person through an account in a chat, an account nobody is linked to, a worker, the shell, or Quorate itself. */
export type AuditActor =
  | { readonly person: string; readonly account?: string; readonly chat?: string }
  | { readonly account: string; readonly chat?: string }
  | { readonly worker: string }
  | { readonly cli: string }
  | { readonly system: string };

/** One thing to remember. `target` as `site/101`, `change` by id; `facts` hold no secret, only masked or hashed ones. */
export type AuditEvent = {
  readonly kind: AuditKind;
  readonly actor: AuditActor;
  readonly target?: string;
  readonly change?: string;
  readonly facts: { readonly [name: string]: Json };
};
