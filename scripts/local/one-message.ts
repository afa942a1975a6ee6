/** Runs a command's body; a failure becomes one message on standard error and exit code 1. */
export async function oneMessage(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(process.env.DEBUG && error instanceof Error ? error.stack : text);
    process.exitCode = 1;
  }
}
