import type { AccountAct } from "#lib/databases/constants.ts";
import { defineChecklist } from "./define-checklist.ts";

/** What a run about a read-only account is compiled from. */
export interface DatabaseAccountRun {
  accountId: string;
  act: AccountAct;
  userName: string;
  /** "pad_notes of pad-notes (production)". */
  database: string;
}

const TITLES: Record<AccountAct, (run: DatabaseAccountRun) => string> = {
  make: ({ userName, database }) => `Let ${userName} read ${database}`,
  rotate: ({ userName, database }) => `Give ${userName} of ${database} a new password`,
  revoke: ({ userName, database }) => `Take ${userName} of ${database} away`,
};

export const titleOf = (run: DatabaseAccountRun): string => TITLES[run.act](run);

/** Somebody who may read one database and change nothing: made, given a new password, or taken away. */
export const DATABASE_ACCOUNT = defineChecklist<DatabaseAccountRun>({
  key: "database-account",
  version: 1,
  title: "Read-only account",
  items: [
    {
      key: "account",
      step: "database.account",
      about: "Make, change or take away the account",
      title: titleOf,
      input: ({ accountId, act }) => ({ accountId, act }),
    },
  ],
});
