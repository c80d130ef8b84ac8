// Reads GraphQL requests from standard input (JSON: [{ query, variables }]) and says what GitHub's published schema has against each.
import { readFileSync } from 'node:fs';
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
// The published file defines two fields twice.
const schema = buildSchema(readFileSync(new URL('./node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url), 'utf8'), { assumeValidSDL: true });
const judged = JSON.parse(Buffer.concat(chunks).toString('utf8')).map(({ query, variables }) => {
  const document = parse(query);
  const errors = validate(schema, document);
  const declared = getOperationAST(document).variableDefinitions ?? [];
  const values = getVariableValues(schema, declared, variables);
  const unknown = Object.keys(variables).filter(name => !declared.some(one => one.variable.name.value === name)).map(name => `$${name} is not declared`);
  return [...errors.map(error => error.message), ...(values.errors ?? []).map(error => error.message), ...unknown];
});
console.log(JSON.stringify(judged));
