/** As Repology's `/api/v1/project/<name>` gives them: only `repo` and `version` are always there. */
export interface StandInPackage {
  repo: string;
  version: string;
  subrepo?: string;
  srcname?: string;
  binname?: string;
  visiblename?: string;
  origversion?: string;
  status?: string;
  summary?: string;
  categories?: string[];
  licenses?: string[];
  maintainers?: string[];
}

const nix = (repo: string, name: string, version: string, status: string, summary: string): StandInPackage => ({
  repo,
  srcname: name,
  visiblename: name,
  version,
  origversion: version,
  status,
  summary,
  licenses: ["Apache-2.0"],
  maintainers: ["fallback-mnt-nix@repology"],
});

const PADS = "Modern really-real-time collaborative document editor";
const VAULT = "Unofficial Bitwarden compatible server";

/** What the world's Repology knows. */
export const PACKAGES: Readonly<Record<string, readonly StandInPackage[]>> = {
  "etherpad-lite": [
    nix("nix_unstable", "etherpad-lite", "2.5.1", "newest", PADS),
    nix("nix_stable_26_05", "etherpad-lite", "2.5.0", "outdated", PADS),
    nix("nix_stable_25_11", "etherpad-lite", "2.4.2", "outdated", PADS),
    {
      repo: "aur",
      srcname: "etherpad-lite",
      binname: "etherpad-lite",
      visiblename: "etherpad-lite",
      version: "2.5.1",
      status: "newest",
    },
    {
      repo: "freebsd",
      srcname: "www/etherpad-lite",
      visiblename: "www/etherpad-lite",
      version: "1.8.18",
      status: "outdated",
    },
  ],
  vaultwarden: [
    nix("nix_unstable", "vaultwarden", "1.35.2", "newest", VAULT),
    nix("nix_unstable", "vaultwarden-mysql", "1.35.2", "newest", VAULT),
    nix("nix_stable_26_05", "vaultwarden", "1.35.2", "newest", VAULT),
    {
      repo: "alpine_edge",
      subrepo: "community",
      srcname: "vaultwarden",
      binname: "vaultwarden",
      visiblename: "vaultwarden",
      version: "1.35.2",
      origversion: "1.35.2-r0",
      status: "newest",
    },
    {
      repo: "debian_unstable",
      subrepo: "main",
      srcname: "vaultwarden",
      visiblename: "vaultwarden",
      version: "2026.1",
      status: "incorrect",
    },
  ],
  requests: [
    {
      repo: "debian_13",
      subrepo: "main",
      srcname: "requests",
      binname: "python3-requests",
      visiblename: "requests",
      version: "2.32.3",
      status: "outdated",
    },
    { repo: "pypi", srcname: "requests", visiblename: "requests", version: "2.33.0", status: "newest" },
  ],
};
