// llama.cpp through node-llama-cpp: node llamacpp.mjs MODEL.gguf THREADS. A burst's requests run as sequences of one context, batched natively.
import fs from 'node:fs';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { say, serve } from './bursts.mjs';

const [file, threads] = [process.argv[2], Number(process.argv[3])];
const versionOf = (name) => JSON.parse(fs.readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

try {
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: threads, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: file });
  await serve(`llama.cpp of node-llama-cpp ${versionOf('node-llama-cpp')} in process, native batching, fp16 cache`, async ({ prompts, tokens }) => {
    const longest = Math.max(...prompts.map((prompt) => prompt.length)) + tokens;
    const context = await model.createContext({
      contextSize: longest, sequences: prompts.length, threads: { ideal: threads, min: threads }, batchSize: Number(process.env.LLAMA_BATCH ?? 512),
    });
    const sequences = prompts.map(() => context.getSequence());
    const start = performance.now();
    const streams = await Promise.all(sequences.map(async (sequence, i) => {
      const answer = { tokens: [], milliseconds: [] };
      for await (const token of sequence.evaluate(prompts[i], { temperature: 0, yieldEogToken: true })) {
        answer.tokens.push(token);
        answer.milliseconds.push(performance.now() - start);
        if (answer.tokens.length === tokens) break;
      }
      return answer;
    }));
    await context.dispose();
    return streams;
  });
  process.exit(0);
} catch (error) {
  say({ error: String(error?.message ?? error) });
  process.exit(1);
}
