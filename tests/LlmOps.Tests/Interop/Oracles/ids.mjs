// Reads texts (lists of UTF-16 units) and answers with the token ids that Hugging Face's own implementation gives each.
// A half of a surrogate pair counts as U+FFFD, as in any text that has been UTF-8.
// Arguments: the name of a @lenml/tokenizer package, a file of texts, a folder for the tokenizer's file and the answer.
import { readFileSync, writeFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';

const [name, textsFile, folder] = process.argv.slice(2);
const { tokenizerJSON, tokenizerConfig } = await import(`@lenml/tokenizer-${name}`);
// What a model's config adds to the file by itself is another matter than the file.
const oracle = new Tokenizer(tokenizerJSON, { ...tokenizerConfig, add_bos_token: undefined, add_eos_token: undefined });
const texts = JSON.parse(readFileSync(textsFile, 'utf8')).map((units) => String.fromCharCode(...units).toWellFormed());
writeFileSync(`${folder}/tokenizer.json`, JSON.stringify(tokenizerJSON));
writeFileSync(`${folder}/ids.json`, JSON.stringify(texts.map((text) => oracle.encode(text, { add_special_tokens: false }).ids)));
