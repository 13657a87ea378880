import { createApi } from "#lib/api/handle-request.ts";
import { ROUTES } from "../registry.ts";

export const dynamic = "force-dynamic";

const api = createApi(ROUTES);

export const GET = api;
export const HEAD = api;
export const OPTIONS = api;
export const POST = api;
export const PUT = api;
export const PATCH = api;
export const DELETE = api;
