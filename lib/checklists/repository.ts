import { config } from "#lib/platform/config/config.ts";
import type { RepositoryPlace } from "#lib/repository/types.ts";
import type { Naming } from "#lib/services/naming.ts";
import { defineChecklist } from "./define-checklist.ts";
import { stackInput } from "./stack-input.ts";
import type { ProvisionContext } from "./types.ts";

/** Where the configuration repository keeps what; null: there is none. */
export function readRepositoryPlace(): RepositoryPlace | null {
  const settings = config();
  if (settings.CONFIG_REPOSITORY_URL === "") return null;
  return { nixDir: settings.CONFIG_REPOSITORY_NIX_DIR, stacksDir: settings.CONFIG_REPOSITORY_STACKS_DIR };
}

/** Why what is written to the configuration repository is left out; undefined when there is one. */
export const noPlace = (place: RepositoryPlace | null) =>
  place === null ? "The panel has no configuration repository (CONFIG_REPOSITORY_URL)." : undefined;
/** The same, by the settings. */
export const noRepository = () => noPlace(readRepositoryPlace());

const stackPath = (place: RepositoryPlace | null, { serviceName, environment }: Naming) =>
  `${place?.stacksDir ?? "stacks"}/${serviceName}/${environment}.yml`;

/** Where a service's file is in the repository. */
export const configPath = ({ answers: { placement }, names, repository }: ProvisionContext): string =>
  placement.method === "nixos"
    ? `${repository?.nixDir ?? "services"}/${placement.nixosHost}/${names.serviceName}.nix`
    : stackPath(repository, names);

interface StackPlace {
  names: Naming;
  purpose: string;
}

const stackFile = ({ names, purpose }: StackPlace, stack: Record<string, unknown> | null) => ({
  kind: "stack",
  serviceName: names.serviceName,
  purpose,
  stackName: names.stackName,
  networkName: names.networkName,
  stack,
});

/** What is written there: `file` of `repository.write`. */
export function configFile(context: ProvisionContext): Record<string, unknown> {
  const { answers, names } = context;
  const { placement, identity } = answers;
  if (placement.method !== "nixos") return stackFile({ names, purpose: identity.purpose }, stackInput(context));
  const module = placement.nixosModule || placement.nixosPackage;
  return {
    kind: "nix",
    module: {
      serviceName: names.serviceName,
      purpose: identity.purpose,
      module,
      // The module brings its own unless another was chosen.
      package:
        placement.nixosModule !== "" && placement.nixosModule !== placement.nixosPackage
          ? placement.nixosPackage
          : null,
      options: placement.nixosOptions,
    },
  };
}

interface ConfigItems<Context> {
  dependsOn?: readonly string[];
  skip(context: Context): string | undefined;
  path(context: Context): string;
  file(context: Context): Record<string, unknown>;
}

/** Written to staging, built, then on main: the last of them is `config-main`. */
export const configItems = <Context>({ dependsOn, skip, path, file }: ConfigItems<Context>) => [
  {
    key: "config-file",
    step: "repository.write",
    about: "Write it to the configuration repository",
    ...(dependsOn ? { dependsOn } : {}),
    skip,
    title: (context: Context) => `Write ${path(context)} to the configuration repository`,
    input: (context: Context) => ({ path: path(context), file: file(context) }),
  },
  {
    key: "config-check",
    step: "repository.check",
    about: "See that the configuration builds",
    dependsOn: ["config-file"],
    needs: ["config-file"],
    skip,
    title: () => "See that the configuration builds",
    input: (context: Context) => ({ path: path(context) }),
  },
  {
    key: "config-main",
    step: "repository.promote",
    about: "Bring it to the branch that hosts deploy from",
    dependsOn: ["config-check"],
    needs: ["config-check"],
    reads: ["config-check"],
    skip,
    title: () => "Bring it to the branch that hosts deploy from",
    input: (context: Context) => ({ path: path(context), check: "config-check" }),
  },
];

/** What a person does once the module is on main, or all of it where there is no repository to write to. */
export function describeNixosDeploy({ answers: { placement }, names, repository }: ProvisionContext): string {
  const host = placement.nixosHost;
  if (repository !== null)
    return `${host} builds from main. Run \`nixos-rebuild switch\` there, or wait until it upgrades itself, and see that ${names.serviceName} answers.`;
  const module = placement.nixosModule || placement.nixosPackage;
  return [
    `1. Compare ${placement.nixosPackage} in ${placement.nixosChannel} with upstream on repology.org.`,
    `2. Turn \`services.${module}\` on in the configuration of ${host}, and push that to the staging branch.`,
    "3. See that the configuration builds; push to main only then.",
    `4. See that ${host} runs it.`,
  ].join("\n");
}

/** A stack's file follows what was deployed: a run of its own, so that a repository that is down fails no deployment. */
export const FOLLOW_STACK = defineChecklist<StackPlace & { repository: RepositoryPlace | null }>({
  key: "follow-stack",
  version: 1,
  title: "Stack file",
  items: configItems({
    skip: ({ repository }) => noPlace(repository),
    path: ({ repository, names }) => stackPath(repository, names),
    file: (place) => stackFile(place, null),
  }),
});
