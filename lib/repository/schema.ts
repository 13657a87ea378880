import { z } from "zod";

/** A file's place in the repository: below a folder, nothing hidden, nothing that leads out. */
const repositoryPath = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/, "is not a path in the repository")
  .refine((path) => !path.split("/").includes(".."), "must not hold ..");

const nixModuleSchema = z.object({
  serviceName: z.string().max(40),
  purpose: z.string().max(1000),
  /** Below `services`. */
  module: z.string().max(100),
  /** Of nixpkgs, where it is another than the module's own. */
  package: z.string().max(200).nullable(),
  options: z.array(z.object({ name: z.string().max(200), value: z.string().max(8000) })).max(200),
});
export type NixModule = z.output<typeof nixModuleSchema>;

export const writeInputSchema = z.object({
  path: repositoryPath,
  file: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("nix"), module: nixModuleSchema }),
    z.object({
      kind: z.literal("stack"),
      serviceName: z.string().max(40),
      purpose: z.string().max(1000),
      stackName: z.string().max(80),
      networkName: z.string().max(120),
      /** Input of `swarm.stack`, for as long as it does not run; then what runs is what is written. */
      stack: z.record(z.string(), z.unknown()).nullable(),
    }),
  ]),
  /** Found by plan(): the content that stood there when it was reviewed; null when there was none. */
  seen: z.string().nullable().optional(),
});
export type WriteInput = z.output<typeof writeInputSchema>;

export const checkInputSchema = z.object({ path: repositoryPath });
export type CheckInput = z.output<typeof checkInputSchema>;

export const promoteInputSchema = z.object({
  path: repositoryPath,
  /** Key of the step that checked it. */
  check: z.string().max(100),
});
export type PromoteInput = z.output<typeof promoteInputSchema>;

export const retireInputSchema = z.object({});

/** Output of `repository.check`. */
export const checkedSchema = z.object({ commit: z.string().regex(/^[0-9a-f]{40}$/) });

/** What the ledger keeps of a file. */
export const writtenSchema = z.object({
  path: z.string(),
  /** Id of the content the panel wrote last. */
  blob: z.string().optional(),
  /** Commit on staging that has it. */
  commit: z.string().optional(),
  /** Id of the content that stood there before the panel's first; null: there was none. */
  before: z.string().nullable().optional(),
});
export type Written = z.output<typeof writtenSchema>;

export const repologyParamsSchema = z.object({
  package: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._+:'-]*$/, "is not the name of a project"),
});

const versionSchema = z.object({ version: z.string(), status: z.string() });
/** What the wizard shows of a package. */
export const packageView = z.object({
  project: z.string(),
  known: z.boolean(),
  summary: z.string().nullable(),
  /** Newest version upstream has released, as far as any repository knows. */
  upstream: z.string().nullable(),
  channels: z.array(
    versionSchema.extend({
      /** As NixOS calls it: nixos-25.11. */
      channel: z.string(),
      /** Name in nixpkgs. */
      name: z.string(),
      isCurrent: z.boolean(),
    }),
  ),
  page: z.string(),
});

export const repositoryView = z.object({
  configured: z.boolean(),
  staging: z.string(),
  main: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      commit: z.string().nullable(),
      writtenAt: z.string(),
      runId: z.number().int(),
      stepKey: z.string(),
    }),
  ),
  retired: z.array(z.object({ path: z.string(), at: z.string() })),
});
