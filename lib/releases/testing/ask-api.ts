import type { createApi } from "#lib/api/handle-request.ts";

interface Asker {
  headers: Record<string, string>;
}

/** Asks the API as a page of somebody's would. */
export const asker =
  (api: ReturnType<typeof createApi>) => async (who: Asker, method: string, path: string, body?: unknown) => {
    const response = await api(
      new Request(`http://localhost:8080/api/v1${path}`, {
        method,
        headers: { ...who.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, text, json: text === "" ? null : JSON.parse(text) };
  };
export type Ask = ReturnType<typeof asker>;
