// Speaks with the server at argv[2] through OpenAI's own SDK and prints what it saw as one JSON object.
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'none', maxRetries: 0 });
const messages = [{ role: 'user', content: 'What is the capital of Greece?' }];
const seen = {};

seen.models = (await client.models.list()).data.map((model) => model.id);
seen.model = (await client.models.retrieve('tiny-ops')).id;

const whole = await client.chat.completions.create({ model: 'tiny-ops', messages, logprobs: true, top_logprobs: 2 });
seen.whole = whole.choices[0].message.content;
seen.finish = whole.choices[0].finish_reason;
seen.usage = whole.usage;
seen.likeliest = whole.choices[0].logprobs.content[0].top_logprobs.length;

seen.streamed = '';
const stream = await client.chat.completions.create({ model: 'tiny-ops', messages, stream: true, stream_options: { include_usage: true } });
for await (const chunk of stream) {
  seen.streamed += chunk.choices[0]?.delta?.content ?? '';
  seen.streamedUsage = chunk.usage ?? seen.streamedUsage;
}

const runner = client.chat.completions.stream({ model: 'tiny-ops', messages });
seen.accumulated = await runner.finalContent();

const prompt = '<|bos|><|user|>What is 12 + 30?<|eos|><|assistant|>';
const completion = await client.completions.create({ model: 'tiny-ops', prompt, echo: true, logprobs: 1, max_tokens: 4 });
seen.completion = completion.choices[0].text;
seen.completionTokens = completion.choices[0].logprobs.tokens.length;

seen.completionStreamed = '';
for await (const part of await client.completions.create({ model: 'tiny-ops', prompt, max_tokens: 4, stream: true })) {
  seen.completionStreamed += part.choices[0]?.text ?? '';
}

seen.errors = {};
const failing = {
  unknownModel: { model: 'other', messages },
  noMessages: { model: 'tiny-ops', messages: [] },
  tooLong: { model: 'tiny-ops', messages: [{ role: 'user', content: 'word '.repeat(600) }] },
  wrongType: { model: 'tiny-ops', messages, temperature: 'hot' },
};
for (const [name, request] of Object.entries(failing)) {
  try {
    await client.chat.completions.create(request);
  } catch (error) {
    seen.errors[name] = { kind: error.constructor.name, status: error.status, code: error.code, param: error.param };
  }
}
console.log(JSON.stringify(seen));
