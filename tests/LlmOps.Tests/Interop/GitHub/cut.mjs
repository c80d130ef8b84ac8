// Cuts GitHub's OpenAPI document to the paths that are asked for, and removes the rest of its package, which is half a gigabyte.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const generated = new URL('./node_modules/@octokit/openapi/generated/', import.meta.url);
const source = new URL('api.github.com.json', generated);
const target = new URL('./node_modules/github.json', import.meta.url);
const used = [
  '/app', '/app/hook/deliveries', '/app/hook/deliveries/{delivery_id}/attempts', '/app/installations/{installation_id}/access_tokens',
  ...['', '/check-runs', '/check-runs/{check_run_id}', '/collaborators/{username}/permission', '/commits/{ref}', '/commits/{ref}/check-runs',
    '/compare/{basehead}', '/contents/{path}', '/git/ref/{ref}', '/git/refs', '/git/refs/{ref}', '/hooks/{hook_id}/deliveries',
    '/hooks/{hook_id}/deliveries/{delivery_id}/attempts', '/issues', '/issues/{issue_number}/comments', '/pulls', '/pulls/{pull_number}',
    '/pulls/{pull_number}/files'].map(path => `/repos/{owner}/{repo}${path}`),
];

if (existsSync(source)) {
  const whole = JSON.parse(readFileSync(source, 'utf8'));
  const kept = { openapi: whole.openapi, info: whole.info, servers: whole.servers, paths: {}, components: {} };
  for (const path of used) {
    if (!whole.paths[path]) throw new Error(`GitHub's document has no ${path}`);
    kept.paths[path] = whole.paths[path];
  }
  const seen = new Set();
  const keep = node => {
    if (Array.isArray(node)) return node.forEach(keep);
    if (!node || typeof node !== 'object') return;
    if (typeof node.$ref === 'string' && !seen.has(node.$ref)) {
      seen.add(node.$ref);
      const [, , kind, name] = node.$ref.split('/');
      const found = whole.components[kind][name];
      (kept.components[kind] ??= {})[name] = found;
      keep(found);
    }
    Object.values(node).forEach(keep);
  };
  keep(kept.paths);
  writeFileSync(target, JSON.stringify(kept));
  for (const file of readdirSync(generated)) rmSync(new URL(file, generated));
}
