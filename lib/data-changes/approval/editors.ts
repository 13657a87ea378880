import { z } from "zod";

const schema = z.array(z.string());

/** Everybody who wrote on it, as it is kept. */
export const readEditors = (stored: unknown): string[] => schema.safeParse(stored).data ?? [];
