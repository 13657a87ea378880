import { describe, expect, test } from "vitest";
import { toDockerError } from "./errors.ts";

const answer = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode, json: { message } });

describe("toDockerError", () => {
  test.each([
    [500, "rpc error: code = Unknown desc = update out of sequence", "docker.conflict", "retry"],
    [
      409,
      "rpc error: code = AlreadyExists desc = name conflicts with an existing object",
      "docker.exists",
      "permanent",
    ],
    [409, "removal of container seaworthy-scratch-56 is already in progress", "docker.being_removed", "retry"],
    [500, "rpc error: code = Unknown desc = name conflicts with an existing object", "docker.exists", "permanent"],
    [404, "service web not found", "docker.not_found", "permanent"],
    [500, "network pd11dysl9fqps8p387l6anqyy not found", "docker.not_found", "permanent"],
    [
      400,
      "rpc error: code = InvalidArgument desc = secret 'x' is in use by the following service: web",
      "docker.in_use",
      "retry",
    ],
    [403, "error while removing network: network web_default id 1 has active endpoints", "docker.in_use", "retry"],
    [503, "The swarm does not have a leader", "docker.failed", "retry"],
    [400, "rpc error: code = InvalidArgument desc = expected memory", "docker.refused", "permanent"],
  ])("%i %s is %s", (status, message, code, retry) => {
    expect(toDockerError(answer(status, message), "do it")).toMatchObject({ code, retry, detail: message });
  });

  test("no answer at all is tried again", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(toDockerError(refused, "list nodes")).toMatchObject({
      code: "docker.unreachable",
      retry: "retry",
      status: 503,
    });
  });
});
