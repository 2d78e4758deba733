/** One defect of other approval tools as the list of requirements names it, and the title of the test that is the sentence now true. */
export type Defect = { readonly defect: string; readonly test: string };

/** Every defect of section D of the requirements, in their order; where they name several in one breath, each by itself. */
export const DEFECTS: readonly Defect[] = [
  {
    defect: 'the approver is never identified',
    test: 'an approver is a known person: an account that is linked to nobody approves nothing and is told why',
  },
  {
    defect: 'the count is shown but not enforced',
    test: 'the count that is shown is the count that is enforced',
  },
  { defect: 'a member of two groups fills two slots', test: 'a member of two groups fills one slot' },
  {
    defect: 'greedy slot filling refuses a valid pair',
    test: 'two people who can fill both slots between them are enough, whoever agreed first',
  },
  {
    defect: 'the requester approves through a second account',
    test: 'the requester does not approve through an account that they linked later',
  },
  { defect: 'approval survives a new plan', test: 'an approval does not survive a new plan' },
  {
    defect: 'approval given while a plan is still running',
    test: 'an approval given while a plan is still being made counts for no plan',
  },
  {
    defect: 'parameters rebuilt from the button',
    test: 'what runs is the plan that was shown, whatever a button carries',
  },
  { defect: 'a truncated diff gets approved', test: 'a truncated diff is never approved' },
  { defect: 'expiry computed but not checked at the vote', test: 'expiry is checked at the vote' },
  { defect: 'expiry not checked at the start', test: 'expiry is checked at the start' },
  {
    defect: 'an approver demoted after the vote still counts',
    test: 'an approver demoted before the start no longer counts',
  },
  {
    defect: 'approval granted though the audit write failed',
    test: 'an approval is not granted when its audit record cannot be written',
  },
  {
    defect: 'action run although the audit was down',
    test: 'what was agreed to does not run while the audit is down, and runs when it is back',
  },
  { defect: 'a double click runs twice', test: 'a double click is answered twice and counted once' },
  { defect: 'a redelivered update runs twice', test: 'a redelivered press is counted and run once' },
  { defect: 'replay after a restart', test: 'an old press replayed after a restart changes nothing' },
  {
    defect: 'taps lost around a restart',
    test: 'a press made while the bot was down, going down or coming up is taken up once',
  },
  {
    defect: 'the callback path skips the sender check',
    test: 'a press is checked for who pressed, whatever the button, as a line is for who said it',
  },
  {
    defect: 'a forwarded card approves',
    test: 'a forwarded card approves nothing, wherever it was forwarded to',
  },
  {
    defect: 'an anonymous admin approves',
    test: 'an anonymous admin approves nothing, for nobody knows which of them it is',
  },
  { defect: 'a channel post approves', test: 'a post in the name of a channel approves nothing' },
  {
    defect: 'another workspace’s user approves',
    test: 'somebody of another workspace approves nothing, whatever they press or type',
  },
  {
    defect: 'a guest of the workspace approves',
    test: 'a guest of the workspace approves nothing, whether of one channel or of several',
  },
  {
    defect: 'a workflow approves',
    test: 'a workflow and a webhook of the workspace approve nothing, in whoever’s name they write',
  },
  {
    defect: 'an application that somebody installed for themselves approves elsewhere',
    test: 'who installed the application for themselves approves nothing with it',
  },
  {
    defect: 'another server’s member approves',
    test: 'what comes from another server approves nothing, although its sender is an admin here',
  },
  {
    defect: 'a copy of a card under somebody else’s name approves',
    test: 'a bot and a webhook of the server approve nothing, with a real token on a copy of the card',
  },
  {
    defect: 'a bot approves',
    test: 'a bot approves nothing, and neither does what a person sends through one',
  },
  {
    defect: 'a webhook approves',
    test: 'a webhook approves nothing: one that was set is taken away, and none is ever asked for',
  },
  {
    defect: 'a name or e-mail equal to somebody else’s counts',
    test: 'a name or user name equal to an admin’s counts for nothing',
  },
  { defect: 'a card whose buttons stay after the decision', test: 'buttons go when the decision is made' },
  { defect: 'an edit failure changes the verdict', test: 'an edit that fails does not change the verdict' },
  { defect: 'a stale click gets no answer', test: 'a late press is answered privately and recorded' },
  {
    defect: 'a window past midnight',
    test: 'a window past midnight is open on both sides of it, and closed before and after',
  },
  {
    defect: 'a window over a DST change in spring',
    test: 'a window over the night that skips an hour closes when the clock on the wall says so',
  },
  {
    defect: 'a window over a DST change in autumn',
    test: 'a window over the night with an hour more stays open for that hour, and opens by the new time the next day',
  },
  {
    defect: 'an impossible quorum is asked for',
    test: 'an approval that nobody could give is never asked for',
  },
  {
    defect: 'loosening the rules by the person they bind',
    test: 'loosening the rules by the person they bind is not possible',
  },
  {
    defect: 'a tag that anyone can edit loosens a rule',
    test: 'a tag that anybody can edit never loosens a rule',
  },
  {
    defect: 'actor read from the environment',
    test: 'who acts is never read from the environment',
  },
  {
    defect: 'unknown outcome reported as success',
    test: 'an unknown outcome is shown as unknown, never as success, and nothing leads back to running',
  },
  { defect: 'a failed plan replayed', test: 'a failed plan is not run again' },
  {
    defect: 'a link scanner approves by GET',
    test: 'no link approves anything: no card carries one, and the process listens at no port',
  },
  {
    defect: 'two pollers with one token',
    test: 'two pollers with one token: a press is neither lost nor counted twice, and the log says that there is another',
  },
];
