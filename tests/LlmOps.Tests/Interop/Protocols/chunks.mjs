// Reads values from standard input (JSON: [{ schema, value }]) and says what the schemas of the OpenAPI document argv[2] have against each.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(JSON.parse(readFileSync(process.argv[2], 'utf8')), 'document');
const judged = JSON.parse(readFileSync(0, 'utf8')).map(({ schema, value }) => {
  const fits = ajv.getSchema(`document#/components/schemas/${schema}`);
  return fits(value) ? [] : fits.errors.map(error => `${error.instancePath} ${error.message}`);
});
console.log(JSON.stringify(judged));
