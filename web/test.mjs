// Runs the tests of the pure modules: bundles test/*.test.ts into a temporary folder, then `node --test` on it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "incident-map-web-"));
const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
await build({
  absWorkingDir: here,
  entryPoints: tests.map((name) => `test/${name}`),
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  define: { "process.env.WEB_FOLDER": JSON.stringify(here) },
  outdir: folder,
  logLevel: "warning",
});
const run = spawnSync(process.execPath, ["--test", folder], { encoding: "utf8" });
rmSync(folder, { recursive: true, force: true });
process.stdout.write(run.stdout);
process.stderr.write(run.stderr);
const count = (what) => Number(new RegExp(`^[^\\w]*${what} (\\d+)$`, "m").exec(run.stdout)?.[1] ?? 0);
console.log(`${count("pass")} passed, ${count("fail")} failed`);
process.exit(run.status ?? 1);
