/** `node:crypto` with the chance of the simulation. */
export { createHash, timingSafeEqual } from "real:crypto";
export const randomUUID = () => host.current.uuid();
export const randomInt = (low: number, high?: number) =>
  high === undefined
    ? Math.floor(host.current.random() * low)
    : low + Math.floor(host.current.random() * (high - low));
