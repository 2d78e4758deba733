import { defineConfig } from 'drizzle-kit';

// After `generate`, every `);` that ends a table must become `) STRICT;`: drizzle-kit cannot say it, and db/invariants.ts
// refuses a file without it.
// A default export, because drizzle-kit reads nothing else.
export default defineConfig({
  dialect: 'sqlite',
  schema: ['./db/ledger/schema/*.ts', './db/queue/schema.ts'],
  out: './db/migrations/ledger',
});
