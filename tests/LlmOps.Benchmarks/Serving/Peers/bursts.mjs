// What the peers share: bursts of requests come line by line on standard input, answers go line by line to standard output.
import readline from 'node:readline';

export const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

export async function serve(ready, answer) {
  say({ ready });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      say({ streams: await answer(JSON.parse(line)) });
    } catch (error) {
      say({ error: String(error?.stack ?? error) });
    }
  }
}
