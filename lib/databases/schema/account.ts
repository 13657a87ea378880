import { z } from "zod";
import { ACCOUNT_ACTS, ACCOUNT_STATES } from "../constants.ts";

const ENVIRONMENT = z.string().min(1).max(20);

export const newAccountSchema = z.strictObject({
  environment: ENVIRONMENT,
  purpose: z
    .string()
    .trim()
    .min(3, "Say what reads with it, such as “Grafana”.")
    .max(200, "Use 200 characters at most."),
});
export type NewAccount = z.output<typeof newAccountSchema>;

export const accountStepInput = z.object({ accountId: z.uuid(), act: z.enum(ACCOUNT_ACTS) });
export type AccountStepInput = z.output<typeof accountStepInput>;

export const accountView = z.object({
  id: z.string(),
  environment: z.string(),
  userName: z.string(),
  purpose: z.string(),
  state: z.enum(ACCOUNT_STATES),
  error: z.string().nullable(),
  requestedBy: z.string(),
  runId: z.number().nullable(),
  createdAt: z.string(),
  rotatedAt: z.string().nullable(),
});

/** How a program in the stack's network signs in. */
export const reachView = z.object({
  environment: z.string(),
  engine: z.enum(["mariadb", "mysql", "postgresql"]),
  host: z.string(),
  port: z.number(),
  database: z.string(),
  network: z.string(),
});

export const accountList = z.object({
  accounts: z.array(accountView),
  databases: z.array(reachView),
  mayManage: z.boolean(),
});

/** `password`: shown this once. The panel forgets it as soon as the database knows it. */
export const madeAccount = z.object({ account: accountView, password: z.string(), runId: z.number() });
export const startedAccount = z.object({ runId: z.number() });
