import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatImageReference, parseImageReference } from "./image-reference.ts";

const DIGEST = `sha256:${"0f".repeat(32)}`;

describe("an image reference", () => {
  test.each([
    ["nginx", "docker.io/library/nginx"],
    ["acme/pad:1.4", "docker.io/acme/pad:1.4"],
    ["ghcr.io/acme/pad-notes:main", "ghcr.io/acme/pad-notes:main"],
    ["localhost/pad", "localhost/pad"],
    ["127.0.0.1:5000/demo/web:v1", "127.0.0.1:5000/demo/web:v1"],
    [`pad:1@${DIGEST}`, `docker.io/library/pad:1@${DIGEST}`],
  ])("reads %s", (text, full) => {
    const parsed = parseImageReference(text);
    expect(parsed.ok && formatImageReference(parsed.image)).toBe(full);
  });

  test.each([
    ["", "Give an image such as ghcr.io/acme/pad:1.4."],
    ["-v/etc:/etc", "An image's name cannot begin with a hyphen."],
    ["pad notes", "An image's name has no spaces."],
    ["pad;rm", "“;” cannot stand in an image's name."],
    ["pad$(id)", "“$” cannot stand in an image's name."],
    ["pаd", "“а” cannot stand in an image's name."],
    ["Pad", "An image's name is written in small letters: pad."],
    ["pad:", "The tag after the colon is missing."],
    ["pad:.x", "“.x” is not a tag: letters, digits, dots, hyphens and underscores, 128 at most."],
    ["pad@sha256:12", "A digest is sha256: and 64 hexadecimal digits."],
    ["acme//pad", "The image's name has an empty part: check the slashes."],
    ["acme/../pad", "“..” is not a valid part of an image's name."],
    [`x@${DIGEST}@${DIGEST}`, "An image has one digest at most: there is a second “@”."],
  ])("refuses %j and says why", (text, problem) => {
    expect(parseImageReference(text)).toEqual({ ok: false, problem });
  });

  test("reads its own writing back, whatever the parts", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,5})?$/);
    const reference = fc.record({
      registry: fc.constantFrom("docker.io", "ghcr.io", "localhost:5000", "registry.example.org"),
      path: fc.array(part, { minLength: 2, maxLength: 4 }),
      tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/)),
      digest: fc.option(fc.constant(DIGEST)),
    });
    fc.assert(
      fc.property(reference, ({ registry, path, tag, digest }) => {
        const image = { registry, repository: path.join("/"), tag, digest };
        expect(parseImageReference(formatImageReference(image))).toEqual({ ok: true, image });
      }),
    );
  });

  test("never lets through a leading hyphen, a space or a control character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (/^-|[\s\p{C};|&$`"'\\<>]/u.test(text)) expect(parseImageReference(text).ok).toBe(false);
      }),
    );
  });
});
