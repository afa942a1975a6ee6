import { jest } from "@jest/globals";

// Real servers on a busy machine: a test that waits for a condition has its own, shorter deadline.
jest.setTimeout(120_000);
