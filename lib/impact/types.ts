import type { z } from "zod";
import type { DependencyKind } from "./constants.ts";
import type { draftImpact, impactView, saveDependenciesSchema } from "./schema.ts";

export type DraftImpact = z.output<typeof draftImpact>;
export type ImpactView = z.output<typeof impactView>;
export type SaveDependencies = z.output<typeof saveDependenciesSchema>;

/** One service needs another. */
export interface Edge {
  /** The one that needs. */
  fromId: string;
  /** The one that is needed. */
  toId: string;
  kind: DependencyKind;
  /** What for, or how the panel can tell. */
  reason: string;
  /** declared: somebody wrote it down; seen: the panel reads it from settings and names. */
  source: "declared" | "seen";
}

/** A service as the search for what leans on what sees it. */
export interface Leaning {
  id: string;
  name: string;
  hostnames: readonly string[];
  /** What the settings of its environments say, by variable. */
  env: readonly { name: string; value: string }[];
}

/** Names by which a service is found in another's settings. */
export interface Findable {
  id: string;
  name: string;
  hostnames: readonly string[];
  folders: readonly string[];
  stackNames: readonly string[];
}
