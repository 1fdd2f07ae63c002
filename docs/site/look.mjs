// Looks at the site as a reader does: pictures of each kind of page, wide and narrow, light and dark, and what
// is wrong with them: pages wider than the screen, errors, requests to elsewhere, and axe-core's rules.
//
//   npm install --prefix /tmp/look playwright-core axe-core
//   NODE_PATH=/tmp/look/node_modules node docs/site/look.mjs build/site/html /tmp/look/pictures [PAGE...]
import {readFileSync, readdirSync, mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';
const require = createRequire(import.meta.url);
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [html, pictures] = process.argv.slice(2, 4).map(path => resolve(path));
const chosen = process.argv.slice(4);
// Without a choice: all pages of the documentation, and one of each kind that Doxygen makes.
const generated = /^(class|struct|union|namespace|source_|dir_|functions|globals)|_8(hpp|dox)/;
const pages = chosen.length ? chosen : [
  ...readdirSync(html).filter(file => /\.html$/.test(file) && !generated.test(file)).map(file => file.slice(0, -5)),
  'source_docs_examples_banded_cpp', 'namespacecontractive', 'classcontractive_1_1Array', 'structcontractive_1_1Window2d',
  'map_8hpp', 'functions', 'search'];

mkdirSync(pictures, {recursive: true});
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox',
  '--allow-file-access-from-files']});
let faults = 0;
for (const width of [400, 1400])
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({viewport: {width, height: 1000}, colorScheme});
    for (const name of pages) {
      const page = await context.newPage();
      const fault = text => (++faults, console.log(`${name} at ${width}, ${colorScheme}: ${text}`));
      page.on('pageerror', error => fault(error));
      page.on('request', request => /^(file|data|blob):/.test(request.url()) || fault(request.url()));
      await page.goto(`file://${html}/${name === 'search' ? 'index' : name}.html`);
      await page.waitForTimeout(400);
      if (name === 'search') {
        await page.locator('#MSearchField').pressSequentially('jacobian', {delay: 30});
        await page.waitForTimeout(800);
      }
      await page.screenshot({path: `${pictures}/${name}-${width}-${colorScheme}.png`});
      for (const text of await page.locator('.katex-error').allTextContents()) fault(`no formula: ${text}`);
      for (const text of await page.evaluate(too_wide)) fault(`wider than the screen: ${text}`);
      await page.evaluate(axe);
      const {violations} = await page.evaluate(() => axe.run({exclude: ['.katex']}));
      for (const {id, nodes} of violations)
        fault(`${id}: ${nodes.length}: ${nodes[0].target} ${nodes[0].html.slice(0, 120)}`);
      await page.close();
    }
  }
await browser.close();
console.log(`${faults} faults`);
process.exit(faults ? 1 : 0);

// What reaches beyond the screen and does not scroll in a box of its own.
function too_wide() {
  const scrolls = element => element.id !== 'doc-content' && element !== document.body && element !== document.documentElement &&
    /auto|scroll/.test(getComputedStyle(element).overflowX);
  const inside_of_one = element => element.parentElement && (scrolls(element.parentElement) || inside_of_one(element.parentElement));
  return [...document.querySelectorAll('#doc-content *, #top *')].filter(element => !element.closest('.katex-mathml, svg *'))
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility() && !inside_of_one(element))
    .slice(0, 3).map(element => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40).trim()}`);
}
