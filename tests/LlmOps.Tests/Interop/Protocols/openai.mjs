// Writes OpenAI's API as an OpenAPI document, cut to the paths that the server has, to argv[2]. Without argv[3] the schemas are
// made from the types of OpenAI's SDK, which its maker generates from OpenAI's own document; with it they are those of that
// document itself (openapi.json of https://github.com/openai/openai-openapi), which no package brings.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The document's names of what the SDK calls otherwise.
const renamed = {
  CreateChatCompletionRequest: 'ChatCompletionCreateParams',
  CreateChatCompletionResponse: 'ChatCompletion',
  CreateChatCompletionStreamResponse: 'ChatCompletionChunk',
  CreateCompletionRequest: 'CompletionCreateParams',
  CreateCompletionResponse: 'Completion',
  CreateEmbeddingRequest: 'EmbeddingCreateParams',
  Error: 'ErrorObject',
};

// The document says `nullable`, which OpenAPI 3.1 no longer knows.
const fromPublished = file => JSON.parse(readFileSync(file, 'utf8'), (_, value) => {
  if (value?.nullable !== true) return value;
  const { nullable, ...schema } = value;
  return { anyOf: [schema, { type: 'null' }] };
}).components.schemas;

const fromSdk = async () => {
  const { createGenerator } = await import('ts-json-schema-generator');
  const folder = dirname(fileURLToPath(import.meta.url));
  const schema = createGenerator({
    path: join(folder, 'types.ts'), tsconfig: join(folder, 'tsconfig.json'), type: 'Wire', expose: 'all', skipTypeCheck: true, additionalProperties: true, jsDoc: 'none',
  }).createSchema('Wire');
  const text = JSON.stringify(schema.definitions).replaceAll('#/definitions/', '#/components/schemas/');
  const schemas = JSON.parse(text);
  for (const [name, type] of Object.entries(renamed)) schemas[name] = { $ref: `#/components/schemas/${type}` };
  return schemas;
};

const [, , target, published] = process.argv;
const schemas = published ? fromPublished(published) : await fromSdk();
schemas.ErrorResponse ??= { type: 'object', required: ['error'], properties: { error: { $ref: '#/components/schemas/Error' } } };
schemas.ListModelsResponse ??= {
  type: 'object', required: ['object', 'data'], properties: { object: { const: 'list' }, data: { type: 'array', items: { $ref: '#/components/schemas/Model' } } },
};

const deref = node => (node.$ref ? deref(schemas[node.$ref.split('/').at(-1)]) : node);
const orNull = schema => ({ anyOf: [schema, { type: 'null' }] });
// Against their own document, OpenAI's completions are null where a stream's choice has not ended, and where the first token of an
// echoed prompt has no probability. Clients know it.
const completion = deref(schemas.CreateCompletionResponse);
const choice = deref(completion.properties.choices.items);
const scores = deref(choice.properties.logprobs.anyOf.map(deref).find(variant => variant.type === 'object'));
for (const list of ['token_logprobs', 'top_logprobs']) scores.properties[list] = { ...scores.properties[list], items: orNull(scores.properties[list].items) };
const unfinished = { ...choice, properties: { ...choice.properties, finish_reason: orNull(choice.properties.finish_reason) } };
schemas.CreateCompletionStreamResponse = { ...completion, properties: { ...completion.properties, choices: { type: 'array', items: unfinished } } };

const json = name => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
// The events of a stream are judged one by one by chunks.mjs, which this proxy cannot do. The errors' schema is part of the
// document; that every operation may answer with it is only said in the documentation.
const answers = (name, stream) => ({
  200: { description: '', content: { ...json(name), ...(stream && { 'text/event-stream': { schema: {} } }) } },
  default: { description: '', content: json('ErrorResponse') },
});
const post = (name, stream) => ({ post: { requestBody: { required: true, content: json(`Create${name}Request`) }, responses: answers(`Create${name}Response`, stream) } });
const paths = {
  '/v1/chat/completions': post('ChatCompletion', true),
  '/v1/completions': post('Completion', true),
  '/v1/embeddings': post('Embedding'),
  '/v1/models': { get: { responses: answers('ListModelsResponse') } },
  '/v1/models/{model}': { parameters: [{ name: 'model', in: 'path', required: true, schema: { type: 'string' } }], get: { responses: answers('Model') } },
};

const kept = {};
const keep = node => {
  if (Array.isArray(node)) return node.forEach(keep);
  if (!node || typeof node !== 'object') return;
  if (typeof node.$ref === 'string') {
    const name = node.$ref.split('/').at(-1);
    if (!schemas[name]) throw new Error(`there is no schema ${name}`);
    if (!kept[name]) keep((kept[name] = schemas[name]));
  }
  Object.values(node).forEach(keep);
};
keep(paths);
for (const name of ['CreateChatCompletionStreamResponse', 'CreateCompletionStreamResponse']) keep({ $ref: `#/components/schemas/${name}` });
writeFileSync(target, JSON.stringify({ openapi: '3.1.0', info: { title: 'OpenAI', version: '1' }, paths, components: { schemas: kept } }));
