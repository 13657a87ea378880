import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { needsUpdate } from "./compare-spec.ts";
import { LABELS } from "./names.ts";
import { assertSafeSpec } from "./safety.ts";
import { type StackInput, stackInputSchema } from "./schema.ts";
import { buildStack, type StackFacts } from "./stack-spec.ts";

const slug = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const port = fc.integer({ min: 1, max: 65535 });
const file = fc.stringMatching(/^[a-z]([a-z0-9_]{0,9}[a-z0-9])?$/);
const timing = { intervalS: port, timeoutS: port, retries: fc.integer({ min: 1, max: 9 }), startPeriodS: port };

const app = (service: string) =>
  fc.record({
    image: fc.constant("registry:5000/app:1"),
    replicas: fc.integer({ min: 0, max: 9 }),
    env: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.string(), { noNullPrototype: true }),
    secrets: fc
      .uniqueArray(file, { maxLength: 4 })
      .map((names) => names.map((fileName) => ({ swarmName: `services.${service}.${fileName}`, fileName }))),
    ports: fc.array(fc.record({ target: port, published: port, protocol: fc.constantFrom("tcp", "udp") }), {
      maxLength: 3,
    }),
    mounts: fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant("folder"),
          source: fc.constant(`/srv/${service}`),
          target: fc.constant("/data"),
          readOnly: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant("volume"),
          source: fc.constant(`${service}_files`),
          target: fc.constant("/files"),
          readOnly: fc.boolean(),
        }),
      ),
      { maxLength: 2 },
    ),
    healthCheck: fc.option(
      fc.oneof(
        fc.record({ kind: fc.constant("http"), path: fc.constant("/healthz"), port, ...timing }),
        fc.record({
          kind: fc.constant("command"),
          argv: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
          ...timing,
        }),
      ),
    ),
    cpus: fc.option(fc.constantFrom(0.25, 1, 4)),
    memoryMb: fc.option(fc.integer({ min: 6, max: 4096 })),
    placement: fc.record({
      nodeLabel: fc.constantFrom(undefined, "disk=ssd"),
      hostname: fc.constantFrom(undefined, "node-1"),
    }),
  });

const database = (service: string) =>
  fc.record({
    engine: fc.constantFrom("mariadb", "mysql", "postgresql"),
    image: fc.constant("registry:5000/db:1"),
    volumeName: fc.constant(`${service}_db`),
    databaseName: fc.constant("notes"),
    userName: fc.constant("notes"),
    passwordSecret: fc.constant(`services.${service}.db_pass`),
    rootPasswordSecret: fc.constant(`services.${service}.db_root_pass`),
    memoryMb: fc.option(fc.integer({ min: 64, max: 4096 })),
  });

const stack: fc.Arbitrary<StackInput> = slug
  .chain((service) =>
    fc.record({
      stackName: fc.constant(`${service}-production`),
      serviceName: fc.constant(service),
      environment: fc.constant("production"),
      networkName: fc.constant(`${service}-production_default`),
      app: app(service),
      database: fc.option(database(service)),
    }),
  )
  .map((input) => {
    const clamp = input.app.healthCheck;
    const limit = (seconds: number) => Math.min(seconds, 3600);
    const healthCheck = clamp && {
      ...clamp,
      intervalS: limit(clamp.intervalS),
      timeoutS: limit(clamp.timeoutS),
      startPeriodS: limit(clamp.startPeriodS),
    };
    return stackInputSchema.parse({ ...input, app: { ...input.app, healthCheck } });
  });

const factsFor = (input: StackInput, more: Partial<StackFacts> = {}): StackFacts => {
  const names = input.app.secrets.map((secret) => secret.swarmName);
  if (input.database) names.push(input.database.passwordSecret, input.database.rootPasswordSecret);
  return {
    networkId: "net1",
    secrets: new Map(names.map((name) => [name, { id: `id-${name}`, name }])),
    publishMode: "ingress",
    endpointMode: "vip",
    stepId: 1,
    ...more,
  };
};

/** As Docker would give it back. */
const asPresent = (spec: ServiceSpec) => ({
  ID: "s1",
  Version: { Index: 1 },
  UpdatedAt: "",
  Spec: JSON.parse(JSON.stringify({ ...spec, Labels: spec.Labels, Mode: spec.Mode })),
});

describe("buildStack", () => {
  test("is safe, complete and the same every time, whatever the answers", () => {
    fc.assert(
      fc.property(stack, (input) => {
        const specs = buildStack(input, factsFor(input));
        expect(specs).toEqual(buildStack(structuredClone(input), factsFor(input)));
        expect(specs.map((spec) => spec.Name)).toEqual([
          ...(input.database ? [`${input.stackName}_db`] : []),
          `${input.stackName}_app`,
        ]);
        for (const spec of specs) {
          assertSafeSpec(spec, { serviceFolder: `/srv/${input.serviceName}`, networkId: "net1" });
          expect(spec.UpdateConfig?.FailureAction).toBe("rollback");
          expect(spec.Labels).toMatchObject({
            "com.docker.stack.namespace": input.stackName,
            "seaworthy.service": input.serviceName,
            "seaworthy.environment": "production",
            "seaworthy.step": "1",
          });
          expect(needsUpdate(asPresent(spec), spec)).toBe(false);
        }
      }),
    );
  });

  test("no secret's content is ever in a spec, only its name and id", () => {
    fc.assert(
      fc.property(stack, (input) => {
        const text = JSON.stringify(buildStack(input, factsFor(input)));
        if (input.database) expect(text).not.toMatch(/(ROOT_)?PASSWORD=/);
      }),
    );
  });

  test("another step does not make another spec, another answer does", () => {
    fc.assert(
      fc.property(stack, (input) => {
        const [one] = buildStack(input, factsFor(input)).slice(-1);
        const [other] = buildStack(input, factsFor(input, { stepId: 2 })).slice(-1);
        expect(other?.Labels[LABELS.spec]).toBe(one?.Labels[LABELS.spec]);
        const changed = { ...input, app: { ...input.app, replicas: input.app.replicas + 1 } };
        const [more] = buildStack(changed, factsFor(input)).slice(-1);
        if (one && more && other) {
          expect(needsUpdate(asPresent(one), other)).toBe(false);
          expect(needsUpdate(asPresent(one), more)).toBe(true);
        }
      }),
    );
  });

  test("two tasks never write one folder at once, nor want one port of a node", () => {
    fc.assert(
      fc.property(stack, fc.constantFrom("host", "ingress"), (input, publishMode) => {
        const [spec] = buildStack(input, factsFor(input, { publishMode })).slice(-1);
        const shares =
          input.app.mounts.some((mount) => !mount.readOnly) || (publishMode === "host" && input.app.ports.length > 0);
        expect(spec?.UpdateConfig?.Order).toBe(shares ? "stop-first" : "start-first");
      }),
    );
  });
});

describe("assertSafeSpec", () => {
  const [base] = buildStack(
    stackInputSchema.parse({
      stackName: "pad-production",
      serviceName: "pad",
      environment: "production",
      networkName: "pad_default",
      app: {
        image: "app:1",
        replicas: 1,
        env: {},
        secrets: [],
        ports: [],
        mounts: [],
        healthCheck: null,
        cpus: null,
        memoryMb: null,
        placement: {},
      },
      database: null,
    }),
    { networkId: "net1", secrets: new Map(), publishMode: "ingress", endpointMode: "vip", stepId: 1 },
  );
  const withContainer = (more: object): ServiceSpec => {
    const spec = structuredClone(base) as ServiceSpec & { TaskTemplate: { ContainerSpec: object } };
    Object.assign(spec.TaskTemplate.ContainerSpec, more);
    return spec;
  };
  const bind = (Source: string, more = {}) =>
    withContainer({ Mounts: [{ Type: "bind", Source, Target: "/x", ...more }] });
  const allowed = { serviceFolder: "/srv/pad", networkId: "net1" };

  test.each([
    ["the root", bind("/")],
    ["the Docker socket", bind("/var/run/docker.sock")],
    ["a sibling's folder", bind("/srv/pad-other")],
    ["a way up", bind("/srv/pad/../other")],
    ["propagation", bind("/srv/pad", { BindOptions: { Propagation: "rshared" } })],
    [
      "a volume that is a bind mount",
      withContainer({
        Mounts: [
          {
            Type: "volume",
            Source: "x1",
            Target: "/x",
            VolumeOptions: { DriverConfig: { Name: "local", Options: { type: "none", o: "bind", device: "/" } } },
          },
        ],
      }),
    ],
    ["a pipe", withContainer({ Mounts: [{ Type: "npipe", Source: "x1", Target: "/x" }] })],
    ["a capability", withContainer({ CapabilityAdd: ["CAP_SYS_ADMIN"] })],
    ["kernel settings", withContainer({ Sysctls: { "kernel.x": "1" } })],
    ["privileges", withContainer({ Privileges: { SELinuxContext: { Disable: true } } })],
    [
      "another network",
      {
        ...structuredClone(base),
        TaskTemplate: { ...structuredClone(base)?.TaskTemplate, Networks: [{ Target: "host" }] },
      } as ServiceSpec,
    ],
    ["a plugin", { ...structuredClone(base), TaskTemplate: { Runtime: "plugin", PluginSpec: {} } } as ServiceSpec],
  ])("refuses %s", (_what, spec) => {
    expect(() => assertSafeSpec(spec, allowed)).toThrow(expect.objectContaining({ code: "stack.unsafe" }));
  });

  test("lets a service have what is its own", () => {
    expect(() => assertSafeSpec(bind("/srv/pad/files"), allowed)).not.toThrow();
    expect(() => assertSafeSpec(bind("/srv/pad"), allowed)).not.toThrow();
  });
});
