import type { z } from "zod";
import type { dependencyView, readinessView, rebuildPage, writtenView } from "./schema/views.ts";

export type ReadinessView = z.output<typeof readinessView>;
export type DependencyView = z.output<typeof dependencyView>;
export type WrittenView = z.output<typeof writtenView>;
export type RebuildPage = z.output<typeof rebuildPage>;
