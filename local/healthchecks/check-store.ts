import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

type Status = "new" | "up" | "down" | "paused";

export interface StoredCheck {
  uuid: string;
  name: string;
  slug: string;
  tags: string;
  desc: string;
  timeout: number;
  grace: number;
  channels: string;
  manual_resume: boolean;
  status: Status;
  n_pings: number;
  started: boolean;
  last_ping: string | null;
  flips: { timestamp: string; up: 0 | 1; to: Status }[];
}

const DAY_S = 86_400;
const HOUR_S = 3_600;
export const CHANNEL = "4ec5a071-2d08-4baa-898a-eb4eb3cd6941";

/** The checks of one project, kept in a file so that a restart forgets nothing. */
export class CheckStore {
  private readonly file: string | undefined;
  readonly checks = new Map<string, StoredCheck>();

  constructor(file: string | undefined) {
    this.file = file;
    if (file === undefined || !existsSync(file)) return;
    for (const check of JSON.parse(readFileSync(file, "utf8")) as StoredCheck[]) this.checks.set(check.uuid, check);
  }

  save(): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify([...this.checks.values()]));
  }

  create(): StoredCheck {
    const check: StoredCheck = {
      ...{ uuid: randomUUID(), name: "", slug: "", tags: "", desc: "" },
      ...{ timeout: DAY_S, grace: HOUR_S, channels: "", manual_resume: false },
      ...{ status: "new", n_pings: 0, started: false, last_ping: null, flips: [] },
    };
    this.checks.set(check.uuid, check);
    return check;
  }

  flip(check: StoredCheck, to: Status): void {
    if (check.status !== to)
      check.flips.unshift({ timestamp: new Date().toISOString(), up: to === "down" ? 0 : 1, to });
    check.status = to;
  }

  ping(check: StoredCheck, action: "success" | "start" | "fail"): void {
    check.n_pings++;
    check.last_ping = new Date().toISOString();
    check.started = action === "start";
    if (action === "start" || (check.status === "paused" && check.manual_resume)) return;
    this.flip(check, action === "fail" ? "down" : "up");
  }

  /** What is late by now is in its grace, then down. */
  statusOf(check: StoredCheck): Status | "grace" {
    if (check.status !== "up" || check.last_ping === null) return check.status;
    const late = (Date.now() - Date.parse(check.last_ping)) / 1_000 - check.timeout;
    if (late < 0) return "up";
    return late < check.grace ? "grace" : "down";
  }

  toJson(check: StoredCheck, base: string): Record<string, unknown> {
    const { flips: _flips, ...fields } = check;
    return {
      ...fields,
      status: this.statusOf(check),
      next_ping: null,
      ...{ methods: "", subject: "", subject_fail: "", start_kw: "", success_kw: "", failure_kw: "" },
      ping_url: `${base}/ping/${check.uuid}`,
      update_url: `${base}/api/v3/checks/${check.uuid}`,
      pause_url: `${base}/api/v3/checks/${check.uuid}/pause`,
      resume_url: `${base}/api/v3/checks/${check.uuid}/resume`,
    };
  }
}
