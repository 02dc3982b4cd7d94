// SPDX-License-Identifier: Apache-2.0
// check.mjs PAGES SHOTS: every page of the folder in Chromium.  Fails with one line for each thing that is wrong.
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

const require = createRequire(path.join(process.env.TOOLS, "node_modules", "index.js"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { HtmlValidate } = require("html-validate");

const [pages, shots] = process.argv.slice(2);
const JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';";
const problems = [];
const fail = (name, what) => {
  problems.push(name);
  console.log(`${name}: ${what}`);
};

// The folder over HTTP, as an artifact server has it; /jenkins/ adds the header that Jenkins sends.
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  const file = path.join(pages, path.basename(decodeURIComponent(url.pathname)));
  const type = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" }[path.extname(file)];
  if (!type || !fs.existsSync(file)) {
    response.writeHead(url.pathname === "/favicon.ico" ? 204 : 404).end(); // every browser asks for one
    return;
  }
  const headers = { "Content-Type": type };
  if (url.pathname.startsWith("/jenkins/")) headers["Content-Security-Policy"] = JENKINS;
  response.writeHead(200, headers).end(fs.readFileSync(file));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

// open(): a page in a context of its own; whatever it asks of others, prints or pops up is a failure.
async function open(name, url, options, work) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const own = new Set([url, url.replace(/\.html$/, ".css"), url.replace(/\.html$/, ".js")]);
  page.on("request", (r) => own.has(r.url().split("#")[0]) || fail(name, `asks for ${r.url()}`));
  page.on("dialog", async (d) => (fail(name, `a dialog: ${d.message()}`), d.dismiss()));
  page.on("pageerror", (e) => fail(name, `a script failed: ${e.message}`));
  page.on("console", (m) => {
    // Jenkins' policy refuses our script, and that is what is wanted there
    if (m.type() === "error" && !url.includes("/jenkins/")) fail(name, `console: ${m.text()}`);
  });
  try {
    await page.goto(url);
    await work(page);
  } catch (error) {
    fail(name, error.message.split("\n")[0]);
  }
  await context.close();
}

async function accessible(name, page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const v of violations) fail(name, `axe ${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
}

async function fits(name, page, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) {
    const who = await page.evaluate((limit) => {
      const all = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > limit + 1 && !e.closest(".scroll, pre, nav"));
      return all.slice(0, 3).map((e) => e.outerHTML.slice(0, 90)).join(" ## ");
    }, width);
    fail(name, `is ${wide} wide at ${width}: ${who}`);
  }
}

const shown = (page, selector) => page.locator(selector).evaluateAll((all) => all.filter((e) => e.checkVisibility()).length);

// Filter, folds and links, as a reader uses them.
async function usable(name, page) {
  const rows = "#packages .pk tbody tr";
  if (await page.locator("fieldset.filter").count()) {
    const all = await shown(page, rows);
    for (const kind of ["changed", "added", "removed"]) {
      await page.locator(`label[for=show-${kind}]`).click();
      const wanted = await page.locator(`${rows}.k-${kind}`).count();
      const got = await shown(page, rows);
      if (got !== wanted) fail(name, `the filter for ${kind} shows ${got} rows, not ${wanted}`);
    }
    await page.locator("label[for=show-all]").click();
    if ((await shown(page, rows)) !== all) fail(name, "the filter for all does not show all rows again");
  }
  const folds = page.locator("main details:not(.alt)");
  if (await folds.count()) {
    await folds.first().locator("summary").click();
    if (!(await folds.first().evaluate((e) => e.open))) fail(name, "a fold does not open");
  }
  for (const link of await page.locator("nav a").all()) {
    const target = (await link.getAttribute("href")).slice(1);
    await link.click();
    const inSight = async () => {
      const top = await page.locator(`[id="${target}"]`).evaluate((e) => e.getBoundingClientRect().top);
      return page.url().endsWith("#" + target) && top < page.viewportSize().height && top > -page.viewportSize().height;
    };
    for (let i = 0; i < 50 && !(await inSight()); i++) await page.waitForTimeout(20);
    if (!(await inSight())) fail(name, `#${target} is not in sight after its link`);
  }
}

async function injected(name, page) {
  const state = await page.evaluate(() => ({
    title: document.title,
    strange: document.querySelectorAll("img, iframe, object, embed, form, base, [onerror], [onclick], [style], a[href^='javascript:']").length,
    scripts: document.scripts.length,
    outside: [...document.querySelectorAll("a[href]")].filter((a) => !/^(#|https:\/\/ci\.example\/)/.test(a.getAttribute("href"))).length,
  }));
  if (state.title === "owned" || state.strange || state.scripts !== 1 || state.outside) fail(name, `was injected: ${JSON.stringify(state)}`);
}

// Print: nothing that is for the screen only, nothing folded away, all of the text.
async function printed(name, page) {
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  for (const what of ["nav", "fieldset.filter", ".copy", ".find"]) {
    if (await shown(page, what)) fail(name, `prints ${what}`);
  }
  const file = path.join(shots, `${name}.pdf`);
  await page.pdf({ path: file, format: "A4" });
  let text;
  try {
    text = execFileSync("pdftotext", ["-layout", file, "-"], { maxBuffer: 1 << 28, encoding: "utf8" });
  } catch {
    return; // there is no pdftotext
  }
  const squeezed = text.replace(/\s+/g, "");
  for (const heading of await page.locator("h1, h2").allInnerTexts()) {
    if (!squeezed.includes(heading.replace(/\s+/g, ""))) fail(name, `does not print "${heading}"`);
  }
}

async function paint(name, page, limit) {
  const ms = await page.evaluate(() => new Promise((done) => new PerformanceObserver((l) => done(l.getEntries()[0].startTime)).observe({ type: "paint", buffered: true })));
  console.log(`${name}: first frame after ${Math.round(ms)} ms`);
  if (ms > limit) fail(name, `the first frame takes ${Math.round(ms)} ms`);
}

const validator = new HtmlValidate({ extends: ["html-validate:standard"] });
const names = fs.readdirSync(pages).filter((f) => f.endsWith(".inline.html")).map((f) => f.slice(0, -".inline.html".length)).sort();
for (const name of names) {
  const url = `${origin}/${encodeURIComponent(name)}.inline.html`;
  const linked = `${encodeURIComponent(name)}.linked.html`;
  const big = fs.statSync(path.join(pages, `${name}.inline.html`)).size > 400000;
  for (const how of ["inline", "linked"]) {
    const report = await validator.validateFile(path.join(pages, `${name}.${how}.html`));
    for (const result of report.results) {
      for (const m of result.messages.slice(0, 3)) fail(name, `html-validate ${how} ${m.ruleId} ${m.line}:${m.column} ${m.message}`);
    }
  }
  for (const [scheme, width] of big ? [["light", 1100]] : [["light", 1100], ["dark", 1100], ["light", 360], ["dark", 360]]) {
    await open(name, url, { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true }, async (page) => {
      await accessible(`${name} ${scheme} ${width}`, page);
      await fits(`${name} ${scheme}`, page, width);
      if (!big) await page.screenshot({ path: path.join(shots, `${name}-${scheme}-${width}.png`), fullPage: true });
    });
  }
  await open(name, url, { viewport: { width: 1100, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await paint(name, page, 1500);
    await injected(name, page);
    await usable(name, page);
    if (await page.locator(".copy").count()) {
      await page.locator(".copy").first().click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      const wanted = await page.locator("#fix ins").first().textContent();
      if (copied !== wanted) fail(name, `copied ${copied}`);
    }
    if (await page.locator(".find").count()) {
      await page.locator(".find").fill("no such package at all");
      if (await shown(page, "#packages .pk tbody tr")) fail(name, "the search shows rows that do not match");
    }
  });
  await open(name, url, { viewport: { width: 320, height: 800 } }, (page) => fits(name, page, 320));
  if (big) continue;
  await open(`${name} without script`, url, { javaScriptEnabled: false }, (page) => usable(`${name} without script`, page));
  await open(`${name} at Jenkins`, `${origin}/jenkins/${linked}`, {}, async (page) => {
    await usable(`${name} at Jenkins`, page);
    if (name === "base-image-moved") await page.screenshot({ path: path.join(shots, "jenkins-linked.png"), fullPage: true });
  });
  await open(name, url, {}, (page) => printed(name, page));
  if (name === "base-image-moved" || name === "cannot-tell") {
    // from disk, and without the style: complete, if plain
    await open(`${name} linked`, `${origin}/${linked}`, {}, (page) => usable(`${name} linked`, page));
    await open(name, "file://" + path.resolve(pages, `${name}.linked.html`), {}, (page) => usable(`${name} from disk`, page));
    await open(name, `${origin}/jenkins/${encodeURIComponent(name)}.inline.html`, { bypassCSP: false }, async (page) => {
      await page.screenshot({ path: path.join(shots, `${name}-no-style.png`), fullPage: true });
      if (await shown(page, "fieldset.filter")) fail(name, "shows its filter without the style that makes it work");
    });
  }
}
await browser.close();
server.close();
console.log(`${names.length} reports, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
