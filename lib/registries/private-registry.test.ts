import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { isInRegistry, pinImage } from "#lib/integrations/docker/images.ts";
import { readImageLabels } from "#lib/integrations/docker/registry.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { AppError } from "#lib/platform/errors.ts";
import { createRelease } from "#lib/releases/commands/create-release.ts";
import { newReleaseSchema } from "#lib/releases/schema/release.ts";
import { releasesResolve } from "#lib/releases/steps/resolve.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { type StackOutput, swarmStack } from "#lib/swarm/steps/stack.ts";
import { clearStack, contextFor, createStackInput } from "#lib/swarm/testing.ts";
import { createCredential, removeCredential } from "./commands/save-credential.ts";
import { findRegistryAuth } from "./queries/find-registry-auth.ts";
import { registriesCheck } from "./steps/check.ts";
import { ACCOUNT, openPrivateRegistry, type PrivateRegistry } from "./testing/private-registry.ts";

useTestDatabase("registries");
let people: People;
let registry: PrivateRegistry;
let image: string;
const signal = () => AbortSignal.timeout(60_000);

beforeAll(async () => {
  overrideConfig({ SWARM_CONVERGE_TIMEOUT_S: 110 });
  people = await createPeople();
  registry = await openPrivateRegistry();
  image = `${registry.host}/pad-notes:1.0`;
});
afterAll(async () => {
  await registry?.stop();
  overrideConfig(undefined);
});

async function withAccount<T>(password: string, work: (credentialId: string) => Promise<T>): Promise<T> {
  const { id } = await createCredential(people.admin.actor, {
    host: registry.host,
    username: ACCOUNT.username,
    password,
  });
  try {
    return await work(id);
  } finally {
    await removeCredential(people.admin.actor, id);
  }
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: AppError) => error,
  );

describe("a private registry", () => {
  test("shows nothing without an account", async () => {
    expect(await refusal(pinImage(image, signal()))).toMatchObject({ code: "image.not_found" });
  });

  test("takes the account that is kept, and its password is in no line of the log", async () => {
    await withAccount(ACCOUNT.password, async (credentialId) => {
      const check = createTestContext();
      expect(await registriesCheck.apply({ credentialId }, check.ctx)).toEqual({ ok: true });
      const row = await db().registryCredential.findUniqueOrThrow({ where: { id: credentialId } });
      expect(row).toMatchObject({ error: null, checkedAt: expect.any(Date) });
      const test = createTestContext();
      const auth = await findRegistryAuth(image, test.ctx);
      const pinnedImage = await pinImage(image, signal(), auth);
      expect(pinnedImage).toMatch(/^127\.0\.0\.1:\d+\/pad-notes:1\.0@sha256:[0-9a-f]{64}$/);
      expect(await isInRegistry(pinnedImage, signal(), auth)).toBe(true);
      const gone = `${registry.host}/pad-notes@sha256:${"0".repeat(64)}`;
      expect(await isInRegistry(gone, signal(), auth)).toBe(false);
      expect(await readImageLabels(pinnedImage, auth, signal())).toEqual(expect.any(Object));
      test.ctx.log.info(`signed in with ${ACCOUNT.password}`);
      expect([...check.lines, ...test.lines].join("\n")).not.toContain(ACCOUNT.password);
    });
  });

  test("refuses another password, and the account says so without it", async () => {
    const wrong = `wrong-${randomUUID()}`;
    await withAccount(wrong, async (credentialId) => {
      const check = createTestContext();
      expect(await refusal(registriesCheck.apply({ credentialId }, check.ctx))).toMatchObject({
        code: "registry.refused",
      });
      const { error } = await db().registryCredential.findUniqueOrThrow({ where: { id: credentialId } });
      expect(error).toContain("does not take this account");
      expect(error).not.toContain(wrong);
    });
  });

  test("gives a release its digest and a stack its image", async ({ onTestFinished }) => {
    await withAccount(ACCOUNT.password, async () => {
      const { name } = await createLiveService(people.owner.actor);
      const made = await createRelease(people.owner.actor, name, newReleaseSchema.parse({ image }));
      const resolving = createTestContext();
      const { images } = (await releasesResolve.apply({ releaseId: made.id }, resolving.ctx)) as {
        images: { app: string };
      };
      expect(images.app).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(await db().release.findUniqueOrThrow({ where: { id: made.id } })).toMatchObject({
        state: "ready",
        images,
      });
      // Again it is the same, whatever the tag is by then.
      expect(await releasesResolve.apply({ releaseId: made.id }, createTestContext().ctx)).toMatchObject({ images });

      const input = createStackInput(image);
      const stack = contextFor(input);
      onTestFinished(() => clearStack(input, stack), 60_000);
      const output = (await swarmStack.apply(input, stack.ctx)) as StackOutput;
      expect(output.services).toMatchObject([{ running: 1, image: images.app }]);
      expect(stack.lines.join("\n")).not.toContain(ACCOUNT.password);
    });
  });
});
