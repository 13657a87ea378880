import { z } from "zod";
import { DATA_CHANGE_STATES } from "../constants.ts";
import { previewSchema, resultSchema } from "./counts.ts";

const person = z.object({ id: z.string(), name: z.string() });

export const dataChangeRow = z.object({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  title: z.string(),
  state: z.enum(DATA_CHANGE_STATES),
  requestedBy: person,
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  /** The reader is one who may do what it waits for. */
  waitsForMe: z.boolean(),
});

export const dataChangePage = z.object({
  rows: z.array(dataChangeRow),
  next: z.string().nullable(),
});

/** What the reader may do now; the server asks again when they do it. null: they may. */
const whyNot = z.string().nullable();

export const dataChangeView = dataChangeRow.extend({
  cause: z.string(),
  problem: z.string(),
  procedure: z.string(),
  success: z.string(),
  statements: z.string(),
  engine: z.enum(["mariadb", "mysql", "postgresql"]).nullable(),
  database: z.string().nullable(),
  seal: z.string(),
  version: z.number(),
  editors: z.array(person),
  decidedBy: person.nullable(),
  decidedAt: z.string().nullable(),
  decisionComment: z.string().nullable(),
  expiresAt: z.string().nullable(),
  preview: previewSchema.omit({ seal: true, byId: true }).nullable(),
  previewedBy: person.nullable(),
  previewedAt: z.string().nullable(),
  previewRunId: z.number().nullable(),
  isPreviewing: z.boolean(),
  carriedOutBy: person.nullable(),
  runId: z.number().nullable(),
  result: resultSchema.nullable(),
  expected: z.string().nullable(),
  happened: z.string().nullable(),
  reportedBy: person.nullable(),
  may: z.object({
    edit: whyNot,
    propose: whyNot,
    approve: whyNot,
    preview: whyNot,
    carryOut: whyNot,
    report: whyNot,
    cancel: whyNot,
  }),
});

/** Databases that a data change may be written for. */
export const dataChangeChoices = z.object({
  databases: z.array(
    z.object({
      service: z.string(),
      environment: z.string(),
      engine: z.enum(["mariadb", "mysql", "postgresql"]),
      database: z.string(),
    }),
  ),
});

export const startedDataChange = z.object({ runId: z.number() });
