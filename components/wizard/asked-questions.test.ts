import { expect, test } from "vitest";
import { ANSWER_GROUPS, type AnswerGroup, fillAnswers, GROUPS } from "#lib/services/schema/answers.ts";
import { askedQuestions } from "./asked-questions.ts";
import type { GroupAnswers } from "./edits.ts";

const answersWith = (draft: Parameters<typeof fillAnswers>[0]) => fillAnswers(draft) as unknown as GroupAnswers;
const fieldsOf = (group: AnswerGroup, draft: Parameters<typeof fillAnswers>[0] = {}) =>
  askedQuestions(group, answersWith(draft)).map((question) => question.field);

test("with the defaults nothing is asked that an earlier answer already settled", () => {
  expect(fieldsOf("data")).toEqual(["database", "filesFolder"]);
  expect(fieldsOf("signIn")).toEqual(["sso"]);
  expect(fieldsOf("notifications")).toEqual(["channel"]);
  expect(fieldsOf("placement")).not.toContain("nodeLabel");
});

test("an answer brings the questions that follow from it", () => {
  expect(fieldsOf("data", { data: { database: "mariadb" } })).toContain("databaseSizeGb");
  expect(fieldsOf("placement", { placement: { healthKind: "http" } })).toContain("healthPort");
  expect(fieldsOf("backups", { data: { database: "mysql" } })).toContain("takeFirst");
  const volumes = [{ name: "spool", target: "/spool", readOnly: false }];
  expect(fieldsOf("backups", { placement: { volumes } })).toContain("takeFirst");
  expect(fieldsOf("backups", { placement: { volumes, method: "nixos" } })).not.toContain("takeFirst");
  expect(fieldsOf("notifications", { notifications: { channel: "ntfy" } })).toEqual(["channel", "topic"]);
});

test("a NixOS module is asked for its package, host and options, and for nothing of a stack", () => {
  expect(fieldsOf("placement", { placement: { method: "nixos" } })).toEqual([
    "method",
    "nixosPackage",
    "nixosChannel",
    "nixosModule",
    "nixosHost",
    "nixosOptions",
  ]);
});

test("an internal service is not asked for names", () => {
  expect(fieldsOf("exposure", { exposure: { audience: "internal" } })).toEqual(["audience"]);
});

test("every question can be reached by some answers", () => {
  const everything = [
    {},
    { placement: { method: "nixos" } },
    { placement: { nodeRule: "label", healthKind: "http" } },
    { placement: { nodeRule: "hostname", healthKind: "command" } },
    { signIn: { sso: "saml" }, data: { database: "mariadb", filesFolder: true }, notifications: { channel: "smtp" } },
    { notifications: { channel: "ntfy" } },
  ];
  for (const key of ANSWER_GROUPS) {
    const reached = new Set(everything.flatMap((draft) => fieldsOf(key, draft)));
    expect([...reached].sort()).toEqual(GROUPS[key].questions.map((question) => question.field as string).sort());
  }
});
