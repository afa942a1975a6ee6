import { jest } from "@jest/globals";
import { createMoves, legTime } from "../../../apps/web/models/moves.ts";

describe("Moves of the diagram", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("a move is there until its dot has arrived", () => {
    const { moves, add } = createMoves();
    add(40, ["redis", "api", "postgres"]);
    jest.advanceTimersByTime(2 * legTime - 1);
    expect(moves.value).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(moves.value).toEqual([]);
  });

  test("moves of one index run one after the other, however fast its events come", () => {
    const { moves, add } = createMoves();
    add(40, ["page", "api"]);
    add(40, ["api", "redis"]);
    jest.advanceTimersByTime(10);
    add(40, ["redis", "calculator:a", "redis", "api", "page"]);
    expect(moves.value.map(({ delay }) => delay)).toEqual([0, legTime, 2 * legTime - 10]);
  });

  test("a move that nothing waits for delays no later move", () => {
    const { moves, add } = createMoves();
    add(40, ["redis", "api", "postgres"], false);
    add(40, ["api", "page"]);
    expect(moves.value.map(({ delay }) => delay)).toEqual([0, 0]);
  });

  test("moves along the same path at the same time are one, with their number", () => {
    const { moves, add } = createMoves();
    for (let index = 0; index < 500; index++) add(index, ["page", "api"]);
    expect(moves.value).toEqual([expect.objectContaining({ amount: 500, delay: 0 })]);
  });

  test("at most sixteen are drawn at once, and all of them end", () => {
    const { moves, add } = createMoves();
    for (let at = 0; at < 100; at++) add(at, ["redis", `calculator:${at}`]);
    expect(moves.value).toHaveLength(16);
    jest.advanceTimersByTime(legTime);
    expect(moves.value).toEqual([]);
    add(1, ["page", "api"]);
    expect(moves.value[0]?.delay).toBe(0);
  });
});
