import { z } from "zod";
import { UNSTABLE_CHANNEL } from "#lib/repository/constants.ts";
import { HEALTH_CHECKS, METHODS, NODE_RULES, PROTOCOLS, PUBLISH_KINDS } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { containerPath, port, refuseRepeats, someWords, wholeNumber, words } from "./fields.ts";
import { parseImageReference } from "./image-reference.ts";

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}=[A-Za-z0-9._-]{1,63}$/;
const NODE = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/;
const HEALTH_PATH = /^\/[\x21-\x7e]*$/;

const publishedPort = z
  .object({
    container: port,
    publish: z.enum(PUBLISH_KINDS, { error: "Choose how the port is reached." }),
    published: port.nullable(),
    protocol: z.enum(PROTOCOLS, { error: "Choose tcp or udp." }),
    purpose: someWords(100, "Say what speaks on this port."),
  })
  .superRefine((one, ctx) => {
    if (one.publish === "fixed" && one.published === null)
      ctx.addIssue({ code: "custom", message: "Give the port to publish, from 1 to 65535.", path: ["published"] });
  });

const volume = z.object({
  name: z
    .string({ error: "Name the volume." })
    .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "A volume's name has small letters, digits, - and _, 40 at most.")
    .refine((name) => name !== "db", "“db” is the volume of the service's own database. Choose another name."),
  target: containerPath,
  readOnly: z.boolean(),
});

const variable = z.object({
  name: z
    .string({ error: "Name the variable." })
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "A variable's name has letters, digits and _, and begins with no digit."),
  value: words(8000),
});

/** A dotted path below the module: `settings.port`, `virtualHosts."pad.example.org".root`. */
const OPTION = /^([A-Za-z_][A-Za-z0-9_'-]*|"[^"\\$\n]+")(\.([A-Za-z_][A-Za-z0-9_'-]*|"[^"\\$\n]+"))*$/;
const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_'-]*(\.[A-Za-z0-9_][A-Za-z0-9_'-]*)*$/;
const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._+:'-]*$/;
const CHANNEL = /^nixos-(unstable|\d\d\.\d\d)$/;

const nixosOption = z.object({
  name: z
    .string({ error: "Name the option." })
    .trim()
    .max(200, "200 characters at most.")
    .regex(OPTION, "An option is a path such as settings.port; quote a part with dots in it."),
  value: words(8000),
});

/** Options that say the same thing twice, or that the panel sets itself. */
function checkOptions(
  options: readonly { name: string }[],
  refuse: (path: (string | number)[], message: string) => void,
) {
  options.forEach(({ name }, index) => {
    const path = ["nixosOptions", index, "name"];
    if (name === "enable" || name === "package") refuse(path, `The panel sets ${name} itself.`);
    const other = options.find(
      (one, at) =>
        at < index && (one.name === name || name.startsWith(`${one.name}.`) || one.name.startsWith(`${name}.`)),
    );
    if (other)
      refuse(
        path,
        other.name === name ? `${name} is set twice.` : `${other.name} and ${name} say the same thing twice.`,
      );
  });
}

interface NixosAnswers {
  nixosPackage: string;
  nixosChannel: string;
  nixosModule: string;
  nixosHost: string;
  nixosOptions: readonly { name: string }[];
}

function checkNixos(answers: NixosAnswers, ctx: z.RefinementCtx): void {
  const refuse = (path: string | (string | number)[], message: string) =>
    void ctx.addIssue({ code: "custom", message, path: [path].flat() });
  if (!PROJECT.test(answers.nixosPackage)) refuse("nixosPackage", "Give the package's name, such as etherpad-lite.");
  if (!CHANNEL.test(answers.nixosChannel))
    refuse("nixosChannel", "Choose a channel such as nixos-25.11 or nixos-unstable.");
  if (!ATTRIBUTE.test(answers.nixosModule || answers.nixosPackage))
    refuse("nixosModule", "Give the module's name below “services”, such as etherpad.");
  if (answers.nixosModule !== "" && !ATTRIBUTE.test(answers.nixosPackage))
    refuse("nixosPackage", "Give the package as nixpkgs names it, such as etherpad-lite.");
  if (!NODE.test(answers.nixosHost) || answers.nixosHost.includes(".."))
    refuse("nixosHost", "Give the host's name, such as app-01.");
  checkOptions(answers.nixosOptions, refuse);
}

const schema = z
  .object({
    method: z.enum(METHODS, { error: "Choose how it is deployed." }),
    // Answers given before these were asked have none.
    nixosPackage: words(200).default(""),
    nixosChannel: words(60).default(UNSTABLE_CHANNEL),
    nixosModule: words(100).default(""),
    nixosHost: words(253).default(""),
    nixosOptions: z
      .array(nixosOption, { error: "This must be a list." })
      .max(200, "200 options are allowed.")
      .default([]),
    nodeRule: z.enum(NODE_RULES, { error: "Choose where it may run." }),
    nodeLabel: words(130),
    nodeHostname: words(253),
    image: z.string({ error: "Give an image such as ghcr.io/acme/pad:1.4." }).trim(),
    replicas: wholeNumber(1, 100, "Replicas are a whole number from 1 to 100."),
    cpus: z
      .number({ error: "Processors are a number such as 0.5, or empty for no limit." })
      .min(0.05, "At least 0.05 processors are needed to start anything.")
      .max(256, "256 processors are the most one may ask for.")
      .nullable(),
    memoryMb: wholeNumber(
      16,
      1_048_576,
      "Memory is a whole number of MB, 16 at least, or empty for no limit.",
    ).nullable(),
    healthKind: z.enum(HEALTH_CHECKS, { error: "Choose how its health is checked." }),
    healthPath: words(200),
    healthPort: port.nullable(),
    healthCommand: z.array(words(500), { error: "Give the command as a list of words." }).max(50),
    healthIntervalS: wholeNumber(1, 3600, "The interval is 1 to 3600 seconds."),
    healthTimeoutS: wholeNumber(1, 600, "The timeout is 1 to 600 seconds."),
    healthRetries: wholeNumber(1, 100, "Retries are a whole number from 1 to 100."),
    healthStartPeriodS: wholeNumber(0, 3600, "The start period is 0 to 3600 seconds."),
    ports: z.array(publishedPort, { error: "This must be a list." }).max(50, "50 ports are allowed."),
    volumes: z.array(volume, { error: "This must be a list." }).max(50, "50 volumes are allowed."),
    env: z.array(variable, { error: "This must be a list." }).max(200, "200 variables are allowed."),
  })
  .superRefine((answers, ctx) => {
    const refuse = (field: string, message: string) => ctx.addIssue({ code: "custom", message, path: [field] });
    refuseRepeats(
      ctx,
      answers.env,
      "env",
      "name",
      (one) => one.name,
      (one) => `${one} is set twice.`,
    );
    if (answers.method === "nixos") return checkNixos(answers, ctx);
    const image = parseImageReference(answers.image);
    if (!image.ok) refuse("image", image.problem);
    if (answers.nodeRule === "label" && !LABEL.test(answers.nodeLabel))
      refuse("nodeLabel", "A node label is written key=value, such as disk=ssd.");
    if (answers.nodeRule === "hostname" && !NODE.test(answers.nodeHostname))
      refuse("nodeHostname", "Give the node's host name as the swarm lists it, such as app-01.");
    if (answers.healthKind === "http") {
      if (!HEALTH_PATH.test(answers.healthPath))
        refuse("healthPath", "The path begins with a slash, such as /healthz.");
      if (answers.healthPort === null && !answers.ports.some((one) => one.protocol === "tcp"))
        refuse("healthPort", "Say which port answers the health check.");
    }
    if (answers.healthKind === "command" && !answers.healthCommand.some((word) => word !== ""))
      refuse("healthCommand", "Give the command that tells whether the service is healthy.");
    const { ports, volumes } = answers;
    const containerKey = (one: (typeof ports)[number]) => `${one.container}/${one.protocol}`;
    refuseRepeats(ctx, ports, "ports", "container", containerKey, (one) => `Port ${one} is listed twice.`);
    const publishedKey = (one: (typeof ports)[number]) =>
      one.publish === "fixed" ? `${one.published}/${one.protocol}` : "";
    refuseRepeats(ctx, ports, "ports", "published", publishedKey, (one) => `Port ${one} is published twice.`);
    if (answers.replicas > 1 && volumes.some((one) => !one.readOnly))
      refuse(
        "replicas",
        "Replicas that write to one volume overwrite each other. Use one replica, or make the volume read-only.",
      );
    refuseRepeats(
      ctx,
      volumes,
      "volumes",
      "name",
      (one) => one.name,
      (one) => `${one} is listed twice.`,
    );
    refuseRepeats(
      ctx,
      volumes,
      "volumes",
      "target",
      (one) => one.target,
      (one) => `${one} is mounted twice.`,
    );
  });

export const placement = defineGroup({
  key: "placement",
  title: "Where it runs",
  lead: "The image, the node, and what it may use there.",
  schema,
  defaults: {
    method: "swarm",
    nixosPackage: "",
    nixosChannel: UNSTABLE_CHANNEL,
    nixosModule: "",
    nixosHost: "",
    nixosOptions: [],
    nodeRule: "any",
    nodeLabel: "",
    nodeHostname: "",
    image: "",
    replicas: 1,
    cpus: 1,
    memoryMb: 512,
    healthKind: "none",
    healthPath: "/",
    healthPort: null,
    healthCommand: [],
    healthIntervalS: 10,
    healthTimeoutS: 5,
    healthRetries: 3,
    healthStartPeriodS: 30,
    ports: [{ container: 8080, publish: "automatic", published: null, protocol: "tcp", purpose: "Web pages" }],
    volumes: [],
    env: [],
  },
  questions: [
    {
      field: "method",
      title: "How is it deployed?",
      why: "The most feasible method is chosen before anything is created; NixOS is the more reproducible where its module is up to date.",
      choices: { swarm: "Swarm stack", nixos: "NixOS module" },
    },
    {
      field: "nixosPackage",
      title: "Package",
      why: "Repology says which version each channel has and which one upstream has released, so that an old one is a choice.",
      hint: "etherpad-lite",
    },
    {
      field: "nixosChannel",
      title: "Channel",
      why: "The channel the host follows: its version is the one that will run.",
      hint: "nixos-25.11",
    },
    {
      field: "nixosModule",
      title: "NixOS module",
      why: "The name below “services” in the NixOS options. Empty: the package's name.",
      hint: "etherpad",
    },
    {
      field: "nixosHost",
      title: "Host",
      why: "Its folder in the configuration repository, which its configuration imports.",
      hint: "app-01",
    },
    {
      field: "nixosOptions",
      title: "Options",
      why: "What the module is told besides to be on. Values are data, never code; passwords belong in a file on the host.",
    },
    {
      field: "image",
      title: "Image",
      why: "The tag is resolved to a digest, so that what runs is what was reviewed.",
      hint: "ghcr.io/acme/pad-notes:1.4",
    },
    {
      field: "nodeRule",
      title: "Does it need a certain host?",
      why: "Data on one host's disk keeps a service there; everything else may move.",
      choices: { any: "Any node", label: "Nodes with a label", hostname: "One node" },
    },
    { field: "nodeLabel", title: "Node label", why: "Only nodes that carry it run the service.", hint: "disk=ssd" },
    { field: "nodeHostname", title: "Node", why: "Only this node runs the service.", hint: "app-01" },
    {
      field: "ports",
      title: "Ports and protocols",
      why: "Which ports it uses decides what the firewall keeps out; some protocols have no security of their own.",
      choices: { automatic: "Published on a free port", fixed: "Published on", internal: "Not published" },
    },
    {
      field: "replicas",
      title: "Replicas",
      why: "Two or more survive the loss of a node; one is right for what keeps files.",
    },
    {
      field: "memoryMb",
      title: "Memory, MB",
      why: "A limit keeps one service from taking the others down with it.",
      hint: "Empty: no limit",
    },
    {
      field: "cpus",
      title: "Processors",
      why: "A limit keeps the node usable for the others.",
      hint: "Empty: no limit",
    },
    {
      field: "healthKind",
      title: "Health check",
      why: "A deploy counts as done only when this passes, and is rolled back when it does not.",
      choices: {
        none: "None: it is well while it runs",
        http: "A page answers",
        command: "A command in the container succeeds",
      },
    },
    { field: "healthPath", title: "Path", why: "A page that fails when the service cannot work.", hint: "/healthz" },
    {
      field: "healthPort",
      title: "Port",
      why: "Where that page is served inside the container.",
      hint: "Empty: the first tcp port",
    },
    {
      field: "healthCommand",
      title: "Command",
      why: "Run inside the container; it must end with 0.",
      hint: "pg_isready",
    },
    { field: "healthIntervalS", title: "Every, seconds", why: "How soon a failure is noticed.", advanced: true },
    {
      field: "healthTimeoutS",
      title: "Give up after, seconds",
      why: "A check that hangs is a failed one.",
      advanced: true,
    },
    {
      field: "healthRetries",
      title: "Failures in a row",
      why: "One slow answer should not restart it.",
      advanced: true,
    },
    {
      field: "healthStartPeriodS",
      title: "Time to start, seconds",
      why: "Failures while it starts do not count.",
      advanced: true,
    },
    {
      field: "volumes",
      title: "Volumes",
      why: "Whatever is not in a volume or a folder is gone with the container.",
      advanced: true,
    },
    {
      field: "env",
      title: "Environment variables",
      why: "Configuration comes from the environment, the same image runs everywhere. Passwords belong under Secrets.",
      advanced: true,
    },
  ],
});
