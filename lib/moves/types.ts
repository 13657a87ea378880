import type { z } from "zod";
import type { movePlanView, movesView, moveView } from "./schema/move.ts";

export type MovePlanView = z.output<typeof movePlanView>;
export type MoveView = z.output<typeof moveView>;
export type MovesView = z.output<typeof movesView>;
