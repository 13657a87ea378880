import { type NixValue, nameNix, writeNix } from "#lib/integrations/nix/write-nix.ts";
import type { NixModule } from "../schema.ts";

const NAME = /"[^"]*"|[^.]+/g;

/** `settings."a.b".port` → settings, a.b, port. */
const splitOption = (name: string): string[] =>
  (name.match(NAME) ?? []).map((part) => (part.startsWith('"') ? part.slice(1, -1) : part));

/** What was typed for an option: JSON where it is some (8080, true, ["a"]), else a text as it stands. */
function readValue(text: string): NixValue {
  try {
    return JSON.parse(text) as NixValue;
  } catch {
    return text;
  }
}

/** Text for a comment: of one line. */
export const toComment = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** A NixOS module that turns a service on. Its options are values, never code. */
export function renderNixModule({ serviceName, purpose, module, package: chosen, options }: NixModule): string {
  const lines = options.map(
    ({ name, value }) => `    ${splitOption(name).map(nameNix).join(".")} = ${writeNix(readValue(value), "    ")};`,
  );
  return [
    `# ${serviceName}: ${toComment(purpose)}`,
    "# Written by Seaworthy from the service's answers.",
    "{ pkgs, ... }:",
    "",
    "{",
    `  services.${splitOption(module).map(nameNix).join(".")} = {`,
    "    enable = true;",
    ...(chosen ? [`    package = pkgs.${splitOption(chosen).map(nameNix).join(".")};`] : []),
    ...lines,
    "  };",
    "}",
    "",
  ].join("\n");
}

/** Takes in every other module of its folder, so that a new service is a new file and nothing else has to change. */
export const HOST_MODULES_TEXT = `# Written once by Seaworthy: takes in every module beside it. Import this folder in the host's configuration.
{
  imports = map (name: ./. + "/\${name}") (
    builtins.filter (name: name != "default.nix" && builtins.match ".*[.]nix" name != null) (
      builtins.attrNames (builtins.readDir ./.)
    )
  );
}
`;
