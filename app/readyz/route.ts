import { readReadiness } from "#lib/health/queries.ts";

export const dynamic = "force-dynamic";

/** Whether requests should come here: 503 without MySQL or its migrations; what else is wrong is said, not failed. */
export async function GET(): Promise<Response> {
  const readiness = await readReadiness();
  const status = readiness.status === "not_ready" ? 503 : 200;
  return Response.json(readiness, { status, headers: { "Cache-Control": "no-store" } });
}
