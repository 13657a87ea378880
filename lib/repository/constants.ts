/** Kind of the ledger: a file in the configuration repository, by its path there. */
export const REPOSITORY_FILE = "repository.file";
/** Where a retired service's files go, so that nothing deploys them any more and everybody can still read them. */
export const RETIRED_FOLDER = ".retired-services";
/** Written once in each host's folder of NixOS modules: it takes in every other file there. */
export const HOST_MODULES = "default.nix";

/** Names of Repology's own for the channels of NixOS. */
export const UNSTABLE_CHANNEL = "nixos-unstable";
