// Bundles the page into dist/. Usage: node build.mjs [--watch]
import { mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";
import { moveCrimea } from "./countries.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const require = createRequire(import.meta.url);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
writeFileSync(join(dist, "countries.json"), JSON.stringify(moveCrimea(atlas)));
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, "src", name), join(dist, name));

const options = {
  absWorkingDir: here,
  entryPoints: { app: "src/main.ts" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "linked",
  loader: { ".png": "dataurl" },
  outdir: "dist",
  logLevel: "info",
};
if (process.argv.includes("--watch")) await (await context(options)).watch();
else await build(options);
