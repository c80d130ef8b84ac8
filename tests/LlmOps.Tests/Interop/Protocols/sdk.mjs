// Speaks through OpenAI's own SDK with the servers of argv[2] (JSON: texts, tools, embedder, limited, closed) and prints what it saw.
import OpenAI from 'openai';

const urls = JSON.parse(process.argv[2]);
const clientOf = (url, options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k-all', maxRetries: 0, ...options });
const messages = [{ role: 'user', content: 'What is the capital of Greece?' }];
const seen = {};

const texts = clientOf(urls.texts);
const runner = texts.chat.completions.stream({ model: 'tiny-ops', messages, stream_options: { include_usage: true } });
let deltas = '';
runner.on('content', delta => (deltas += delta));
const final = await runner.finalChatCompletion();
seen.stream = { deltas, content: final.choices[0].message.content, finish: final.choices[0].finish_reason, usage: await runner.totalUsage() };

const schema = { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'], additionalProperties: false };
const response_format = { type: 'json_schema', json_schema: { name: 'a', strict: true, schema } };
seen.parsed = (await texts.chat.completions.parse({ model: 'tiny-ops', messages, response_format })).choices[0].message.parsed;

const parameters = { type: 'object', properties: { city: { enum: ['Athens', 'Rome'] } }, required: ['city'], additionalProperties: false };
const tools = clientOf(urls.tools);
const tool_choice = { type: 'function', function: { name: 'weather' } };
const called = [];
const ran = tools.chat.completions.runTools({
  model: 'tiny-tools', messages, tool_choice,
  tools: [{ type: 'function', function: { name: 'weather', parameters, parse: JSON.parse, function: given => (called.push(given.city), 'sunny') } }],
});
await ran.done();
seen.called = called;
seen.roles = ran.messages.map(message => message.role);
const streamed = await tools.chat.completions.stream({ model: 'tiny-tools', messages, tool_choice, tools: [{ type: 'function', function: { name: 'weather', parameters, strict: true } }] }).finalChatCompletion();
seen.streamedCall = streamed.choices[0].message.tool_calls[0].function.parsed_arguments.city;

const embedder = clientOf(urls.embedder);
const [byDefault, asFloats] = await Promise.all([{}, { encoding_format: 'float' }].map(more => embedder.embeddings.create({ model: 'tiny-embed', input: ['Hi', 'Hello'], ...more })));
seen.embeddings = {
  count: byDefault.data.length, width: byDefault.data[0].embedding.length, usage: byDefault.usage,
  difference: Math.max(...byDefault.data.flatMap((entry, i) => entry.embedding.map((x, j) => Math.abs(x - asFloats.data[i].embedding[j])))),
};

// The SDK's wait before it tries again is over at once, and its length is kept; other timers are left alone.
const waits = [];
const { setTimeout: real } = globalThis;
let afterWait = () => {};
globalThis.setTimeout = (run, ms, ...rest) => {
  if (!new Error().stack.includes('openai/internal/utils/sleep')) return real(run, ms, ...rest);
  waits.push(ms);
  afterWait();
  return real(run, 0);
};

const failure = async act => {
  waits.length = 0;
  try {
    await act();
    return { waits: [...waits] };
  } catch (error) {
    return { kind: error.constructor.name, status: error.status, code: error.code, waits: [...waits] };
  }
};
const ask = client => () => client.chat.completions.create({ model: 'tiny-ops', messages });
seen.noKey = await failure(ask(clientOf(urls.limited, { apiKey: 'k-unknown' })));
const limited = clientOf(urls.limited, { apiKey: 'k-slow', maxRetries: 1 });
for (let i = 0; i < 2; i++) await limited.models.list();
seen.overLimit = await failure(ask(clientOf(urls.limited, { apiKey: 'k-slow' })));
// Once the minute is over, the key would have room again: another one that has it stands for it.
afterWait = () => (limited.apiKey = 'k-all');
seen.retried = await failure(ask(limited));
afterWait = () => {};
seen.closed = await failure(ask(clientOf(urls.closed, { maxRetries: 1 })));
console.log(JSON.stringify(seen));
