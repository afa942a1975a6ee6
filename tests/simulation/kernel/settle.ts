import { setFlagsFromString } from "node:v8";

// A turn of Node's own event loop costs microseconds and lets real I/O in; asking V8 itself runs the pending
// promise reactions at once, and nothing else.
setFlagsFromString("--allow-natives-syntax");

/** Runs every pending promise reaction. Call it from synchronous code that no promise reaction called. */
export const settle = new Function("%PerformMicrotaskCheckpoint()") as () => void;
