import { describe, expect, it } from "vitest";
import { type Action, authorize, may, mayEver, POLICY } from "./policy.ts";
import { type Actor, ROLES, type Role, type UserActor } from "./types.ts";

const actor = (...roles: Role[]): UserActor => ({
  kind: "user",
  id: "me",
  name: "Me",
  email: "me@example.org",
  roles,
  via: "session",
  sessionId: "s",
  requestId: "r",
});
const engine: Actor = { kind: "system", name: "engine", requestId: "r" };
const actions = Object.keys(POLICY) as Action[];

/** `v s m d a`: viewer, staff, manager, dba, admin. `o`: staff only when it is their own. `e`: the engine. */
const MATRIX: Record<string, string> = {
  "session.read": "v s m d a",
  "session.revoke": "v s m d a",
  "tokens.manage": "s m d a",
  "users.list": "a",
  "users.disable": "a",
  "sessions.revokeOthers": "a",
  "drafts.create": "s m a",
  "drafts.update": "s m a",
  "services.plan": "s m a",
  "services.provision": "s m a",
  "runs.retry": "s m a e",
  "zones.import": "a",
  "records.adopt": "a",
  "records.putRight": "a",
  "records.adoptForeign": "a",
  "records.assign": "a",
  "blockedNames.manage": "a",
  "zones.sync": "s m a e",
  "zones.allow": "m a",
  "runs.cancel": "s m a e",
  "runs.undo": "s m a",
  "runs.confirmStep": "s m d a",
  "runs.execute": "e",
  "items.list": "v s m d a",
  "items.edit": "s m d a",
  "items.readFiles": "s m d a",
  "items.setDue": "m a",
  "items.waive": "m a",
  "audit.read": "m a",
  "templates.read": "v s m d a",
  "templates.edit": "a",
  "checklists.start": "s m d a",
};
const LETTER: Record<Role, string> = { viewer: "v", staff: "s", manager: "m", dba: "d", admin: "a" };

describe("the policy, role by role", () => {
  it.each(Object.entries(MATRIX))("%s is for %s", (action, letters) => {
    const allowed = ROLES.filter((role) => may(actor(role), action as Action).ok).map((role) => LETTER[role]);
    if (may(engine, action as Action).ok) allowed.push("e");
    expect(allowed).toEqual(letters.split(" "));
  });

  it("lets a viewer change nothing but their own session and the records of their own names", () => {
    const reads = /\.(read|list|readLog)$/;
    const changes = actions.filter((action) => mayEver(actor("viewer"), action) && !reads.test(action));
    const own = ["create", "edit", "delete", "renew", "restore", "adopt", "putRight"].map((verb) => `records.${verb}`);
    expect(changes).toEqual(["session.revoke", "session.stopViewing", ...own]);
    for (const action of own) expect(may(actor("viewer"), action as Action, { ownerId: "other" }).ok).toBe(false);
  });

  it("lets a database administrator provision nothing", () => {
    for (const action of ["drafts.create", "services.plan", "services.provision"] as const)
      expect(mayEver(actor("dba"), action)).toBe(false);
  });

  it("lets a database administrator handle only the runs they could have started", () => {
    for (const action of ["runs.retry", "runs.cancel", "runs.undo"] as const) {
      expect(mayEver(actor("dba"), action)).toBe(true);
      expect(may(actor("dba"), action).ok).toBe(false);
      expect(may(actor("dba"), action, { mayStart: false }).ok).toBe(false);
      expect(may(actor("dba"), action, { mayStart: true }).ok).toBe(true);
      expect(may(actor("viewer"), action, { mayStart: true }).ok).toBe(false);
    }
  });

  it.each(actions)("%s is refused to somebody without a role", (action) => {
    expect(may(actor(), action, { ownerId: "me", requestedById: "me" }).ok).toBe(false);
    expect(mayEver(actor(), action)).toBe(false);
  });

  it.each(actions)("%s is allowed to two roles when it is allowed to one of them", (action) => {
    for (const role of ROLES) if (may(actor(role), action).ok) expect(may(actor("viewer", role), action).ok).toBe(true);
  });

  it("lets the engine do only what is the engine's", () => {
    expect(actions.filter((action) => may(engine, action).ok)).toEqual(
      actions.filter((action) => (POLICY[action] as { system?: boolean }).system),
    );
  });
});

describe("an action that depends on the subject", () => {
  it("is for the owner and for administrators, and says why it is not for others", () => {
    expect(may(actor("staff"), "drafts.delete", { ownerId: "me" })).toEqual({ ok: true });
    expect(may(actor("admin"), "drafts.delete", { ownerId: "other" })).toEqual({ ok: true });
    expect(may(actor("staff"), "drafts.delete", { ownerId: "other" })).toEqual({
      ok: false,
      because: "Only who began a draft may throw it away.",
    });
    expect(may(actor("viewer"), "drafts.delete", { ownerId: "me" }).ok).toBe(false);
  });

  it("is for a service's owner only while they are still on the staff", () => {
    const subject = { ownerId: "me", serviceId: "s" };
    expect(may(actor("staff"), "records.edit", subject).ok).toBe(true);
    expect(may(actor("viewer"), "records.edit", subject).ok).toBe(false);
    expect(may(actor("viewer"), "records.edit", { ownerId: "me" }).ok).toBe(true);
    expect(may(actor("manager"), "records.edit", { ownerId: "other", serviceId: "s" }).ok).toBe(false);
  });

  it("is not for anybody when there is no subject", () => {
    expect(may(actor("staff"), "drafts.delete").ok).toBe(false);
    expect(may(actor("staff"), "drafts.delete", { ownerId: null }).ok).toBe(false);
    expect(mayEver(actor("staff"), "drafts.delete")).toBe(true);
  });

  it("authorize throws a 403 that can be shown", () => {
    expect(() => authorize(actor("viewer"), "users.list")).toThrow(
      expect.objectContaining({ status: 403, code: "forbidden", message: "Your role does not include this." }),
    );
    expect(() => authorize(actor("admin"), "users.list")).not.toThrow();
  });
});
