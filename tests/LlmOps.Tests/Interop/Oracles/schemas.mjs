// Reads a list of { schema, texts } and answers, for each, with the places of the texts that Ajv finds invalid; null where it refuses
// the schema. Argument: the file.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';

const ajv = new Ajv.default({ strict: false, validateFormats: false, logger: false });
const invalid = ({ schema, texts }) => {
  try {
    const validate = ajv.compile(schema);
    return texts.flatMap((text, i) => (validate(JSON.parse(text)) ? [] : [i]));
  } catch {
    return null;
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync(process.argv[2], 'utf8')).map(invalid)));
