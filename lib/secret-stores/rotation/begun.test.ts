import { expect, test } from "vitest";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import { type Begun, explainPutBack, isCurrent } from "./begun.ts";

const specOf = (Image: string) => ({ Name: "web_app", Labels: {}, TaskTemplate: { ContainerSpec: { Image } } });
const presentOf = (image: string) => ({ ID: "1", Spec: specOf(image) }) as unknown as DockerService;

test("what an earlier try found is put back only while the same release runs", () => {
  const begun = { before: [], spec: specOf("demo/web:1") } as Begun;
  expect(isCurrent(begun, presentOf("demo/web:1"))).toBe(true);
  expect(isCurrent(begun, presentOf("demo/web:2"))).toBe(false);
});

test("the old value is called valid only while it opens", () => {
  expect(explainPutBack(true, true)).toMatchObject({
    words: expect.stringContaining("with the old value"),
    advice: expect.stringContaining("still valid"),
  });
  const { words, advice } = explainPutBack(true, false);
  expect(words).not.toContain("old value");
  expect(advice).toContain("opens nothing");
});
