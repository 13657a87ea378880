import { AppError } from "#lib/platform/errors.ts";
import { callDocker } from "./client.ts";
import { isNotFound } from "./errors.ts";

/** How the engine signs in at a registry. Docker is given it with each call and keeps none of it; never logged. */
export interface RegistryAuth {
  username: string;
  password: string;
  serveraddress: string;
}

const REGISTRY_TIMEOUT_MS = 60_000;
const PULL_TIMEOUT_MS = 10 * 60_000;

/** Whether the registry takes the account; throws `registry.refused` with its own words. */
export async function checkRegistryAuth(auth: RegistryAuth, signal: AbortSignal): Promise<void> {
  try {
    await callDocker(
      `sign in at ${auth.serveraddress}`,
      signal,
      (client) => client.checkAuth(auth),
      REGISTRY_TIMEOUT_MS,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError) || error.code === "docker.unreachable") throw error;
    throw new AppError({
      code: "registry.refused",
      message: `The registry ${auth.serveraddress} does not take this account.`,
      advice: "Check the host, the user name and the password or token.",
      detail: error.detail ?? error.message,
      status: 422,
      cause: error,
    });
  }
}

/** "registry:5000/team/app@sha256:…": where there is a digest, a tag says nothing. */
const withoutTag = (image: string) => image.replace(/:[^:/@]+@/, "@");

/** Labels of an image, by its digest. The engine pulls it when it does not have it: it will be wanted there anyway. */
export async function readImageLabels(
  pinned: string,
  auth: RegistryAuth | null,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const image = withoutTag(pinned);
  const inspect = () =>
    callDocker(`look at image ${image}`, signal, (client) => client.getImage(image).inspect()).then(
      (found) => found.Config?.Labels ?? {},
    );
  try {
    return await inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await callDocker(
    `pull image ${image}`,
    signal,
    async (client, abortSignal) => {
      const options = { _query: { fromImage: image }, abortSignal };
      const stream = await client.createImage((auth ?? undefined) as RegistryAuth, options);
      await new Promise<void>((resolve, reject) => {
        client.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
      });
    },
    PULL_TIMEOUT_MS,
  );
  return inspect();
}
