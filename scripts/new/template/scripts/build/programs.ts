/** What is built from what. Another app is another line here, and in dapr.yaml. */
export const programs = { "orders/main": "apps/orders/main.ts" };
