export const dynamic = "force-dynamic";

/** The process lives. Asks nothing of anybody. */
export const GET = () => Response.json({ status: "alive" }, { headers: { "Cache-Control": "no-store" } });
