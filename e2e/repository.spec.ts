import { expect, test } from "@playwright/test";
import { askGit } from "./outside.ts";
import { callApi, createDraft } from "./panel-api.ts";
import { signIn } from "./people.ts";

const name = `pads-${Date.now().toString(36).slice(-6)}`;
const path = `services/app-01/${name}.nix`;

test("a NixOS module: versions side by side, written to staging, built, on main, seen by a person", async ({
  page,
}) => {
  await signIn(page, /Sam Sand/);
  const draftId = await createDraft(page, {
    identity: { name, purpose: "Notes that several people write at once" },
    exposure: { audience: "internal" },
    watching: { monitored: false },
  });
  await page.goto(`/services/new/${draftId}/placement`);
  await page.getByRole("radio", { name: "NixOS module" }).click();
  await page.getByLabel("Package").fill("etherpad-lite");
  const versions = page.getByRole("list", { name: "Versions in NixOS" });
  await expect(versions.getByText("older than upstream")).toHaveCount(2);
  await expect(page.getByText("Upstream has released 2.5.1")).toBeVisible();
  await versions.getByRole("button", { name: "Use nixos-26.05" }).click();
  await expect(page.getByLabel("Channel", { exact: true })).toHaveValue("nixos-26.05");
  await page.getByRole("textbox", { name: "NixOS module" }).fill("etherpad");
  await page.getByLabel("Host").fill("app-01");
  await page.getByRole("button", { name: "Add an option" }).click();
  await page.getByLabel("Option", { exact: true }).fill("settings.port");
  await page.getByLabel(/^Value/).fill("9001");
  await expect
    .poll(async () => (await callApi(page, "GET", `/drafts/${draftId}`)).body.answers.placement.nixosOptions)
    .toEqual([{ name: "settings.port", value: "9001" }]);

  const main = await askGit("rev-parse", "main");
  await page.goto(`/services/new/${draftId}/review`);
  await expect(page.getByText(path).first()).toBeVisible();
  await page.getByRole("button", { name: `Provision ${name}` }).click();
  await expect(page).toHaveURL(/\/runs\/\d+/);
  const runId = Number(/\/runs\/(\d+)/.exec(page.url())?.[1]);
  await expect
    .poll(async () => (await callApi(page, "GET", `/runs/${runId}`)).body.state, { timeout: 90_000 })
    .toBe("waiting");

  const text = await askGit("show", `main:${path}`);
  expect(text).toContain("services.etherpad = {");
  expect(text).toContain("package = pkgs.etherpad-lite;");
  expect(text).toContain("settings.port = 9001;");
  expect(await askGit("rev-parse", "main")).toBe(await askGit("rev-parse", "staging"));
  // Forward, never aside.
  await askGit("merge-base", "--is-ancestor", main, "main");

  const { body: run } = await callApi(page, "GET", `/runs/${runId}`);
  const item = run.steps.find((step: { key: string }) => step.key === "nixos-deploy");
  expect(item).toMatchObject({ state: "needs_person", title: `See that app-01 runs ${name}` });
  await callApi(page, "POST", `/runs/${runId}/cancel`, {});
  await page.goto(`/services/${name}`);
  const card = page.getByRole("heading", { name: "Configuration repository" });
  await expect(card).toBeVisible();
  await expect(page.getByText(path).first()).toBeVisible();

  // Taken back, it is gone from both branches.
  await expect
    .poll(async () => (await callApi(page, "GET", `/runs/${runId}`)).body.state, { timeout: 30_000 })
    .toBe("cancelled");
  const { body: undo } = await callApi(page, "POST", `/runs/${runId}/undo`, {});
  await expect
    .poll(async () => (await callApi(page, "GET", `/runs/${undo.runId}`)).body.state, { timeout: 90_000 })
    .toBe("succeeded");
  for (const branch of ["main", "staging"])
    expect((await askGit("ls-tree", "-r", "--name-only", branch)).split("\n")).not.toContain(path);
});
