import { describe, expect, test } from "vitest";
import { folderOf, nameEverything, secretFullName } from "./naming.ts";

const CONTEXT = { rootDomain: "example.org", servicesRoot: "/srv/" };

describe("what belongs to a service", () => {
  test("has in production the names it always had", () => {
    expect(nameEverything("pad-notes", CONTEXT)).toEqual({
      serviceName: "pad-notes",
      environment: "production",
      stackName: "pad-notes-production",
      networkName: "pad-notes-production_default",
      appService: "pad-notes-production_app",
      databaseService: "pad-notes-production_db",
      databaseVolume: "pad-notes-production_db",
      databaseName: "pad_notes",
      databaseUser: "pad_notes",
      databasePassword: "services.pad-notes.db_pass",
      databaseRootPassword: "services.pad-notes.db_root_pass",
      folder: "/srv/pad-notes",
      hostname: "pad-notes.example.org",
      directHostname: "direct.pad-notes.example.org",
    });
  });

  test("shares no name with production in another environment, but the database's own within its stack", () => {
    const staging = nameEverything("pad-notes", CONTEXT, "staging");
    expect(staging).toMatchObject({
      stackName: "pad-notes-staging",
      databaseVolume: "pad-notes-staging_db",
      databasePassword: "services.pad-notes.staging.db_pass",
      folder: "/srv/pad-notes-staging",
      hostname: "staging.pad-notes.example.org",
      directHostname: null,
    });
    const { databaseName, databaseUser, serviceName, ...own } = staging;
    const production = new Set<unknown>(Object.values(nameEverything("pad-notes", CONTEXT)));
    for (const value of Object.values(own)) expect(production).not.toContain(value);
    expect([databaseName, databaseUser, serviceName]).toEqual(["pad_notes", "pad_notes", "pad-notes"]);
  });

  test("is never inside what another environment may mount", () => {
    const [production, staging] = [folderOf("pad", "/srv"), folderOf("pad", "/srv", "staging")];
    expect(`${staging}/`.startsWith(`${production}/`)).toBe(false);
    expect(secretFullName("pad", "key", "staging")).toBe("services.pad.staging.key");
  });
});
