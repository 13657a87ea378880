import { expect, test } from "vitest";
import { ANSWER_GROUPS, GROUPS } from "#lib/services/schema/answers.ts";
import type { Question } from "#lib/services/schema/define-group.ts";
import { formatAnswer } from "./format-answer.ts";

const questionOf = (field: string): Question => {
  const found = ANSWER_GROUPS.flatMap((key) => GROUPS[key].questions as readonly Question[]).find(
    (question) => question.field === field,
  );
  if (!found) throw new Error(`no question ${field}`);
  return found;
};

test.each([
  ["database", "mariadb", ["MariaDB"]],
  ["certificate", true, ["Yes"]],
  ["memoryMb", null, ["no limit"]],
  ["memoryMb", 512, ["512"]],
  ["purpose", "", []],
  ["monitors", ["uptime-kuma"], ["Uptime Kuma"]],
  ["extraHostnames", ["pads.example.org"], ["pads.example.org"]],
  ["dependsOn", [{ service: "mail", reason: "sends invitations" }], ["mail: sends invitations"]],
  [
    "ports",
    [{ container: 80, publish: "fixed", published: 8080, protocol: "tcp", purpose: "Web" }],
    ["80/tcp Web, published on 8080"],
  ],
  ["volumes", [{ name: "files", target: "/data", readOnly: true }], ["files at /data, read-only"]],
  ["others", [{ name: "smtp_password", purpose: "", source: "stored" }], ["smtp_password: a value of your own"]],
])("%s %j reads %j", (field, value, lines) => {
  expect(formatAnswer(questionOf(field), value)).toEqual(lines);
});
