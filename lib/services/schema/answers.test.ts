import { describe, expect, test } from "vitest";
import { GROUP_KEYS } from "../constants.ts";
import {
  ANSWER_GROUPS,
  answersSchema,
  checkGroup,
  type DraftAnswers,
  fieldErrors,
  fillAnswers,
  GROUPS,
} from "./answers.ts";

const SMALLEST: DraftAnswers = {
  identity: { name: "pad-notes", purpose: "Shared notes", ownerId: "someone" },
  placement: { image: "demo/web:1" },
};

const problemsOf = (draft: DraftAnswers) => {
  const result = answersSchema.safeParse(fillAnswers(draft));
  return result.success ? {} : fieldErrors(result.error);
};
const withPlacement = (placement: Record<string, unknown>) =>
  problemsOf({ ...SMALLEST, placement: { image: "demo/web:1", ...placement } });

test("a name, a purpose, an owner and an image are enough: the defaults are right for the rest", () => {
  expect(problemsOf(SMALLEST)).toEqual({});
});

test("the groups come in the wizard's order, with the review at the end", () => {
  expect([...ANSWER_GROUPS, "review"]).toEqual([...GROUP_KEYS]);
});

test("every question asks for a field that exists, says why in one line, and no field is asked twice", () => {
  for (const key of ANSWER_GROUPS) {
    const group = GROUPS[key];
    const fields = group.questions.map((question) => question.field as string);
    expect(new Set(fields).size).toBe(fields.length);
    for (const question of group.questions) {
      expect(Object.keys(group.schema.shape)).toContain(question.field);
      expect(question.why).toMatch(/^[A-Z].{10,180}[.]$/);
    }
  }
});

describe("placement", () => {
  test("a port of 70000 is answered beside its field", () => {
    const ports = [{ container: 70000, publish: "automatic", published: null, protocol: "tcp", purpose: "Web" }];
    expect(withPlacement({ ports })).toEqual({
      "placement.ports.0.container": "70000 is not a port: ports go from 1 to 65535.",
    });
  });

  test("one port may not be published twice", () => {
    const one = { container: 80, publish: "fixed", published: 8080, protocol: "tcp", purpose: "Web" };
    expect(withPlacement({ ports: [one, { ...one, container: 81 }] })).toEqual({
      "placement.ports.1.published": "Port 8080/tcp is published twice.",
    });
  });

  const nixos = { method: "nixos", image: "", nixosPackage: "etherpad-lite", nixosHost: "app-01" };

  test("a NixOS module needs a package and a host, and nothing of a stack", () => {
    expect(withPlacement(nixos)).toEqual({});
    expect(Object.keys(withPlacement({ method: "nixos", image: "" })).sort()).toEqual([
      "placement.nixosHost",
      "placement.nixosModule",
      "placement.nixosPackage",
    ]);
    expect(withPlacement({ ...nixos, nixosChannel: "stable" })).toHaveProperty(["placement.nixosChannel"]);
    expect(withPlacement({ ...nixos, nixosHost: "../app" })).toHaveProperty(["placement.nixosHost"]);
    expect(withPlacement({ ...nixos, nixosModule: "a; b" })).toHaveProperty(["placement.nixosModule"]);
  });

  test("a NixOS module's options are paths, said once, and none of the panel's own", () => {
    const problems = (...names: string[]) =>
      withPlacement({ ...nixos, nixosOptions: names.map((name) => ({ name, value: "1" })) });
    expect(problems("settings.port", 'virtualHosts."pad.example.org".root')).toEqual({});
    expect(problems("settings; x = 1")).toHaveProperty(["placement.nixosOptions.0.name"]);
    expect(problems(`a."\${builtins.abort 1}"`)).toHaveProperty(["placement.nixosOptions.0.name"]);
    expect(problems("a", "a.b")).toHaveProperty(["placement.nixosOptions.1.name"]);
    expect(problems("enable")).toEqual({ "placement.nixosOptions.0.name": "The panel sets enable itself." });
  });

  test("a health check over HTTP needs a path and a port", () => {
    expect(withPlacement({ healthKind: "http", healthPath: "healthz", ports: [] })).toEqual({
      "placement.healthPath": "The path begins with a slash, such as /healthz.",
      "placement.healthPort": "Say which port answers the health check.",
    });
  });

  test("several replicas may not write to one volume or folder", () => {
    const volumes = [{ name: "files", target: "/data", readOnly: false }];
    expect(withPlacement({ replicas: 2, volumes })).toHaveProperty(["placement.replicas"]);
    const shared = { ...SMALLEST, placement: { image: "demo/web:1", replicas: 2 }, data: { filesFolder: true } };
    expect(problemsOf(shared)).toHaveProperty(["placement.replicas"]);
  });

  test("a variable the panel sets itself is refused only with a database", () => {
    const env = [{ name: "DATABASE_HOST", value: "elsewhere" }];
    expect(withPlacement({ env })).toEqual({});
    const answers = { ...SMALLEST, placement: { image: "demo/web:1", env }, data: { database: "mariadb" } };
    expect(problemsOf(answers)).toHaveProperty(["placement.env.0.name"]);
  });
});

test("a secret's full name must fit what Docker allows", () => {
  const draft = {
    ...SMALLEST,
    identity: { ...SMALLEST.identity, name: "n".repeat(40) },
    secrets: { others: [{ name: "a_rather_long_secret_name", purpose: "", source: "generate" }] },
  };
  expect(problemsOf(draft)["secrets.others.0.name"]).toMatch(/has 75 characters; Docker allows 64/);
});

test("the panel's own database secrets cannot be asked for by hand", () => {
  const others = [{ name: "db_pass", purpose: "", source: "generate" }];
  expect(checkGroup("secrets", { secrets: { others } })).toHaveProperty(["others.0.name"]);
});

test("a public service needs a host name", () => {
  expect(checkGroup("exposure", { exposure: { defaultHostname: false } })).toHaveProperty(["defaultHostname"]);
  expect(checkGroup("exposure", { exposure: { defaultHostname: false, audience: "internal" } })).toEqual({});
});

test("hidden control characters and dependence on oneself are refused", () => {
  const identity = { ...SMALLEST.identity, purpose: "a\u202eb", dependsOn: [{ service: "pad-notes", reason: "" }] };
  expect(checkGroup("identity", { identity })).toHaveProperty(["purpose"]);
  expect(checkGroup("identity", { identity: { ...identity, purpose: "x" } })).toEqual({
    "dependsOn.0.service": "A service cannot depend on itself.",
  });
});
