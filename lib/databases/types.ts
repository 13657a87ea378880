import type { z } from "zod";
import type { accountList, accountView, madeAccount, reachView } from "./schema/account.ts";

export type AccountView = z.output<typeof accountView>;
export type AccountList = z.output<typeof accountList>;
export type MadeAccount = z.output<typeof madeAccount>;
export type ReachView = z.output<typeof reachView>;
