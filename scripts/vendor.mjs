// Refreshes the front-end files that live in the repository: `node scripts/vendor.mjs` (or `make vendor`).
//
// Nobody needs Node to run or test the product: the files, their versions, SHA-256 checksums and licences are
// committed, and tests/shell/test_vendor.py compares them. Only whoever moves a version runs this.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SHELL = "auditapp/shell/static/vendor";
const TESTS = "tests/vendor";

// The few icons that we show, by Lucide's name. They end up in one sprite, so that a page fetches one file.
const ICONS = [
  "arrow-left", "arrow-right", "bell", "calendar", "calendar-days", "camera", "check", "chevron-down", "chevron-right",
  "circle-help", "clipboard-check", "clipboard-list", "clock", "download", "ellipsis", "external-link", "file-text",
  "filter", "flag", "folder-open", "handshake", "history", "house", "image", "info", "layers", "layout-list", "link", "list-checks",
  "lock", "log-out", "mail", "map-pin", "menu", "message-square", "monitor", "moon", "paperclip", "pencil", "play",
  "plus", "printer", "route", "search", "settings", "shield-check", "sun", "trash-2", "triangle-alert", "undo-2",
  "upload", "user", "users", "x",
];

// what: the package; take: file in the package -> file here.
const PACKAGES = [
  {
    what: "@picocss/pico",
    version: "2.1.1",
    licence: "MIT",
    why: "the base layer of the look: element styles, light and dark",
    into: SHELL,
    take: { "css/pico.min.css": "pico.layer.css", "LICENSE.md": "pico.LICENSE.md" },
    layer: "pico", // wrapped in a cascade layer, so that our own rules win without fighting over specificity
  },
  {
    what: "lucide-static",
    version: "1.62.0",
    licence: "ISC",
    why: "icons, the few that are used gathered in one sprite",
    into: SHELL,
    take: { LICENSE: "lucide.LICENSE" },
    sprite: "icons.svg",
  },
  {
    what: "signature_pad",
    version: "5.1.4",
    licence: "MIT",
    why: "smooth lines of a finger or a stylus: marks on a photo, signatures of the closing meeting",
    into: SHELL,
    take: { "dist/signature_pad.min.js": "signature_pad.js", LICENSE: "signature_pad.LICENSE" },
  },
  {
    what: "idb",
    version: "8.0.4",
    licence: "ISC",
    why: "IndexedDB with promises: what a tablet keeps of the walk until the server has it",
    into: SHELL,
    take: { LICENSE: "idb.LICENSE" },
    bundle: { "build/index.js": "idb.js" },
  },
  {
    what: "@noble/hashes",
    version: "2.4.0",
    licence: "MIT",
    why: "SHA-256 inside a transaction of IndexedDB: crypto.subtle answers too late for one, and not at all without https",
    into: SHELL,
    take: { LICENSE: "noble-hashes.LICENSE" },
    bundle: { "sha2.js": "sha256.js" },
    only: ["sha256"],
  },
  {
    what: "axe-core",
    version: "4.14.1",
    licence: "MPL-2.0",
    why: "accessibility checks in the browser tests; never served",
    into: TESTS,
    take: { "axe.min.js": "axe.min.js", LICENSE: "axe.LICENSE", "LICENSE-3RD-PARTY.txt": "axe.LICENSE-3RD-PARTY.txt" },
  },
  {
    what: "ical.js",
    version: "2.2.1",
    licence: "MPL-2.0",
    why: "the reader of calendars inside Thunderbird: feeds are read by it in the tests; never served",
    into: TESTS,
    take: { "dist/ical.min.js": "ical.min.js", LICENSE: "ical.LICENSE" },
  },
];

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function unpack(what, version) {
  const folder = mkdtempSync(join(tmpdir(), "vendor-"));
  const name = execFileSync("npm", ["pack", "--silent", `${what}@${version}`], { cwd: folder, encoding: "utf8" }).trim();
  execFileSync("tar", ["xzf", name], { cwd: folder });
  return folder;
}

function inLayer(layer, bytes) {
  return Buffer.from(`@layer ${layer}{${bytes.toString("utf8").replace('@charset "UTF-8";', "")}}\n`);
}

// One module without blanks and without what is not used, for the oldest browsers that we promise.
function bundled(from, only) {
  const entry = `export ${only ? `{ ${only.join(", ")} }` : "*"} from ${JSON.stringify(from)};`;
  return execFileSync("npx", ["--yes", "esbuild@0.27", "--bundle", "--minify", "--format=esm", "--target=safari16.4,chrome124"], { input: entry, cwd: dirname(from) });
}

function symbol(name, svg) {
  const inner = svg.replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1].replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
}

const manifests = new Map();
for (const one of PACKAGES) {
  const folder = unpack(one.what, one.version);
  const files = {};
  const keep = (name, bytes) => {
    mkdirSync(join(ROOT, one.into), { recursive: true });
    writeFileSync(join(ROOT, one.into, name), bytes);
    files[name] = sha256(bytes);
  };
  for (const [from, to] of Object.entries(one.take)) {
    const bytes = readFileSync(join(folder, "package", from));
    keep(to, one.layer && to.endsWith(".css") ? inLayer(one.layer, bytes) : bytes);
  }
  for (const [from, to] of Object.entries(one.bundle ?? {})) keep(to, bundled(join(folder, "package", from), one.only));
  if (one.sprite) {
    const symbols = ICONS.map((name) => symbol(name, readFileSync(join(folder, "package/icons", `${name}.svg`), "utf8")));
    keep(one.sprite, Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`));
  }
  rmSync(folder, { recursive: true });
  const { what, version, licence, why, into } = one;
  manifests.set(into, [...(manifests.get(into) ?? []), { name: what, version, licence, why, files }]);
}
for (const [into, packages] of manifests) {
  writeFileSync(join(ROOT, into, "VENDOR.json"), `${JSON.stringify({ packages }, null, 2)}\n`);
  console.log(`${into}: ${packages.map((one) => `${one.name} ${one.version}`).join(", ")}`);
}
