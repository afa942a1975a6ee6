import { type BuildFailure, formatMessages } from "esbuild";

/** Waits for a build; its errors become one readable message. */
export async function explained<Result>(building: Promise<Result>): Promise<Result> {
  try {
    return await building;
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!errors) throw error;
    const lines = await formatMessages(errors, { kind: "error" });
    throw new Error(`The build failed:\n${lines.join("\n")}`);
  }
}
