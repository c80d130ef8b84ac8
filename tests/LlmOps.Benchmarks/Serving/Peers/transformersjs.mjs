// transformers.js over onnxruntime-node: node transformersjs.mjs FOLDER THREADS. Prompts of one length run as one batch.
import fs from 'node:fs';
import path from 'node:path';
import { AutoModelForCausalLM, Tensor, env } from '@huggingface/transformers';
import { say, serve } from './bursts.mjs';

const [folder, threads] = [path.resolve(process.argv[2]), Number(process.argv[3])];
const versionOf = (name) => JSON.parse(fs.readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

try {
  env.allowRemoteModels = false;
  env.localModelPath = path.dirname(folder) + path.sep;
  // The suffix of 'fp32' is none: model.onnx, whatever its weights are.
  const model = await AutoModelForCausalLM.from_pretrained(path.basename(folder), {
    local_files_only: true, subfolder: '', dtype: 'fp32', device: 'cpu', session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const ready = `transformers.js ${versionOf('@huggingface/transformers')} over onnxruntime-node ${versionOf('onnxruntime-node')} in process, static batch, fp32 cache`;
  await serve(ready, async ({ prompts, tokens }) => {
    const streams = prompts.map(() => ({ tokens: [], milliseconds: [] }));
    const shape = [prompts.length, prompts[0].length];
    const ids = new Tensor('int64', BigInt64Array.from(prompts.flat().map(BigInt)), shape);
    const mask = new Tensor('int64', new BigInt64Array(ids.data.length).fill(1n), shape);
    const start = performance.now();
    let prompt = true;
    const streamer = {
      put(rows) {
        const now = performance.now() - start;
        if (!prompt) {
          rows.forEach((row, i) => { streams[i].tokens.push(Number(row.at(-1))); streams[i].milliseconds.push(now); });
        }
        prompt = false;
      },
      end() {},
    };
    await model.generate({ inputs: ids, attention_mask: mask, max_new_tokens: tokens, do_sample: false, streamer });
    return streams;
  });
  process.exit(0);
} catch (error) {
  say({ error: String(error?.message ?? error) });
  process.exit(1);
}
