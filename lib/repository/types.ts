import type { z } from "zod";
import type { packageView, repositoryView } from "./schema.ts";

export type PackageView = z.output<typeof packageView>;
export type RepositoryView = z.output<typeof repositoryView>;

/** Where the configuration repository keeps what. */
export interface RepositoryPlace {
  nixDir: string;
  stacksDir: string;
}
