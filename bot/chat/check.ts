/** What can be looked at on a platform before it is used. */
export type CheckedThing = 'token' | 'app-token' | 'scopes' | 'intents' | 'chat' | 'commands' | 'connection';

/**
 * One thing that was looked at. `at` is its place in quorate.yaml, such as `bot.telegram.chats[0]`. `good` says what was found
 * there; `bad` what is missing, in the platform's own words and names, so that people find it in its pages.
 */
export type Checked = { readonly at: string; readonly thing: CheckedThing } & (
  | { readonly good: string }
  | { readonly bad: string }
);
