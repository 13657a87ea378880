import { z } from "zod";
import { ROLES } from "./types.ts";

/** The reader's own session, as the frame of every page needs it. */
export const SessionView = z.object({
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    username: z.string(),
    roles: z.array(z.enum(ROLES)),
  }),
  via: z.enum(["session", "token"]),
  expiresAt: z.string(),
  /** Actions the reader's roles could allow; the server asks again, about the subject, when they do it. */
  actions: z.array(z.string()),
});
export type SessionView = z.infer<typeof SessionView>;
