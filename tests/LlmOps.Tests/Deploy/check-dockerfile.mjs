// Parses a Dockerfile and says what it does wrong: node check-dockerfile.mjs FILE CONTEXT TARGET…
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";

const [file, context, ...targets] = process.argv.slice(2);
const dockerfile = DockerfileParser.parse(readFileSync(file, "utf8"));
const faults = [], stages = [];
const known = new Set("ARG FROM WORKDIR COPY RUN ENV EXPOSE USER HEALTHCHECK ENTRYPOINT CMD".split(" "));

for (const instruction of dockerfile.getInstructions()) {
  const keyword = instruction.getKeyword(), words = instruction.getArguments().map((word) => word.getValue());
  if (!known.has(keyword)) faults.push(`${keyword} is not an instruction that is used here`);
  if (keyword === "FROM") stages.push({ base: words[0], name: instruction.getBuildStage(), steps: [] });
  else stages.at(-1)?.steps.push([keyword, words, instruction]);
}
for (const { name, steps } of stages) {
  for (const [keyword, words, instruction] of steps) {
    if (keyword !== "COPY") continue;
    const from = instruction.getFromFlag()?.getValue();
    if (from && !stages.some((stage) => stage.name === from)) faults.push(`${name} copies from ${from}, which is no stage`);
    if (!from) for (const source of words.slice(0, -1)) if (!existsSync(join(context, source))) faults.push(`${name} copies ${source}, which is not there`);
  }
}
for (const target of targets) {
  const stage = stages.find(({ name }) => name === target);
  const last = (keyword) => stage?.steps.filter(([other]) => other === keyword).at(-1)?.[1];
  if (!stage) { faults.push(`there is no target ${target}`); continue; }
  if (!last("USER") || /^(root|0)\b/.test(last("USER")[0])) faults.push(`${target} runs as root`);
  if (!last("HEALTHCHECK")) faults.push(`${target} has no health check`);
  if (!last("ENTRYPOINT")) faults.push(`${target} has no entry point`);
  if (stage.steps.some(([keyword]) => keyword === "RUN")) faults.push(`${target} runs commands in the image that ships`);
  if (/:latest$|^[^:$]+$/.test(stage.base)) faults.push(`${target} is built on ${stage.base} without a version`);
}
console.log(faults.length ? faults.join("\n") : `${stages.length} stages, no faults`);
process.exit(faults.length ? 1 : 0);
