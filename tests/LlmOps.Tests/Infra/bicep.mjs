// What the Bicep files say, as JSON: read by a grammar, not by a compiler. Types and settings are judged in C#.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

await Parser.init();
const require = createRequire(import.meta.url);
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));

const named = node => node.namedChildren.filter(child => child.type !== 'comment' && child.type !== 'diagnostic_comment');
const all = (node, type) => (node.type === type ? [node] : []).concat(node.children.flatMap(child => all(child, type)));
const text = node => node.text.replace(/^'([^]*)'$/, '$1').replaceAll("\\'", "'");

function problems(node) {
  const own = node.isError || node.isMissing ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 60) || 'missing ' + node.type}`] : [];
  return own.concat(node.children.flatMap(problems));
}

// A value as a tree: `o` object, `a` array, `or` either of several, `s` string, `x` any other expression.
function value(node) {
  switch (node.type) {
    case 'object': {
      const o = {};
      for (const property of named(node).filter(child => child.type === 'object_property')) {
        const [key, held] = named(property);
        if (held) o[text(key)] = value(held);
      }
      return { o };
    }
    case 'array': return { a: named(node).map(value) };
    case 'for_statement': return { a: [value(node.childForFieldName('body') ?? named(node).at(-1))] };
    case 'if_statement': return value(named(node).at(-1));
    case 'parenthesized_expression': return value(named(node)[0]);
    case 'ternary_expression': return { or: ['consequence', 'alternative'].map(part => value(node.childForFieldName(part))) };
    case 'string': return all(node, 'interpolation').length ? { x: node.text } : { s: text(node) };
    default: return { x: node.text };
  }
}

function decorators(node) {
  const before = node.previousNamedSibling;
  return before?.type !== 'decorators' ? {} : Object.fromEntries(all(before, 'decorator').map(decorator => {
    const call = named(decorator)[0];
    return [(call.childForFieldName('function') ?? call).text, call.childForFieldName('arguments') ? text(named(call.childForFieldName('arguments'))[0] ?? { text: '' }) : ''];
  }));
}

// A resource with those nested in it; a nested one's type begins with its parent's, and it has its parent's version.
function resources(node, outer) {
  const [symbol, type, body] = named(node).filter(child => child.type !== 'decorators');
  const [own, version] = text(type).split('@');
  const full = outer ? `${outer.type}/${own}` : own;
  const object = all(body, 'object')[0];
  const self = {
    symbol: symbol.text, type: full, version: version ?? outer.version, nested: Boolean(outer),
    existing: node.children.some(child => child.text === 'existing'), body: object ? value(object) : { o: {} },
  };
  const inner = object ? named(object).flatMap(child => child.type === 'resource_declaration' ? [child] : named(child).filter(c => c.type === 'resource_declaration')) : [];
  return [self, ...inner.flatMap(child => resources(child, self))];
}

function module(node) {
  const [symbol, path, body] = named(node);
  const read = value(body);
  return { symbol: symbol.text, path: text(path), params: Object.keys((read.o ?? read.a?.[0]?.o ?? {}).params?.o ?? {}), properties: Object.keys(read.o ?? read.a?.[0]?.o ?? {}) };
}

function declared(root, type) {
  return named(root).filter(node => node.type === type).map(node => {
    const parts = named(node);
    return { name: parts[0].text, type: parts[1]?.text ?? '', value: parts[2] ? value(parts[2]) : null, decorators: decorators(node) };
  });
}

// A type with its properties; one that ends with `?` may be left out.
function type(node) {
  const members = all(node, 'object')[0] ? named(all(node, 'object')[0]).filter(child => child.type === 'object_property') : [];
  return {
    name: named(node)[0].text, decorators: decorators(node),
    properties: members.map(member => ({ name: named(member)[0].text, optional: member.text.trimEnd().endsWith('?'), decorators: decorators(member) })),
  };
}

function read(file) {
  const source = readFileSync(file, 'utf8');
  // The grammar knows no parameter files: there a parameter is a value with a name, as a variable is.
  const root = parser.parse(file.endsWith('.bicepparam') ? source.replace(/^param /gm, 'var ') : source).rootNode;
  return {
    file, lines: source.split('\n').length - 1, problems: problems(root),
    scope: all(root, 'target_scope_assignment').map(node => text(named(node)[0]))[0] ?? null,
    using: all(root, 'using_statement').map(node => text(named(node)[0]))[0] ?? null,
    metadata: all(root, 'metadata_declaration').map(node => named(node)[0].text),
    params: declared(root, 'parameter_declaration'), outputs: declared(root, 'output_declaration'),
    types: named(root).filter(node => node.type === 'type_declaration').map(type),
    variables: named(root).filter(node => node.type === 'variable_declaration').map(node => ({ name: named(node)[0].text, value: value(named(node).at(-1)) })),
    resources: named(root).filter(node => node.type === 'resource_declaration').flatMap(node => resources(node)),
    modules: named(root).filter(node => node.type === 'module_declaration').map(module),
    imports: all(root, 'import_functionality').map(node => ({ names: named(node).filter(child => child.type === 'identifier').map(child => child.text), from: text(named(node).at(-1)) })),
    calls: all(root, 'call_expression').map(node => (node.childForFieldName('function') ?? named(node)[0]).text),
    outputsRead: all(root, 'member_expression').map(node => node.text.match(/^(\w+)!?\.\??outputs\.\??(\w+)$/)).filter(Boolean).map(found => ({ module: found[1], output: found[2] })),
    words: all(root, 'identifier').map(node => node.text),
  };
}

console.log(JSON.stringify(process.argv.slice(2).map(read)));
