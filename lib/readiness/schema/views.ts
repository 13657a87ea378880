import { z } from "zod";
import { MANAGERS, WRITTEN_KINDS } from "../constants.ts";

const managerKeys = Object.keys(MANAGERS) as [keyof typeof MANAGERS];

const portView = z.object({
  environment: z.string(),
  part: z.string(),
  port: z.number(),
  protocol: z.enum(["tcp", "udp"]),
  purpose: z.string(),
  addresses: z.array(z.string()),
  published: z.number().nullable(),
  guarded: z.string().nullable(),
  state: z.enum(["ok", "undeclared", "silent", "exposed", "local"]),
  /** Null: it is as it should be. */
  problem: z.string().nullable(),
});

const debianView = z.object({
  /** Null: Debian has none that Repology knows of. */
  package: z.string().nullable(),
  /** "debian_12 1.4.2", newest release first. */
  versions: z.array(z.string()),
  lookedAt: z.string(),
});

export const dependencyView = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  manager: z.enum(managerKeys),
  path: z.string().nullable(),
  /** What Debian would call it; a guess by its naming. */
  guess: z.string(),
  debian: debianView.nullable(),
});

export const writtenView = z.object({
  id: z.string(),
  kind: z.enum(WRITTEN_KINDS),
  name: z.string(),
  note: z.string(),
  by: z.string().nullable(),
  at: z.string(),
});

const surveyView = z.object({
  environment: z.string(),
  /** Null: nobody has looked yet. */
  at: z.string().nullable(),
  images: z.record(z.string(), z.string()),
  /** Tasks on nodes the panel does not look into. */
  elsewhere: z.number(),
  unreadable: z.array(z.string()),
  run: z.object({ id: z.number(), state: z.string() }).nullable(),
});

export const readinessView = z.object({
  surveys: z.array(surveyView),
  ports: z.array(portView),
  /** Published ports that the firewall has to keep out, in words. */
  firewall: z.array(z.string()),
  dependencies: z.array(dependencyView),
  packages: z.array(z.object({ name: z.string(), version: z.string(), manager: z.string() })),
  changedFiles: z.array(z.object({ path: z.string(), act: z.string() })),
  written: z.array(writtenView),
  mayLook: z.boolean(),
  mayWrite: z.boolean(),
});

export const newDocumentSchema = z.strictObject({
  kind: z.enum(WRITTEN_KINDS),
  name: z
    .string()
    .trim()
    .min(1, "Write it down.")
    .max(255, "Use 255 characters at most.")
    .refine((name) => !name.includes("\n"), "Use one line; the rest goes below."),
  note: z.string().trim().max(10_000, "Use 10,000 characters at most.").default(""),
});
export type NewDocument = z.output<typeof newDocumentSchema>;

export const surveySchema = z.strictObject({ environment: z.string().min(1).max(20) });
export const startedSurvey = z.object({ runId: z.number() });
export const rebuildPage = z.object({ fileName: z.string(), markdown: z.string() });
