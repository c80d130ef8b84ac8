// Records what promptfoo 0.121.20 finds in suite.yaml on the fixed answers:
//   npm install --prefix /tmp/promptfoo promptfoo@0.121.20
//   node record.mjs /tmp/promptfoo/node_modules/.bin/promptfoo > results.json
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const answers = JSON.parse(readFileSync('answers.json', 'utf8'));

// The judge approves of cats, at 0.9.
function answer(model, messages) {
  const last = messages.at(-1).content;
  if (model !== 'judge') return answers[last];
  const pass = /tells of a cat/.test(last);
  return JSON.stringify({ reason: pass ? 'it does' : 'it does not', pass, score: pass ? 0.9 : 0.1 });
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const { model, messages } = JSON.parse(body);
    const content = answer(model, messages);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({
      id: 'x', object: 'chat.completion', model,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content },
        logprobs: { content: [{ token: 'a', logprob: -0.5 }, { token: 'b', logprob: -0.25 }] } }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    }));
  });
});
server.listen(18080, '127.0.0.1', () => {
  const folder = mkdtempSync(join(tmpdir(), 'promptfoo-'));
  const out = join(folder, 'out.json');
  const env = { ...process.env, PROMPTFOO_CONFIG_DIR: folder, PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1', OPENAI_API_KEY: 'none', PROMPTFOO_FAILED_TEST_EXIT_CODE: '0' };
  const run = spawn(process.argv[2], ['eval', '-c', 'suite.yaml', '-o', out, '--no-cache', '--no-table', '--no-progress-bar'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  run.on('exit', () => {
    server.close();
    const { results } = JSON.parse(readFileSync(out, 'utf8'));
    const rows = results.results.map((row) => ({
      test: row.testIdx, description: row.testCase.description ?? null, q: row.vars.q, passed: row.success, score: row.score,
      checks: (row.gradingResult?.componentResults ?? []).map((check) => ({ type: check.assertion?.type ?? 'assert-set', passed: check.pass, score: check.score })),
    }));
    console.log(JSON.stringify({ promptfoo: '0.121.20', results: rows.sort((a, b) => a.test - b.test) }, null, 1));
  });
});
