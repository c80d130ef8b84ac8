// Checks every Kubernetes object of a YAML stream on standard input: its kind must be known, its fields too, their values valid.
//   node check-manifests.mjs < objects.yaml
// The schemas are compiled validators, which let unknown fields pass. A field that a validator never reads is one it does not know.
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const packages = [
  [/^(?!kustomize\.config)[a-z]+\.toolkit\.fluxcd\.io$/, "@kubernetes-models/flux-cd"],
  [/^gateway\.networking\.k8s\.io$/, "@kubernetes-models/gateway-api"],
  [/\.istio\.io$/, "@kubernetes-models/istio"],
  [/^monitoring\.coreos\.com$/, "@kubernetes-models/prometheus-operator"],
  [/^keda\.sh$/, "@kubernetes-models/keda"],
  [/(^|\.)external-secrets\.io$/, "@kubernetes-models/external-secrets"],
  [/^argoproj\.io$/, "@kubernetes-models/argo-cd"],
  [/^serving\.(kserve\.io|knative\.dev)$/, "schemas"],
  [/^([a-z]+|[a-z.]+\.k8s\.io)?$/, "kubernetes-models"],
];

// Places that hold whatever their reader wants.
const free = [/^HelmRelease\.spec\.values\b/, /^[A-Z]\w+\.metadata\.(labels|annotations)\b/, /\.(podMetadata|template\.metadata)\.(labels|annotations)\b/];

function watched(value, read) {
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return Reflect.get(target, key);
      if (!read.has(target)) read.set(target, new Map());
      if (!read.get(target).has(key)) read.get(target).set(key, watched(target[key], read));
      return read.get(target).get(key);
    },
  });
}

function* unread(value, read, path) {
  if (value === null || typeof value !== "object" || free.some((place) => place.test(path))) return;
  for (const [key, child] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (free.some((known) => known.test(place))) continue;
    if (!read.get(value)?.has(key)) yield `${place}: unknown field`;
    else yield* unread(child, read, place);
  }
}

async function validator(apiVersion, kind) {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const found = packages.find(([pattern]) => pattern.test(group));
  if (!found) throw new Error(`no schemas for the group ${group}`);
  if (found[1] === "schemas") return ownValidator(group, apiVersion, kind);
  // Kubernetes' own packages drop the domain of old groups only where Kubernetes does: apps, batch, policy, autoscaling.
  const type = (await import(`${found[1]}/${apiVersion}/${kind}`))[kind];
  return (object) => {
    const read = new Map();
    const model = new type({});
    for (const key of Object.keys(model)) delete model[key];
    Object.assign(model, object);
    try {
      watched(model, read).validate();
    } catch (error) {
      return [error.message];
    }
    return [...unread(model, read, kind)];
  };
}

async function ownValidator(group, apiVersion, kind) {
  const { default: kinds } = await import("./kserve-schemas.json", { with: { type: "json" } });
  const schema = kinds[`${apiVersion}/${kind}`];
  if (!schema) throw new Error(`no schema for ${apiVersion} ${kind}`);
  return (object) => [...faults(schema, object, kind)];
}

function* faults(schema, value, path) {
  if (schema["x-kubernetes-preserve-unknown-fields"]) return;
  const type = Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : value === null ? "null" : typeof value;
  const wanted = schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : schema.type === "number" ? ["number", "integer"] : [schema.type];
  if (schema.type && !wanted.includes(type)) return yield `${path}: is ${type}, must be ${wanted.join(" or ")}`;
  if (schema.enum && !schema.enum.includes(value)) yield `${path}: must be one of ${schema.enum.join(", ")}`;
  if (schema.pattern && type === "string" && !new RegExp(schema.pattern).test(value)) yield `${path}: must match ${schema.pattern}`;
  if (schema.minimum > value || schema.maximum < value) yield `${path}: is out of bounds`;
  for (const key of schema.required ?? []) if (value[key] === undefined) yield `${path}.${key}: is required`;
  if (type === "array") for (const [at, item] of value.entries()) yield* faults(schema.items ?? {}, item, `${path}[${at}]`);
  if (type !== "object") return;
  for (const [key, child] of Object.entries(value)) {
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known) yield* faults(known === true ? {} : known, child, `${path}.${key}`);
    else if (schema.properties) yield `${path}.${key}: unknown field`;
  }
}

let bad = 0, checked = 0;
for (const document of parseAllDocuments(readFileSync(0, "utf8"))) {
  const object = document.toJS();
  if (object === null) continue;
  const name = `${object.kind}/${object.metadata?.name}`;
  checked++;
  const errors = document.errors.map(String);
  try {
    errors.push(...(await validator(object.apiVersion ?? "", object.kind))(object));
  } catch (error) {
    errors.push(error.message);
  }
  for (const error of errors) console.log(`${name}: ${error}`);
  bad += errors.length;
}
console.log(`${checked} objects, ${bad} faults`);
process.exit(bad > 0 || checked === 0 ? 1 : 0);
