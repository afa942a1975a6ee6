declare module "real:crypto" {
  export { createHash, timingSafeEqual } from "node:crypto";
}
