import { z } from "zod";
import { type Answer, problem } from "./answers.ts";
import type { AnyRequestFunction } from "./functions.ts";

export interface ApiInfo {
  title: string;
  version: string;
  description: string;
}

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; required?: string[] };

/** The request functions of an app as an OpenAPI 3.1 description, made of what they declare and nothing else. */
export function describeApi(functions: AnyRequestFunction[], info: ApiInfo) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const each of functions) {
    const path = each.path.replace(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][each.method.toLowerCase()] = operation(each);
  }
  return {
    openapi: "3.1.0",
    info,
    paths,
    components: { securitySchemes: { operator: { type: "http", scheme: "bearer" } } },
  };
}

function operation(each: AnyRequestFunction) {
  const body = each.body && inputSchema(each.body);
  const parameters = [
    ...parametersOf("path", each.params),
    ...parametersOf("query", each.query),
    ...Object.entries(each.headers ?? {}).map(([name, description]) => ({
      name,
      in: "header",
      required: false,
      description,
      schema: { type: "string" },
    })),
  ];
  return {
    operationId: each.name,
    summary: each.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: body } } } } : {}),
    // Optional: where no token is set, none is needed.
    ...(each.access === "operator" ? { security: [{ operator: [] }, {}] } : {}),
    responses: Object.fromEntries(
      Object.entries({ ...implied(each), ...each.answers }).map(([status, answer]) => [
        status,
        response(answer),
      ]),
    ),
  };
}

/** What the runtime itself may answer before the function is called. */
function implied(each: AnyRequestFunction): Record<number, Answer> {
  const changes = each.method !== "GET";
  return {
    ...(each.params || each.query || each.body
      ? { 400: problem("The request is not valid; `detail` says why.") }
      : {}),
    ...(each.access === "operator" ? { 401: problem("The operator token is missing or wrong.") } : {}),
    ...(changes ? { 403: problem("A page of another site must not change anything.") } : {}),
    421: problem("This host is not served here."),
  };
}

function parametersOf(place: "path" | "query", schema: z.ZodType | undefined) {
  if (!schema) return [];
  const { properties = {}, required = [] } = inputSchema(schema);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description ? { description } : {}),
    schema: rest,
  }));
}

const response = ({ description, contentType, schema }: Answer) => ({
  description,
  content: { [contentType]: { schema: jsonSchema(schema, "output") } },
});

const inputSchema = (schema: z.ZodType) => jsonSchema(schema, "input");

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
  return rest;
}
