import type { z } from "zod";
import type { boardPage, boardRow, serviceTicks, ticksHealth, tickView } from "./schema.ts";

export type TickView = z.output<typeof tickView>;
export type ServiceTicks = z.output<typeof serviceTicks>;
export type BoardRow = z.output<typeof boardRow>;
export type BoardPage = z.output<typeof boardPage>;
export type TicksHealth = z.output<typeof ticksHealth>;
