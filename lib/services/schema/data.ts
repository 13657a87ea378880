import { z } from "zod";
import { DATABASE_ENGINES } from "../constants.ts";
import { defineGroup } from "./define-group.ts";
import { findPathProblem, wholeNumber } from "./fields.ts";

const ID = "A user or group id is a whole number from 0 to 65534.";

const schema = z
  .object({
    database: z.enum(["none", ...DATABASE_ENGINES], { error: "Choose a database, or none." }),
    databaseSizeGb: wholeNumber(1, 100_000, "The expected size is a whole number of GB, 1 at least."),
    databaseMemoryMb: wholeNumber(
      128,
      1_048_576,
      "Memory is a whole number of MB, 128 at least, or empty for no limit.",
    ).nullable(),
    filesFolder: z.boolean({ error: "Say whether it keeps files." }),
    filesTarget: z.string({ error: "Give a path such as /data." }),
    filesUid: wholeNumber(0, 65_534, ID),
    filesGid: wholeNumber(0, 65_534, ID),
    filesMode: z
      .string({ error: "The mode is four octal digits such as 0750." })
      .regex(/^0[0-7]{3}$/, "The mode is four octal digits such as 0750."),
  })
  .superRefine((answers, ctx) => {
    if (!answers.filesFolder) return;
    const refuse = (field: string, message: string) => ctx.addIssue({ code: "custom", message, path: [field] });
    const problem = findPathProblem(answers.filesTarget);
    if (problem) refuse("filesTarget", problem);
    if (/[2367]$/.test(answers.filesMode))
      refuse("filesMode", "This mode lets everybody on the node write to the folder. Use 0750 or 0770.");
  });

export const data = defineGroup({
  key: "data",
  title: "Data",
  lead: "What it must remember.",
  schema,
  defaults: {
    database: "none",
    databaseSizeGb: 1,
    databaseMemoryMb: null,
    filesFolder: false,
    filesTarget: "/data",
    filesUid: 1000,
    filesGid: 1000,
    filesMode: "0750",
  },
  questions: [
    {
      field: "database",
      title: "Does it need a database?",
      why: "It gets its own, reachable only inside its stack: a database's port is never published.",
      choices: { none: "None", mariadb: "MariaDB", mysql: "MySQL", postgresql: "PostgreSQL" },
    },
    {
      field: "databaseSizeGb",
      title: "Expected size, GB",
      why: "Decides how long a backup takes and whether the node's disk is large enough.",
    },
    {
      field: "databaseMemoryMb",
      title: "Memory for the database, MB",
      why: "A limit keeps it from taking the node down.",
      hint: "Empty: no limit. MySQL wants 1024.",
      advanced: true,
    },
    {
      field: "filesFolder",
      title: "Does it keep files?",
      why: "Local files are moved by hand when the service changes hosts; leave them out where the service can.",
    },
    {
      field: "filesTarget",
      title: "Folder inside the container",
      why: "Where the service expects its files.",
      hint: "/data",
    },
    { field: "filesUid", title: "Owner, user id", why: "The service writes as this user.", advanced: true },
    {
      field: "filesGid",
      title: "Owner, group id",
      why: "Whatever runs as this group reads the files too.",
      advanced: true,
    },
    { field: "filesMode", title: "Mode", why: "Others on the node read nothing.", hint: "0750", advanced: true },
  ],
});
