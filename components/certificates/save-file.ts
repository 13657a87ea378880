import { ApiError, apiPath } from "../api-client.ts";

/** Fetches a file that no link may fetch and lets the browser save it. What came is let go of at once. */
export async function saveFile(path: string, params: Record<string, string>, body?: object): Promise<void> {
  const response = await fetch(apiPath(path, params), {
    method: "POST",
    headers: body ? { "Content-Type": "application/json" } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) {
    const { error } = (await response.json().catch(() => ({}))) as { error?: Partial<ApiError> };
    throw new ApiError(response.status, error ?? {});
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "certificate";
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
