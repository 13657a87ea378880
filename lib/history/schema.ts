import { z } from "zod";

const AuditEventView = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string(),
  detail: z.record(z.string(), z.unknown()),
  requestId: z.string().nullable(),
  /** Position in the hash chain; null for the second until it is sealed. */
  seq: z.string().nullable(),
});

export const AuditPage = z.object({
  events: z.array(AuditEventView),
  /** Give it as `before` for older ones. */
  next: z.string().nullable(),
});
export type AuditPage = z.infer<typeof AuditPage>;

const id = z.string().regex(/^\d{1,19}$/, "is not an id");

export const AuditFilter = z.strictObject({
  before: id.optional(),
  subjectType: z.string().max(40).optional(),
  subjectId: z.string().max(64).optional(),
  actorId: z.uuid().optional(),
});
export type AuditFilter = z.output<typeof AuditFilter>;
