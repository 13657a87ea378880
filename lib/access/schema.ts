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
  /** Set while an administrator looks through this person's eyes. */
  lookedThroughBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  expiresAt: z.string(),
  /** Actions the reader's roles could allow; the server asks again, about the subject, when they do it. */
  actions: z.array(z.string()),
});
export type SessionView = z.infer<typeof SessionView>;

export const CreateToken = z.strictObject({
  name: z.string().trim().min(1, "needs a name").max(100),
  expiresInDays: z.number().int().min(1).max(365).default(90),
  /** Fewer roles than one's own; left out: all of them. */
  roles: z.array(z.enum(ROLES)).min(1).optional(),
});
export type CreateToken = z.output<typeof CreateToken>;

export const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;

export const UserView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  username: z.string(),
  roles: z.array(z.enum(ROLES)),
  disabled: z.boolean(),
  lastLoginAt: z.string().nullable(),
  /** Sessions open now. */
  sessions: z.number(),
  services: z.number(),
  records: z.number(),
  certificates: z.number(),
});

export type UserView = z.infer<typeof UserView>;

export const UserPage = z.object({
  users: z.array(UserView),
  /** People there are, whatever is searched for. */
  total: z.number(),
  /** Give it as `after` for the next page. */
  next: z.string().nullable(),
});
export type UserPage = z.infer<typeof UserPage>;
