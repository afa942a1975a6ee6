import express, { type Handler } from "express";

const policy =
  "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Serves the built page. @param staticDir the folder of its files. */
export function pageFiles(staticDir: string): Handler {
  return express.static(staticDir, {
    setHeaders(response, path) {
      response.setHeader("content-security-policy", policy);
      // Scripts and styles carry a hash of their content in their names; the page itself does not.
      const immutable = /-[A-Z0-9]{8}\.(js|css)$/.test(path);
      response.setHeader("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}
