import type { TargetState } from "../schema/deployment-views.ts";

const digestOf = (image: string) => image.split("@")[1]?.slice(0, 19) ?? image;

/** In which ways a target is no longer what it was when it was looked at, in words; empty when it is the same. */
export function describeDrift(before: TargetState, now: TargetState): string[] {
  const words: string[] = [];
  if (before.deploymentId !== now.deploymentId) words.push("Another release has been deployed there meanwhile.");
  if (before.configVersion !== now.configVersion)
    words.push(`Its settings are version ${now.configVersion ?? "none"} now, not ${before.configVersion ?? "none"}.`);
  if (before.soakS !== now.soakS) words.push(`It would be watched for ${now.soakS} s, not ${before.soakS} s.`);
  const names = new Set([...Object.keys(before.secretVersions), ...Object.keys(now.secretVersions)]);
  for (const name of [...names].sort())
    if (before.secretVersions[name] !== now.secretVersions[name])
      words.push(
        `The secret ${name} is version ${now.secretVersions[name] ?? "none"} now, not ${before.secretVersions[name] ?? "none"}.`,
      );
  const wanted = new Map(before.services.map((service) => [service.name, service]));
  for (const { name, image, specLabel } of now.services) {
    const was = wanted.get(name);
    wanted.delete(name);
    if (!was) words.push(`The stack has a service ${name} that it did not have.`);
    else if (was.image !== image) words.push(`${name} runs ${digestOf(image)} now, not ${digestOf(was.image)}.`);
    else if (was.specLabel !== specLabel) words.push(`${name} was changed since.`);
  }
  for (const name of wanted.keys()) words.push(`The stack no longer has the service ${name}.`);
  return words;
}
