export const ROLES = ["viewer", "staff", "manager", "dba", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. Every query and command takes one; `system` is the engine itself. */
export type Actor =
  | {
      kind: "user";
      id: string;
      name: string;
      email: string;
      roles: readonly Role[];
      /** The session or token that speaks for them, for the audit record. */
      via: "session" | "token";
      sessionId: string;
      requestId: string;
      /** The administrator who looks through this person's eyes, and may change nothing meanwhile. */
      lookedThroughBy?: { id: string; name: string };
    }
  | { kind: "system"; name: string; requestId: string };

/** A person, through a session or a token of theirs: what every HTTP handler gets. */
export type UserActor = Extract<Actor, { kind: "user" }>;
