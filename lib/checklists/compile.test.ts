import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyStepInputSchema, takeBackupInputSchema, verifyBackupInputSchema } from "#lib/backups/schema/steps.ts";
import { CertificateInput } from "#lib/certificates/steps/issue-input.ts";
import { DnsRecordInput } from "#lib/dns/steps/record-input.ts";
import { routeInputSchema } from "#lib/ingress/schema.ts";
import { MailInput } from "#lib/notifications/steps/mail-input.ts";
import { surveyInput } from "#lib/readiness/schema/steps.ts";
import { checkInputSchema, promoteInputSchema, writeInputSchema } from "#lib/repository/schema.ts";
import { storeInput } from "#lib/secret-stores/schema/steps.ts";
import type { DraftAnswers } from "#lib/services/schema/answers.ts";
import { folderInputSchema } from "#lib/services/steps/folder.ts";
import { secretInputSchema, stackInputSchema } from "#lib/swarm/schema.ts";
import { monitorInputSchema } from "#lib/watching/schema.ts";
import { compileChecklist, hashSteps } from "./compile.ts";
import { defineChecklist } from "./define-checklist.ts";
import { DEPLOY } from "./deploy.ts";
import { hostnamesOf } from "./hostnames.ts";
import { PROVISION } from "./provision.ts";
import { CADDY, compile, contextOf, done, NO_INGRESS, SERVICE } from "./testing/provision-plan.ts";

/** What the steps themselves accept, so that a plan never fails on the shape of its input. */
const INPUTS: Record<string, { parse(input: unknown): unknown }> = {
  "backups.policy": policyStepInputSchema,
  "backups.take": takeBackupInputSchema,
  "backups.verify": verifyBackupInputSchema,
  "certificates.issue": CertificateInput,
  "dns.record": DnsRecordInput,
  "ingress.route": routeInputSchema,
  "notifications.mail": MailInput,
  "readiness.survey": surveyInput,
  "repository.check": checkInputSchema,
  "repository.promote": promoteInputSchema,
  "repository.write": writeInputSchema,
  "secrets.store": storeInput,
  "services.folder": folderInputSchema,
  "swarm.secret": secretInputSchema,
  "swarm.stack": stackInputSchema,
  "watching.monitor": monitorInputSchema,
};

/** Drafts of every kind that the schema accepts. */
const drafts: fc.Arbitrary<DraftAnswers> = fc
  .record({
    database: fc.constantFrom("none", "mariadb", "mysql", "postgresql"),
    filesFolder: fc.boolean(),
    sso: fc.constantFrom("none", "saml", "oidc"),
    method: fc.constantFrom("swarm", "swarm", "nixos"),
    secrets: fc.uniqueArray(fc.stringMatching(/^[a-z]([a-z0-9_]{0,9}[a-z0-9])?$/), { maxLength: 3 }),
    audience: fc.constantFrom("internal", "public"),
    directHostname: fc.boolean(),
    certificate: fc.boolean(),
    extra: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
    monitors: fc.uniqueArray(fc.constantFrom("uptime-kuma", "healthchecks")),
    monitored: fc.boolean(),
    takeFirst: fc.boolean(),
    schedule: fc.constantFrom("hourly", "daily", "weekly", "none"),
    keepDays: fc.integer({ min: 1, max: 3650 }),
    hour: fc.nat(23),
    affects: fc.boolean(),
    ntfy: fc.boolean(),
    health: fc.constantFrom("none", "http", "command"),
  })
  .map((one) => ({
    identity: { affects: one.affects ? [{ service: "billing", note: "writes to its folder" }] : [] },
    placement: {
      method: one.method,
      nixosPackage: "etherpad",
      nixosHost: "app-01",
      healthKind: one.health,
      healthCommand: ["true"],
    },
    data: { database: one.database, filesFolder: one.filesFolder },
    signIn: { sso: one.sso },
    secrets: { others: one.secrets.map((name) => ({ name, purpose: "", source: "generate" })) },
    exposure: {
      audience: one.audience,
      directHostname: one.directHostname,
      certificate: one.certificate,
      extraHostnames: one.extra.map((label) => `${label}.example.org`),
    },
    watching: { monitored: one.monitored, monitors: one.monitors },
    backups: { takeFirst: one.takeFirst, schedule: one.schedule, keepDays: one.keepDays, hour: one.hour },
    notifications: one.ntfy ? { channel: "ntfy", topic: "pads" } : {},
  }));

describe("whatever the answers", () => {
  test("steps are unique, come after what they wait for, and never wait for a skipped one", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const seen = new Map<string, boolean>();
        for (const step of compile(draft)) {
          expect(seen.has(step.key)).toBe(false);
          for (const key of step.dependsOn) expect(seen.get(key)).toBe(true);
          seen.set(step.key, !step.skipReason);
          expect(step.title.length).toBeLessThanOrEqual(200);
          expect(step.key.length).toBeLessThanOrEqual(80);
          expect(step.role !== undefined).toBe(step.name === "manual");
        }
      }),
    );
  });

  test("equal answers compile to equal plans, and any other input to another hash", () => {
    fc.assert(
      fc.property(drafts, drafts, (one, other) => {
        const steps = compile(one);
        expect(compile(structuredClone(one))).toEqual(steps);
        const others = compile(other);
        const equal = JSON.stringify(others) === JSON.stringify(steps);
        expect(Buffer.compare(hashSteps(steps), hashSteps(others)) === 0).toBe(equal);
      }),
    );
  });

  test("every public host name gets a record and, when asked, stands on the certificate", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const context = contextOf(draft);
        const steps = compileChecklist(PROVISION, context).filter((step) => !step.skipReason);
        const names = hostnamesOf(context);
        const records = steps.filter((step) => step.name === "dns.record");
        expect(records.map((step) => step.input.name)).toEqual(names);
        const wantsCertificate = context.answers.exposure.certificate && names.length > 0;
        const certificates = steps.filter((step) => step.name === "certificates.issue");
        expect(certificates.map((step) => step.input.names)).toEqual(wantsCertificate ? [names] : []);
      }),
    );
  });

  test("the mail comes last: after every automated step there is", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const steps = compile(draft).filter((step) => !step.skipReason);
        const byKey = new Map(steps.map((step) => [step.key, step]));
        const before = new Set<string>();
        const visit = (key: string) => {
          for (const next of byKey.get(key)?.dependsOn ?? []) {
            before.add(next);
            visit(next);
          }
        };
        visit("mail");
        const automated = steps.filter((step) => step.name !== "manual" && step.key !== "mail");
        expect(automated.filter((step) => !before.has(step.key))).toEqual([]);
      }),
    );
  });

  test("a swarm service's stack has an input that the step accepts, with every secret it was promised", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const steps = compile(draft);
        const stack = steps.find((step) => step.key === "stack");
        if (stack?.skipReason) return;
        const input = stackInputSchema.parse(stack?.input);
        const created = steps.filter((step) => step.name === "swarm.secret" && !step.skipReason);
        const names = new Set(created.map((step) => step.input.swarmName));
        for (const secret of input.app.secrets) expect(names).toContain(secret.swarmName);
        if (input.database) expect(names).toContain(input.database.rootPasswordSecret);
        expect(input.app.secrets.map((one) => one.fileName)).not.toContain("db_root_pass");
      }),
    );
  });

  test("every step takes the input it is given", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        for (const step of compile(draft).filter((one) => !one.skipReason && one.name !== "manual"))
          INPUTS[step.name]?.parse(step.input);
      }),
    );
    const known = new Set(PROVISION.items.map((item) => item.step));
    known.delete("manual");
    expect([...known].sort()).toEqual(Object.keys(INPUTS));
  });

  test("a skipped item says why", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        for (const step of compile(draft)) if (step.skipReason) expect(step.skipReason).toMatch(/^[A-Z].+\.$/);
      }),
    );
  });
});

test("the smallest service: stack, two records, a certificate, a route, a monitor and a mail", () => {
  expect(done({})).toEqual([
    "stack",
    "ports",
    "record.1",
    "record.2",
    "certificate",
    "route",
    "monitor.panel",
    "monitor-by-hand.uptime-kuma",
    "mail",
  ]);
});

describe("whoever watches it", () => {
  const watched = (draft: DraftAnswers, key: string) => compile(draft).find((step) => step.key === key);
  const both = { monitors: ["uptime-kuma", "healthchecks"] as ("uptime-kuma" | "healthchecks")[] };

  test("is the panel and those it can tell; the others are told by a person", () => {
    const watching = { ...both, checkPath: "/healthz", expectedStatus: 204 };
    expect(watched({ watching }, "monitor.healthchecks")?.input).toEqual({
      ...{ system: "healthchecks", url: "https://pad-notes.example.org/healthz", expectedStatus: 204 },
    });
    expect(watched({ watching }, "monitor.panel")?.input).toMatchObject({ system: "panel" });
    expect(watched({ watching }, "monitor-by-hand.uptime-kuma")?.title).toBe(
      "Add pad-notes to Uptime Kuma: /healthz answers 204",
    );
  });

  test("asks at the published port what has no public name, and a person where there is none", () => {
    const inside = { exposure: { audience: "internal" as const }, watching: both };
    expect(watched(inside, "monitor.panel")?.input).toMatchObject({ url: "http://203.0.113.10:20000/" });
    const nothing = { ...inside, placement: { ports: [] } };
    expect(watched(nothing, "monitor")?.skipReason).toBe("It publishes nothing that a monitor could ask.");
    expect(watched(nothing, "monitor-by-hand.healthchecks")?.skipReason).toBeUndefined();
    expect(watched({ watching: { monitored: false } }, "monitor")?.skipReason).toBe("It is not monitored.");
  });
});

describe("the route at the reverse proxy", () => {
  const routeOf = (draft: DraftAnswers, ingress = CADDY) =>
    compileChecklist(PROVISION, contextOf(draft, ingress)).find((step) => step.key === "route");
  const names = ["pad-notes.example.org", "direct.pad-notes.example.org"];

  test("leads every public name to the published port, with the certificate", () => {
    expect(routeOf({})).toMatchObject({
      title: "Let Caddy answer pad-notes.example.org and direct.pad-notes.example.org",
      dependsOn: ["certificate"],
      input: {
        kind: "caddy",
        routeId: `${SERVICE}-production`,
        hostnames: names,
        upstreamHost: "203.0.113.10",
        upstreamPort: 20_000,
        certificateNames: names,
      },
    });
  });

  test("waits for the records where no certificate was asked for", () => {
    const route = routeOf({ exposure: { certificate: false } });
    expect(route).toMatchObject({ dependsOn: ["record.1", "record.2"], input: { certificateNames: null } });
  });

  test("passes over a port that a database listens on, and one that is not published", () => {
    const port = { publish: "automatic", published: null, protocol: "tcp", purpose: "x" };
    const ports = [
      { ...port, container: 9000, publish: "internal" },
      { ...port, container: 8080 },
    ];
    expect(routeOf({ placement: { ports } })?.input.upstreamPort).toBe(20_001);
  });

  test("is left out, with the reason, where there is none to route to or through", () => {
    expect(routeOf({}, NO_INGRESS)?.skipReason).toContain("looks after no reverse proxy");
    expect(routeOf({ exposure: { audience: "internal" } })?.skipReason).toContain("not exposed");
    expect(routeOf({ placement: { ports: [] } })?.skipReason).toBe("It publishes no port for web pages.");
  });
});

test("a database brings its secrets before the stack and its backup after it", () => {
  const steps = compile({ data: { database: "mariadb" } });
  const step = (key: string) => steps.find((one) => one.key === key);
  expect(step("stack")?.dependsOn).toEqual(["database-secret.db_pass", "database-secret.db_root_pass"]);
  expect(step("policy.database")?.dependsOn).toEqual(["stack"]);
  expect(step("backup.database")?.dependsOn).toEqual(["policy.database"]);
  expect(step("proof.database")?.dependsOn).toEqual(["backup.database"]);
  expect(step("database-secret.db_pass")?.input).toEqual({
    swarmName: "services.pad-notes.db_pass",
    secretName: "services.pad-notes.db_pass",
    source: "generate",
  });
  expect(step("mail")?.dependsOn).toEqual([
    "secret-store.db_pass",
    "secret-store.db_root_pass",
    "ports",
    "proof.database",
    "monitor.panel",
  ]);
});

describe("the configuration repository", () => {
  const NIXOS = { method: "nixos", nixosPackage: "etherpad-lite", nixosModule: "etherpad", nixosHost: "app-01" };
  const repository = { nixDir: "services", stacksDir: "stacks" };
  const keptOf = (draft: DraftAnswers) =>
    compileChecklist(PROVISION, { ...contextOf(draft), repository }).filter((step) => !step.skipReason);

  test("gets a NixOS module, which is built and on main before a person sees that it runs", () => {
    const kept = keptOf({ placement: NIXOS, data: { database: "mariadb" } });
    expect(kept.some((step) => step.name.startsWith("swarm."))).toBe(false);
    expect(kept.map((step) => step.key)).toEqual(
      expect.arrayContaining(["config-file", "config-check", "config-main", "nixos-deploy", "database-backup"]),
    );
    expect(kept.find((step) => step.key === "nixos-deploy")?.dependsOn).toEqual(["config-main"]);
    expect(kept.find((step) => step.key === "record.1")?.dependsOn).toEqual(["nixos-deploy"]);
    const { input } = kept.find((step) => step.key === "config-file") ?? {};
    expect(writeInputSchema.parse(input)).toMatchObject({
      path: "services/app-01/pad-notes.nix",
      file: { kind: "nix", module: { module: "etherpad", package: "etherpad-lite" } },
    });
  });

  test("gets a stack's file once the stack runs", () => {
    const kept = keptOf({});
    const file = kept.find((step) => step.key === "config-file");
    expect(file?.dependsOn).toEqual(["stack"]);
    expect(writeInputSchema.parse(file?.input)).toMatchObject({
      path: "stacks/pad-notes/production.yml",
      file: { kind: "stack", stackName: "pad-notes-production" },
    });
    expect(kept.some((step) => step.key === "nixos-deploy")).toBe(false);
  });

  test("is a person's affair where there is none", () => {
    const steps = compile({ placement: NIXOS });
    expect(steps.find((step) => step.key === "config-main")?.skipReason).toMatch(/no configuration repository/);
    const byHand = steps.find((step) => step.key === "nixos-deploy");
    expect(byHand?.title).toBe("Write, build and deploy the NixOS module of pad-notes by hand");
    expect(byHand?.instructions).toMatch(/Compare etherpad-lite in nixos-unstable with upstream/);
  });
});

test("an internal service's published ports are kept out at the firewall", () => {
  const steps = compile({ exposure: { audience: "internal" } });
  expect(steps.find((step) => step.key === "firewall")?.title).toBe("Keep tcp 20000 out at the firewall");
  expect(done({ exposure: { audience: "internal" } })).not.toContain("record.1");
});

test("nothing starts early because something between was skipped", () => {
  const steps = compile({
    identity: { affects: [{ service: "billing", note: "shares its folder" }] },
    exposure: { audience: "internal", certificate: false },
  });
  expect(steps.find((step) => step.key === "firewall")?.dependsOn).toEqual(["stack"]);
  expect(steps.find((step) => step.key === "stack")?.dependsOn).toEqual(["impact"]);
});

test("a step waits directly for what it reads, whatever stands between them", () => {
  const item = (key: string, more: { dependsOn?: string[]; reads?: string[] } = {}) => ({
    ...{ key, step: "x", about: key, title: () => key },
    ...more,
  });
  const steps = compileChecklist(
    defineChecklist({
      ...{ key: "x", version: 1, title: "X" },
      items: [
        item("look"),
        item("between", { dependsOn: ["look"] }),
        item("act", { dependsOn: ["look", "between"], reads: ["look"] }),
        item("tell", { dependsOn: ["look", "act"] }),
      ],
    }),
    null,
  );
  expect(steps.find(({ key }) => key === "act")?.dependsOn).toEqual(["look", "between"]);
  expect(steps.find(({ key }) => key === "tell")?.dependsOn).toEqual(["act"]);
});

test("a release reads what was checked and what was proven, also with secrets and monitors between", () => {
  const run = {
    ...{
      deploymentId: "x",
      label: "release 5",
      migrations: ["0001"],
      policy: "database",
      appService: "a_app",
      soakS: 1,
    },
    secrets: [{ name: "db_pass", fullName: "services.a.db_pass", version: 1 }],
  };
  const steps = compileChecklist(DEPLOY, run);
  const waits = (key: string) => steps.find((step) => step.key === key)?.dependsOn;
  expect(waits("migrate")).toEqual(expect.arrayContaining(["check", "proof"]));
  expect(waits("rollout")).toContain("check");
});

test("a checklist cannot be written with a circle or an unknown dependency", () => {
  interface Item {
    dependsOn: string[];
    reads?: string[];
  }
  const item = (key: string, ...dependsOn: string[]) => ({
    key,
    step: "manual",
    about: key,
    dependsOn,
    title: () => key,
  });
  const write =
    (...items: (Omit<ReturnType<typeof item>, "dependsOn"> & Item)[]) =>
    () =>
      defineChecklist({ key: "x", version: 1, title: "X", items });
  expect(write(item("a", "b"), item("b", "a"))).toThrow("a waits for b, which is not declared above it");
  expect(write(item("a", "a"))).toThrow("a waits for a");
  expect(write(item("a"), item("a"))).toThrow("declared twice");
  expect(write(item("a"), { ...item("b"), reads: ["a"] })).toThrow("b reads a, for which it does not wait");
});
