/** A small HTTP client for tests. Status and parsed body, no opinions. */
export async function call(
  url: string,
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(url, options);
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  return {
    status: response.status,
    headers: response.headers,
    type,
    text,
    // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of all shapes.
    body: (type.includes("json") ? JSON.parse(text) : text) as any,
  };
}

export const post = (url: string, body: unknown) =>
  call(url, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

export const get = (url: string, headers: Record<string, string> = {}) => call(url, { headers });
